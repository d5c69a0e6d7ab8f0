// Reviews as rows: the JSON document, and columns for what is searched by.
import type { Review } from "../core/break-glass.ts";
import type { ReviewFilter, ReviewReads } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export function reviewReads(database: Database): ReviewReads {
  return {
    async get(id) {
      const row = await database.selectFrom("reviews").select("body").where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.body) as Review);
    },
    async list(filter) {
      const rows = await matching(database, filter).execute();
      return rows.map((row) => JSON.parse(row.body) as Review);
    },
  };
}

export function insertReview(transaction: Transaction, review: Review): void {
  const { id, request, by, state, at, revision } = review;
  const row = { id, request, human: by.human as string, state, opened_at: at, revision, body: JSON.stringify(review) };
  transaction.later(statementOf(transaction.database.insertInto("reviews").values(row).compile()));
}

/** True, or false when the stored revision is another one. */
export async function replaceReview(
  transaction: Transaction,
  next: Review,
  expectedRevision: number,
): Promise<boolean> {
  const changed = await transaction.database
    .updateTable("reviews")
    .set({ state: next.state, revision: next.revision, body: JSON.stringify(next) })
    .where("id", "=", next.id)
    .where("revision", "=", expectedRevision)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

function matching(database: Database, filter: ReviewFilter) {
  let query = database.selectFrom("reviews").select("body");
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.done === true) query = query.where("state", "!=", "open");
  if (filter.request !== undefined) query = query.where("request", "=", filter.request);
  if (filter.human !== undefined) query = query.where("human", "=", filter.human);
  return query
    .orderBy("opened_at", filter.newestFirst === true ? "desc" : "asc")
    .orderBy("id")
    .limit(filter.limit);
}
