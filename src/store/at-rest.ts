// The store of a bot that does not run, looked at without opening it for writing: nothing is migrated, made or changed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Row } from "./messages.ts";

/** Whether a living process holds the data directory. */
export function isInUse(directory: string): boolean {
  const file = join(directory, "store.lock");
  if (!existsSync(file)) return false;
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    lock.exec("ROLLBACK");
    return false;
  } catch (error) {
    if (error instanceof Error && /database is locked/.test(error.message)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

export function hasStore(directory: string): boolean {
  return existsSync(join(directory, "store.db"));
}

/** The audit log's lines as they are stored, in order. Throws when there is no store or it cannot be read. */
export function* storedLines(directory: string): Generator<string> {
  const database = new DatabaseSync(join(directory, "store.db"), { readOnly: true, timeout: 1_000 });
  try {
    for (const row of database.prepare("SELECT line FROM audit ORDER BY seq").iterate()) yield String(row.line);
  } finally {
    database.close();
  }
}

/** A table as it is stored, whatever version made it. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key: the order in which rows are read. */
  readonly keys: readonly string[];
  rows(): Iterable<Row>;
}

/** Every table but the list of migrations; those that others refer to come first. */
export function storedTables(directory: string): {
  readonly tables: readonly StoredTable[];
  readonly close: () => void;
} {
  const database = new DatabaseSync(join(directory, "store.db"), { readOnly: true, timeout: 1_000 });
  const named = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations' ORDER BY name",
  );
  const names = named.all().map(({ name }) => String(name));
  const refers = (name: string): boolean => database.prepare(`PRAGMA foreign_key_list(${name})`).all().length > 0;
  const ordered = [...names.filter((name) => !refers(name)), ...names.filter(refers)];
  return { tables: ordered.map((name) => tableOf(database, name)), close: () => database.close() };
}

function tableOf(database: DatabaseSync, name: string): StoredTable {
  const info = database.prepare(`PRAGMA table_info(${name})`).all();
  const columns = info.map((column) => String(column.name));
  const keys = info
    .filter((column) => Number(column.pk) > 0)
    .sort((one, other) => Number(one.pk) - Number(other.pk))
    .map((column) => String(column.name));
  const order = keys.map((key) => `"${key}"`).join(", ");
  const list = columns.map((column) => `"${column}"`).join(", ");
  return {
    ...{ name, columns, keys },
    *rows() {
      for (const row of database.prepare(`SELECT ${list} FROM ${name} ORDER BY ${order}`).iterate()) yield row as Row;
    },
  };
}
