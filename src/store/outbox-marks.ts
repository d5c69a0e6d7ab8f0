// What became of a message in hand: claimed, sent, put off or given up.
import type { SentMessage } from "../core/outbox.ts";
import type { OutboxClaim, OutboxReads } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Statement } from "./messages.ts";
import type { OutboxOptions } from "./outbox.ts";
import type { Transaction, Writes } from "./under-way.ts";

/** Counted and changed in one statement each, under the lane: nothing comes in between. */
async function claimRows(
  transaction: Transaction,
  ids: readonly number[],
  claim: Omit<OutboxOptions, "now"> & { readonly until: number; readonly now: number },
): Promise<OutboxClaim> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return "claimed";
  const { holder, exclusive, until, now } = claim;
  const there = await transaction.database
    .selectFrom("outbox")
    .select(["claimed_by", "claimed_until"])
    .where("id", "in", wanted)
    .where("dropped", "is", null)
    .execute();
  const free = there.filter((row) => exclusive || row.claimed_until <= now || row.claimed_by === holder);
  if (free.length !== wanted.length) return "refused";
  const take = transaction.database
    .updateTable("outbox")
    .set({ claimed_by: holder, claimed_until: until })
    .where("id", "in", wanted);
  transaction.later(statementOf(take.compile(), wanted.length));
  return free.some((row) => row.claimed_until > 0 && row.claimed_by !== holder) ? "taken-over" : "claimed";
}

type Marks = Pick<OutboxReads, "claim" | "markSent" | "markLater" | "markDropped">;

export function outboxMarks(database: Database, writer: Writes, { holder, exclusive, now }: OutboxOptions): Marks {
  const marked = (mark: (transaction: Transaction) => void): Promise<void> =>
    writer.transact(async (transaction) => mark(transaction));
  return {
    claim: (ids, until) =>
      writer.transact((transaction) => claimRows(transaction, ids, { holder, exclusive, until, now: now() })),
    markSent: (ids, sent, { living, again }) =>
      marked((transaction) => {
        const gone = ids.filter((id) => id !== again?.row);
        const columns = { channel: sent.channelId, ts: sent.ts, sent_at: sent.sentAt };
        const remember = database
          .insertInto("sent")
          .values({ key: sent.key, ...columns })
          .onConflict((conflict) => conflict.column("key").doUpdateSet(columns));
        if (ids.length > 1) transaction.later(othersSent(ids, sent));
        const newer = newerOf(database, sent.key, { claimed_until: 0 }).where("claimed_by", "=", holder);
        if (gone.length > 0)
          transaction.later(statementOf(database.deleteFrom("outbox").where("id", "in", gone).compile()));
        transaction.later(statementOf(remember.compile()));
        if (living) transaction.later(statementOf(newer.compile()));
        if (again === undefined) return;
        // It stands in Slack: from now on the row is a later message.
        const once = { due_at: again.at, created_at: again.at, attempts: 0, claimed_until: 0, doubt_until: again.at };
        const doubted = newerOf(database, sent.key, { doubt_until: again.at }).where("id", ">", again.row);
        const kept = database.updateTable("outbox").set(once).where("id", "=", again.row);
        transaction.later(statementOf(kept.compile()), statementOf(doubted.compile()));
      }),
    markLater: ({ id, key, living }, { dueAt, doubtUntil }) =>
      marked((transaction) => {
        const doubt = doubtUntil === undefined ? {} : { doubt_until: doubtUntil };
        const change = database
          .updateTable("outbox")
          .set((eb) => ({ due_at: dueAt, attempts: eb("attempts", "+", 1), claimed_until: 0, ...doubt }))
          .where(({ eb, and, or }) =>
            living
              ? or([eb("id", "=", id), and([eb("key", "=", key), eb("living", "=", 1), eb("id", ">", id)])])
              : eb("id", "=", id),
          )
          .where("dropped", "is", null);
        transaction.later(statementOf(change.compile()));
      }),
    markDropped: (id, reason) =>
      marked((transaction) => {
        const change = database.updateTable("outbox").set({ dropped: reason }).where("id", "=", id);
        transaction.later(statementOf(change.compile()));
      }),
  };
}

/** Lines that were gathered stand in the one message, each under its own key: threads are begun by any of them. */
function othersSent(ids: readonly number[], { channelId, ts, sentAt }: SentMessage): Statement {
  return {
    sql: `INSERT INTO sent (key, channel, ts, sent_at)
      SELECT DISTINCT key, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT) FROM outbox WHERE id IN (${ids.map(() => "?").join(", ")})
      ON CONFLICT (key) DO UPDATE SET channel = excluded.channel, ts = excluded.ts, sent_at = excluded.sent_at`,
    params: [channelId, ts, sentAt, ...ids],
  };
}

/** The row that took the place of one of this living message while that was in hand. */
function newerOf(
  database: Database,
  key: string,
  columns: { readonly claimed_until: 0 } | { readonly doubt_until: number },
) {
  return database.updateTable("outbox").set(columns).where("key", "=", key).where("living", "=", 1);
}
