// Brings a database to the newest tables: applies what is missing of the list, each migration whole or not at all.
import type { Link } from "./link.ts";

export interface Migration {
  /** e.g. `0001-first-tables`: the order and the identity. */
  readonly name: string;
  /** SQL that SQLite and PostgreSQL both know. */
  readonly statements: readonly string[];
}

/** Doing it twice does nothing more. Throws when the database was written by a newer version. */
export async function migrate(link: Link, list: readonly Migration[], now: number): Promise<void> {
  const read = await link.send({
    to: "writer",
    begin: false,
    end: "none",
    statements: [
      {
        sql: "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)",
        params: [],
      },
      { sql: "SELECT name FROM migrations ORDER BY name", params: [] },
    ],
  });
  const applied = new Set(read[1]?.rows.map((row) => String(row.name)) ?? []);
  checkKnown(applied, list);
  for (const migration of list) {
    if (applied.has(migration.name)) continue;
    await link.send({
      to: "writer",
      begin: true,
      end: "commit",
      statements: [
        ...migration.statements.map((sql) => ({ sql, params: [] })),
        { sql: "INSERT INTO migrations (name, applied_at) VALUES (?, ?)", params: [migration.name, now] },
      ],
    });
  }
}

/** Throws when a newer version was here. */
export function checkKnown(applied: ReadonlySet<string>, list: readonly Migration[]): void {
  const known = new Set(list.map((migration) => migration.name));
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Error(
    `the database holds tables of a newer version (${unknown.join(", ")}): start that version, or restore a backup`,
  );
}
