// The bot's own few settings, by name.
import type { Json } from "../core/json.ts";
import type { SettingName } from "../core/ports/store.ts";
import { countChange } from "./changes.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export async function readSetting(database: Database, name: SettingName): Promise<Json | null> {
  const row = await database.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.value) as Json);
}

export function writeSetting(transaction: Transaction, name: SettingName, value: Json): void {
  const text = JSON.stringify(value);
  const write = transaction.database
    .insertInto("settings")
    .values({ name, value: text })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: text }));
  transaction.later(statementOf(write.compile()));
  countChange(transaction, "settings");
}
