// All in which PostgreSQL is spoken to otherwise than SQLite: types of columns, marks of parameters, numbers in answers.
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { Spoken } from "../dialect.ts";

export const postgres: Spoken = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/**
 * A migration's statement as PostgreSQL needs it. Text is compared by its bytes, as SQLite does: orders stay the same, and no
 * index is spoiled when the machine's libc sorts otherwise one day. Keys that count may grow past 2^31.
 */
export function tablesIn(sql: string): string {
  return sql
    .replace(/\bTEXT\b/g, 'TEXT COLLATE "C"')
    .replace(/\bINTEGER NOT NULL PRIMARY KEY\b/g, "BIGINT NOT NULL PRIMARY KEY");
}

/** `?` → `$1`, `$2`, …; statements written by hand hold no other question mark. */
export function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/\?/g, () => {
    count += 1;
    return `$${count}`;
  });
}

/** pg_type.oid of int8, int2 and int4: read as numbers; everything else stays the text that it is. */
const numberTypes: ReadonlySet<number> = new Set([20, 21, 23]);

/** Throws for a number that a double cannot hold exactly. */
export function parserOf(type: number): (text: string) => string | number {
  return numberTypes.has(type) ? exactNumber : (text) => text;
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`the database gave ${text}, which is too large a number`);
  return value;
}
