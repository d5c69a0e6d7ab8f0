// Copies a stored database into an empty one on PostgreSQL, in one transaction, and proves that both hold the same.
import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { StoredTable } from "../at-rest.ts";
import type { Row, SqlValue, Statement } from "../messages.ts";
import { migrations } from "../migrations/index.ts";
import { linesOn, rowsOn } from "./at-rest.ts";
import { beginAlone, migrateOn } from "./migrate.ts";
import { alone, type PostgresOptions } from "./open.ts";
import { sameKey } from "./same-key.ts";
import { command, send } from "./send.ts";

export interface Move {
  readonly tables: readonly StoredTable[];
  /** Of the source: its key opens what is encrypted in the copy too. */
  readonly key: Uint8Array;
  readonly directory: string;
  readonly now: number;
  /** Looks at the copied log before anything is kept; a reason ends the move, and nothing stays. */
  readonly check: (lines: AsyncIterable<string>) => Promise<string | null>;
}

export type Moved =
  | { readonly kind: "moved" | "was-moved"; readonly rows: ReadonlyMap<string, number> }
  | { readonly kind: "refused"; readonly why: string };

/** Rows of one statement: PostgreSQL takes at most 65,535 parameters. */
const rowsAtOnce = 500;

/** Others that migrate or start on the database wait meanwhile. Throws what the database says; then nothing was kept. */
export function moveInto(options: Pick<PostgresOptions, "settings" | "name" | "local">, move: Move): Promise<Moved> {
  const { where } = options.settings.address;
  return alone(options, async (client) => {
    await migrateOn(client, migrations, move.now);
    await beginAlone(client);
    const moved = await within(client, move, where);
    await send(client, [command(moved.kind === "moved" ? "COMMIT" : "ROLLBACK")]);
    return moved;
  });
}

async function within(client: Client, move: Move, where: string): Promise<Moved> {
  const used = await firstUsed(client, move.tables);
  if (used !== null) {
    const difference = await firstDifference(client, move.tables);
    if (difference === null) return { kind: "was-moved", rows: counts(move.tables) };
    return {
      kind: "refused",
      why: `The database ${where} is not empty (${used.rows} rows in ${used.table}), and it does not hold what this store holds: name an empty one.`,
    };
  }
  for (const table of move.tables) await copy(client, table);
  await sameKey(client, move.key, move.directory);
  const difference = await firstDifference(client, move.tables);
  if (difference !== null)
    return { kind: "refused", why: `The copy of ${difference} is not the same: nothing was kept.` };
  const why = await move.check(linesOn(client));
  return why === null ? { kind: "moved", rows: counts(move.tables) } : { kind: "refused", why };
}

/** Rows that a migration puts there by itself: they are replaced. */
const seeded: Readonly<Record<string, string>> = {
  audit_head: "size <> 0",
  counters: "value <> 0",
  settings: "name <> 'requests-key'",
};

async function firstUsed(
  client: Client,
  tables: readonly StoredTable[],
): Promise<{ readonly table: string; readonly rows: number } | null> {
  for (const { name } of tables) {
    const where = seeded[name] === undefined ? "" : ` WHERE ${seeded[name]}`;
    const [result] = await send(client, [command(`SELECT COUNT(*) AS count FROM ${name}${where}`)]);
    const rows = Number(result?.rows[0]?.count);
    if (rows > 0) return { table: name, rows };
  }
  return null;
}

async function copy(client: Client, table: StoredTable): Promise<void> {
  await send(client, [command(`DELETE FROM ${table.name}`)]);
  let gathered: Row[] = [];
  for (const row of table.rows()) {
    gathered.push(row);
    if (gathered.length < rowsAtOnce) continue;
    await send(client, [insertion(table, gathered)]);
    gathered = [];
  }
  if (gathered.length > 0) await send(client, [insertion(table, gathered)]);
}

function insertion({ name, columns }: StoredTable, rows: readonly Row[]): Statement {
  const marks = `(${columns.map(() => "?").join(", ")})`;
  const list = columns.map((column) => `"${column}"`).join(", ");
  const params = rows.flatMap((row) => columns.map((column): SqlValue => row[column] ?? null));
  return {
    sql: `INSERT INTO ${name} (${list}) VALUES ${rows.map(() => marks).join(", ")}`,
    params,
    mustChange: rows.length,
  };
}

/** The first table whose rows are not the same in both, value by value; null when all are. */
async function firstDifference(client: Client, tables: readonly StoredTable[]): Promise<string | null> {
  for (const table of tables) {
    const here = digest(table);
    for (const row of table.rows()) here.take(row);
    const there = digest(table);
    for await (const row of rowsOn(client, table)) if (isCopied(table, row)) there.take(row);
    if (here.end() !== there.end()) return table.name;
  }
  return null;
}

/** The fingerprint of the key is the database's own: an embedded store has none. */
function isCopied({ name }: StoredTable, row: Row): boolean {
  return name !== "settings" || row.name !== "requests-key";
}

function digest({ columns }: StoredTable): { take(row: Row): void; end(): string } {
  const hash = createHash("sha256");
  return {
    take: (row) => void hash.update(`${JSON.stringify(columns.map((column) => row[column] ?? null))}\n`),
    end: () => hash.digest("hex"),
  };
}

function counts(tables: readonly StoredTable[]): ReadonlyMap<string, number> {
  return new Map(tables.map((table) => [table.name, [...table.rows()].length]));
}
