// What each person was last told that waits for them, one row a person.
import type { Digested, DigestReads } from "../core/ports/store.ts";
import type { Database } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

/** True, or false when the row is of another revision than was read: 0 for a person who had none. */
export async function putDigest(transaction: Transaction, next: Digested): Promise<boolean> {
  const { userId, revision, ...body } = next;
  const columns = { revision, quiet: next.requests.length === 0 ? 1 : 0, body: JSON.stringify(body) };
  const db = transaction.database;
  if (revision === 1) {
    const put = await db
      .insertInto("digests")
      .values({ user_id: userId, ...columns })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return put.numInsertedOrUpdatedRows === 1n;
  }
  const put = await db
    .updateTable("digests")
    .set(columns)
    .where("user_id", "=", userId)
    .where("revision", "=", revision - 1)
    .executeTakeFirst();
  return put.numUpdatedRows === 1n;
}

export function digestReads(database: Database): DigestReads {
  return {
    async get(userId) {
      const row = await database.selectFrom("digests").selectAll().where("user_id", "=", userId).executeTakeFirst();
      return row === undefined ? null : digestedOf(row);
    },
    async loud() {
      const rows = await database.selectFrom("digests").selectAll().where("quiet", "=", 0).execute();
      return rows.map(digestedOf);
    },
  };
}

export function digestedOf(row: Tables["digests"]): Digested {
  const body = JSON.parse(row.body) as Omit<Digested, "userId" | "revision">;
  return { ...body, userId: row.user_id, revision: row.revision };
}
