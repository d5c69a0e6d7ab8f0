// The store of a bot that does not run, looked at without opening it for writing: nothing is migrated, made or changed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

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
