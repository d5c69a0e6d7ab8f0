// Requests as rows: the JSON document, and columns for what is searched by.
import { fullName } from "../core/kube.ts";
import type { RequestFilter, RequestReads } from "../core/ports/store.ts";
import { openStates, type Request, type RequestState } from "../core/request.ts";
import { type Database, statementOf } from "./dialect.ts";
import { prunedRequestReads } from "./pruned-requests.ts";
import { type Sealer, seal, unseal } from "./sealing.ts";
import type { RequestRow } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function requestReads(database: Database, key: Uint8Array): RequestReads {
  return {
    ...prunedRequestReads(database),
    async get(id) {
      const row = await database
        .selectFrom("requests")
        .select(["body", "secret"])
        .where("id", "=", id)
        .where("pruned", "is", null)
        .executeTakeFirst();
      return row === undefined ? null : requestOf(row, key);
    },
    async list(filter) {
      const rows = await newest(database, filter)
        .select(["body", "secret"])
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .limit(filter.limit)
        .execute();
      return rows.map((row) => requestOf(row, key));
    },
    async count(filter) {
      const row = await matching(database, filter)
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async unplaced({ after, limit }) {
      const rows = await unplaced(database, after).select(["body", "secret"]).limit(limit).execute();
      return rows.map((row) => requestOf(row, key));
    },
  };
}

/** Nothing is read of those whose card stands where they say, and they are nearly all. */
function unplaced(database: Database, after: Pick<Request, "createdAt" | "id"> | null) {
  const open = database
    .selectFrom("requests")
    .where("state", "in", openStates)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("sent")
            .select("sent.key")
            .whereRef("sent.channel", "=", "requests.card_channel")
            .whereRef("sent.ts", "=", "requests.card_ts"),
        ),
      ),
    )
    .orderBy("created_at")
    .orderBy("id");
  if (after === null) return open;
  return open.where(({ eb, or, and }) =>
    or([
      eb("created_at", ">", after.createdAt),
      and([eb("created_at", "=", after.createdAt), eb("id", ">", after.id)]),
    ]),
  );
}

export async function insertRequest(transaction: Transaction, request: Request, sealer: Sealer): Promise<void> {
  await transaction.database.insertInto("requests").values(rowOf(request, sealer)).execute();
  nameObjects(transaction, request);
}

/** True, or false when the stored revision is another one. */
export async function replaceRequest(
  transaction: Transaction,
  of: {
    readonly next: Request;
    /** As this transaction read it, if it did. */
    readonly before: Request | undefined;
    readonly expectedRevision: number;
    readonly sealer: Sealer;
  },
): Promise<boolean> {
  const { next, before, expectedRevision, sealer } = of;
  if (next.revision !== expectedRevision + 1) {
    throw new Error(`revision ${next.revision} of ${next.id} cannot follow ${expectedRevision}`);
  }
  const { id, created_at: _, ...columns } = rowOf(next, sealer);
  const changed = await transaction.database
    .updateTable("requests")
    .set(columns)
    .where("id", "=", id)
    .where("revision", "=", expectedRevision)
    .executeTakeFirst();
  if (changed.numUpdatedRows !== 1n) return false;
  const isNamed = before?.revision === expectedRevision && objectsOf(before).join() === objectsOf(next).join();
  if (!isNamed) nameObjects(transaction, next);
  return true;
}

/** The names by which `object` finds it; an empty list in SQL is not something that both databases know. */
function nameObjects(transaction: Transaction, request: Request): void {
  const db = transaction.database;
  const objects = objectsOf(request);
  const named = db.deleteFrom("request_objects").where("request_id", "=", request.id);
  const gone = objects.length === 0 ? named : named.where("object", "not in", objects);
  transaction.later(statementOf(gone.compile()));
  if (objects.length === 0) return;
  const rows = objects.map((object) => ({ request_id: request.id as string, object }));
  const names = db
    .insertInto("request_objects")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing());
  transaction.later(statementOf(names.compile()));
}

function objectsOf(request: Request): string[] {
  const names = request.plan.changes.flatMap((change) => (change.kind === "object" ? [fullName(change.object)] : []));
  return [...new Set(names)];
}

function rowOf(request: Request, sealer: Sealer): RequestRow {
  const { body, secret } = seal(request, sealer);
  return {
    id: request.id,
    state: request.state,
    requester: request.requester.userId,
    card_channel: request.card.channelId,
    card_ts: request.card.ts,
    asked_channel: request.askedIn.channelId,
    asked_ts: request.askedIn.ts,
    revision: request.revision,
    created_at: request.createdAt,
    body: JSON.stringify(body),
    secret,
    pruned: null,
  };
}

function requestOf(row: Pick<RequestRow, "body" | "secret">, key: Uint8Array): Request {
  return unseal(JSON.parse(row.body) as Request, row.secret, key);
}

/**
 * Of several states the newest of each are read from the index and then the newest of all: with one list of states thousands would
 * be read and sorted to show fifty.
 */
function newest(database: Database, filter: RequestFilter) {
  const [first, ...others] = new Set(filter.states);
  if (first === undefined || others.length === 0) return matching(database, filter);
  const ofState = (state: RequestState) =>
    database
      .selectFrom(
        matching(database, { ...filter, states: [state] })
          .select("id")
          .orderBy("created_at", "desc")
          .orderBy("id", "desc")
          .limit(filter.limit)
          .as("newest"),
      )
      .select("newest.id");
  const ids = others.reduce((all, state) => all.unionAll(ofState(state)), ofState(first));
  return database.selectFrom("requests").where("id", "in", ids);
}

function matching(database: Database, filter: Omit<RequestFilter, "limit">) {
  let query = database.selectFrom("requests").where("pruned", "is", null);
  if (filter.states !== undefined) {
    // No state at all matches nothing, and no id is null.
    query = filter.states.length === 0 ? query.where("id", "is", null) : query.where("state", "in", [...filter.states]);
  }
  if (filter.requesterUserId !== undefined) query = query.where("requester", "=", filter.requesterUserId);
  if (filter.cardChannel !== undefined) query = query.where("card_channel", "=", filter.cardChannel);
  if (filter.cardTs !== undefined) query = query.where("card_ts", "=", filter.cardTs);
  if (filter.askedChannel !== undefined) query = query.where("asked_channel", "=", filter.askedChannel);
  if (filter.askedTs !== undefined) query = query.where("asked_ts", "=", filter.askedTs);
  const { object } = filter;
  if (object !== undefined) {
    query = query.where("id", "in", (eb) =>
      eb.selectFrom("request_objects").select("request_id").where("object", "=", object),
    );
  }
  return query;
}
