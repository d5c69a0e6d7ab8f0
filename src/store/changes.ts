// Counts of what every process keeps a copy of: a count that moved says that another process changed something.
import type { Changes } from "../core/ports/store.ts";
import type { Database } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export function countChange(transaction: Transaction, of: keyof Changes): void {
  transaction.later({ sql: "UPDATE counters SET value = value + 1 WHERE name = ?", params: [of], mustChange: 1 });
}

export async function readChanges(database: Database): Promise<Changes> {
  const rows = await database.selectFrom("counters").selectAll().where("name", "in", ["links", "settings"]).execute();
  const counted = (name: keyof Changes): number => rows.find((row) => row.name === name)?.value ?? 0;
  return { links: counted("links"), settings: counted("settings") };
}
