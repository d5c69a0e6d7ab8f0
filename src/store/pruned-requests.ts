// Requests whose document is to go, or went: which are old enough, and what is left of one.
import type { RequestId } from "../core/ids.ts";
import type { OldRequest, PrunedRequest, PrunedRequestReads } from "../core/ports/pruning.ts";
import { endStates } from "../core/request.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

/** No state of a request. */
const prunedState = "pruned";

export function prunedRequestReads(database: Database): PrunedRequestReads {
  return {
    async pruned(id) {
      const row = await database.selectFrom("requests").select("pruned").where("id", "=", id).executeTakeFirst();
      return row === undefined || row.pruned === null ? null : (JSON.parse(row.pruned) as PrunedRequest);
    },
    async standing(ids) {
      if (ids.length === 0) return new Set();
      const rows = await database
        .selectFrom("requests")
        .select("id")
        .where("id", "in", ids)
        .where("pruned", "is", null)
        .execute();
      return new Set(rows.map(({ id }) => id as RequestId));
    },
    over: ({ createdBefore, after, limit }) => overIn(database, { createdBefore, after, limit }),
  };
}

/** What is alive holds its request: a grant that has not ended, a review that is due, anything that is still to be done. */
async function overIn(
  database: Database,
  of: Parameters<PrunedRequestReads["over"]>[0],
): Promise<readonly OldRequest[]> {
  let query = database
    .selectFrom("requests")
    .select(["id", "created_at", "body"])
    .where("state", "in", [...endStates])
    .where("created_at", "<", of.createdBefore)
    .where("id", "not in", (eb) => eb.selectFrom("grants").select("id").where("state", "<>", "ended"))
    .where("id", "not in", (eb) => eb.selectFrom("reviews").select("request").where("state", "=", "open"))
    .where("id", "not in", (eb) => eb.selectFrom("jobs").select("request"))
    .where("id", "not in", (eb) => eb.selectFrom("grant_tokens").select("request"));
  const { after } = of;
  if (after !== null)
    query = query.where(({ eb, or, and }) =>
      or([
        eb("created_at", ">", after.createdAt),
        and([eb("created_at", "=", after.createdAt), eb("id", ">", after.id)]),
      ]),
    );
  const rows = await query.orderBy("created_at").orderBy("id").limit(of.limit).execute();
  return rows.map(({ id, created_at, body }) => ({ id: id as RequestId, createdAt: created_at, body }));
}

/** Its grant and reviews go with it; whoever has it in hand finds that it was changed. */
export function pruneRequest(transaction: Transaction, left: PrunedRequest): void {
  const { database } = transaction;
  const change = database
    .updateTable("requests")
    .set({
      ...{ state: prunedState, requester: "", card_channel: "", card_ts: null, asked_channel: "", asked_ts: null },
      ...{ body: "", secret: null, pruned: JSON.stringify(left) },
    })
    .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
    .where("id", "=", left.id)
    .where("pruned", "is", null);
  transaction.later(
    statementOf(change.compile()),
    statementOf(database.deleteFrom("request_objects").where("request_id", "=", left.id).compile()),
    statementOf(database.deleteFrom("grants").where("id", "=", left.id).where("state", "=", "ended").compile()),
    statementOf(database.deleteFrom("reviews").where("request", "=", left.id).where("state", "<>", "open").compile()),
  );
}
