// Marks of what was already seen, so that a repeated delivery has one effect.
import { statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

/** True the first time, and again once the mark has run out; the mark then holds until `until`. */
export async function markSeen(
  transaction: Transaction,
  of: { readonly key: string; readonly until: number; readonly now: number },
): Promise<boolean> {
  const db = transaction.database;
  // Marks that ran out go first, so the table stays as small as what is still needed.
  transaction.later(statementOf(db.deleteFrom("seen").where("until", "<=", of.now).compile()));
  const marked = await db
    .insertInto("seen")
    .values({ key: of.key, until: of.until })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  return marked.numInsertedOrUpdatedRows === 1n;
}
