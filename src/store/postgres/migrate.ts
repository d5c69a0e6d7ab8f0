// Brings a PostgreSQL database to the newest tables: one replica at a time, each migration whole or not at all.
import type { Client } from "pg";
import type { Statement } from "../messages.ts";
import { checkKnown, type Migration } from "../migrate.ts";
import { tablesIn } from "./dialect.ts";
import { command, send, sendOne } from "./send.ts";

/** "counters" in ASCII: any number that no other program takes in this database. */
const lockNumber = "7165066875049337459";
const patience: readonly Statement[] = [
  command("SET LOCAL lock_timeout = '60s'"),
  command("SET LOCAL statement_timeout = 0"),
  command("SET LOCAL idle_in_transaction_session_timeout = '60s'"),
];
const take = command(`SELECT pg_advisory_xact_lock(${lockNumber})`);
const table = command(
  'CREATE TABLE IF NOT EXISTS migrations (name TEXT COLLATE "C" NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)',
);

/** Holds the lock until the transaction of `client` ends; others that migrate or move wait. */
export async function beginAlone(client: Client): Promise<void> {
  await send(client, [command("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), ...patience, take]);
}

/** Names that are still to be applied, in order. Throws when the database was written by a newer version. */
export async function pendingOn(client: Client, list: readonly Migration[]): Promise<readonly Migration[]> {
  const there = await sendOne(client, command("SELECT to_regclass('migrations')::text AS name"));
  if (there.rows[0]?.name === null) return list;
  const { rows } = await sendOne(client, command("SELECT name FROM migrations ORDER BY name"));
  const applied = new Set(rows.map(({ name }) => String(name)));
  checkKnown(applied, list);
  return list.filter(({ name }) => !applied.has(name));
}

/** The names that this call applied. Doing it twice does nothing more; two at once wait for each other. */
export async function migrateOn(client: Client, list: readonly Migration[], now: number): Promise<readonly string[]> {
  const done: string[] = [];
  for (;;) {
    const next = await applyNext(client, list, now);
    if (next === null) return done;
    done.push(next);
  }
}

async function applyNext(client: Client, list: readonly Migration[], now: number): Promise<string | null> {
  try {
    await beginAlone(client);
    const [next] = await pendingOn(client, list);
    if (next === undefined) {
      await send(client, [command("ROLLBACK")]);
      return null;
    }
    await send(client, [
      table,
      ...next.statements.map((sql) => command(tablesIn(sql))),
      { sql: "INSERT INTO migrations (name, applied_at) VALUES (?, ?)", params: [next.name, now], mustChange: 1 },
    ]);
    await send(client, [command("COMMIT")]);
    return next.name;
  } catch (error) {
    await send(client, [command("ROLLBACK")]).catch(() => undefined);
    throw error;
  }
}
