// The outbox: rows sent in order and at Slack's pace, tried again until Slack takes them, dropped only with a reason.
import type { OutboxRow } from "../../../core/outbox.ts";
import type { OutboxReads } from "../../../core/ports/store.ts";
import type { Reached } from "../connect.ts";
import { type Failure, failureOf, failureText, isTokenFailure } from "../failure.ts";
import { within } from "../within.ts";
import { afterFailure } from "./after-failure.ts";
import type { Sending } from "./batch.ts";
import { type Known, knownBy } from "./known.ts";
import { makePace, type Pace, type PaceKey } from "./pace.ts";
import { MessageOverLimit, send } from "./send.ts";
import { Traffic } from "./traffic.ts";

export interface Outbox {
  /** Looks for rows at once instead of at the next beat: call it after a transaction that put some. */
  nudge(): void;
  /** Count of waiting rows and the age of the oldest in ms; for `status` of the bot, metrics and doctor. */
  backlog(): Promise<{ readonly count: number; readonly oldestMs: number }>;
  /** Sends nothing more after what is under way; waits for that some seconds. Safe to call twice. */
  stop(): Promise<void>;
}

const beatMs = 250;
/** A message goes so much later at the most where people wait for answers to their forms just then. */
const yieldsMs = 250;
/** As many as are gathered into one message, and some more. */
const rowsOfChannel = 40;
const sendMs = 15_000;
/** A call that was begun within `sendMs` has ended by then. What a killed replica had in hand waits for so long; alone, it does not. */
const claimMs = 25_000;

/** A reason that is at hand: without one an error is made each time. */
const isNudge = "nudged";

/**
 * A request that nobody answered may still arrive, and an update has no precondition: what an older one says would stand there for
 * ever. The kernel goes on sending for a closed connection for about a hundred seconds (tcp_orphan_retries).
 */
const settleMs = 120_000;
/** After a message that Slack cannot make sense of, the others of its channel have their turn all the same. */
const longestHoldMs = 2_000;

/** Rows that wait longer than this for the message that starts their thread are dropped. */
const threadPatienceMs = 3_600_000;

/** Whether this process is the one that sends. */
export interface SendingOffice {
  /** Since when without a gap; null while another process may be sending. */
  heldSince(): number | null;
}

export function startOutbox(
  reached: Reached,
  store: OutboxReads,
  office: SendingOffice,
  pace: Pace = makePace(),
): Outbox {
  const { clock, log, peopleFirst } = reached;
  const stopping = new AbortController();
  const sender = makeSender(reached, store, office, pace);
  const underWay = new Set<Promise<void>>();
  let nudged = new AbortController();

  // The store's trouble: rows stay where they are.
  const troubled = (error: unknown): void =>
    log.error("the outbox could not be read or marked", { error: error instanceof Error ? error : null });

  function follow(sending: Promise<boolean>): void {
    const followed = sending
      .then((sent) => {
        if (sent) nudged.abort(isNudge);
      }, troubled)
      .finally(() => underWay.delete(followed));
    underWay.add(followed);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await peopleFirst.turn(yieldsMs, stopping.signal);
      // What is put while the rows are read is looked at right after.
      nudged = new AbortController();
      try {
        if (office.heldSince() !== null) for (const sending of await sender.begin()) follow(sending);
      } catch (error) {
        troubled(error);
      }
      await clock.wait(beatMs, AbortSignal.any([stopping.signal, nudged.signal]));
    }
    await Promise.all(underWay);
  }

  const running = run();
  return {
    nudge: () => nudged.abort(isNudge),
    backlog: async () => {
      const { count, oldestCreatedAt } = await store.backlog();
      return { count, oldestMs: oldestCreatedAt === null ? 0 : Math.max(0, clock.now() - oldestCreatedAt) };
    },
    stop: async () => {
      stopping.abort();
      await within(clock, 10_000, running, () => undefined);
    },
  };
}

interface Sender {
  /** Begins what may be sent now, one thing for each line in which nothing is under way; true of each that was sent. */
  begin(): Promise<readonly Promise<boolean>[]>;
  /** Begins, and waits for all of it; how many were sent. */
  round(): Promise<number>;
}

/** Exported for tests that step through rounds by themselves. */
export function makeSender(
  reached: Reached,
  store: OutboxReads,
  office: SendingOffice,
  pace: Pace = makePace(),
): Sender {
  const { clock } = reached;
  const uncertain = new Set<string>();
  const known = knownBy((key) => store.sent(key));
  const context = { reached, sent: known.sent };
  let knownSince: number | null = null;
  const traffic = new Traffic();

  async function one(sending: Sending): Promise<boolean> {
    const { row } = sending;
    const threadTs = await threadOf(known, row);
    if (threadTs === undefined) {
      if (clock.now() - row.createdAt > threadPatienceMs)
        await drop(sending, "the message that starts its thread was never posted");
      else await store.markLater(row, { dueAt: clock.now() + 2_000 });
      return false;
    }
    const key = await paceKey(known, row);
    const waits = pace.take(key, clock.now());
    if (waits > 0) {
      traffic.rest(row.to.channelId, clock.now() + waits);
      return false;
    }
    // Rows from before the office was taken may have been posted by whoever had it, whatever their count of attempts says.
    const since = office.heldSince();
    const claim = since === null ? "refused" : await store.claim([row.id, ...sending.alsoSent], clock.now() + claimMs);
    if (since === null || claim === "refused") {
      pace.giveBack(key);
      return false;
    }
    const mayStillArrive = uncertain.has(nameOf(row)) || row.createdAt < since || claim === "taken-over";
    const mayHaveArrived = mayStillArrive || row.attempts > 0 || row.doubtUntil > 0;
    try {
      const goesUntil = clock.now() + sendMs;
      const work = send(context, sending, { threadTs, mayHaveArrived, goesUntil });
      const sent = await within(clock, sendMs, work, () => null);
      if (sent === null) throw new Error("sending took too long");
      const again = row.living ? Math.max(row.doubtUntil, mayStillArrive ? clock.now() + settleMs : 0) : 0;
      const stands = again <= clock.now() ? {} : { again: { row: row.id, at: again } };
      const isNew = (await known.sent(row.key))?.ts !== sent.ts;
      await store.markSent([...sending.alsoSent, row.id], sent, { living: row.living, isNew, ...stands });
      known.learn(sent);
      uncertain.delete(nameOf(row));
      return true;
    } catch (error) {
      await failed(sending, error, key);
      return false;
    }
  }

  async function failed(sending: Sending, error: unknown, key: PaceKey): Promise<void> {
    const { row } = sending;
    if (error instanceof MessageOverLimit) return drop(sending, `over Slack's limits: ${error.message}`);
    const failure = failureOf(error);
    const next = await afterFailure(reached, row, failure);
    if (next.kind === "drop") return drop(sending, next.reason);
    const now = clock.now();
    const isUnknown = failure.kind === "unknown";
    if (isUnknown) uncertain.add(nameOf(row));
    // What comes after it in the channel waits too: order is kept, unless it is this message alone that does not go.
    const until = now + (isAboutAll(failure) ? next.inMs : Math.min(next.inMs, longestHoldMs));
    pace.hold(key, until);
    traffic.rest(row.to.channelId, until);
    reached.log.warn("a message was not sent yet", {
      row: row.id,
      channel: row.to.channelId,
      why: failureText(failure),
    });
    const doubt = isUnknown && row.living ? { doubtUntil: now + settleMs } : {};
    await store.markLater(row, { dueAt: now + next.inMs, ...doubt });
  }

  async function drop(sending: Sending, reason: string): Promise<void> {
    reached.log.error("a message is given up", { row: sending.row.id, channel: sending.row.to.channelId, why: reason });
    uncertain.delete(nameOf(sending.row));
    for (const id of [sending.row.id, ...sending.alsoSent]) await store.markDropped(id, reason);
  }

  async function begin(): Promise<readonly Promise<boolean>[]> {
    if (office.heldSince() !== knownSince) known.forget();
    knownSince = office.heldSince();
    const now = clock.now();
    const rows = await store.due(now, rowsOfChannel, traffic.resting(now));
    return traffic.free(rows, now, (key) => known.has(key)).map((sending) => traffic.follow(sending.row, one(sending)));
  }

  return {
    begin,
    round: async () => (await Promise.all(await begin())).filter(Boolean).length,
  };
}

/** All forms of a living message are one message in Slack. */
function nameOf({ id, key, living }: OutboxRow): string {
  return living ? `key ${key}` : `row ${id}`;
}

/** Slack asked everybody to wait, or takes nothing from this token. */
function isAboutAll(failure: Failure): boolean {
  return failure.kind === "rate-limited" || (failure.kind === "refused" && isTokenFailure(failure.code));
}

/** The thread's ts, null outside threads, undefined while the message that starts it was not sent. */
async function threadOf(known: Known, row: OutboxRow): Promise<string | null | undefined> {
  const { thread } = row.to;
  if (thread === null) return null;
  if ("ts" in thread) return thread.ts;
  return (await known.sent(thread.key))?.ts;
}

async function paceKey(known: Known, row: OutboxRow): Promise<PaceKey> {
  if (row.living && row.to.ephemeralTo === undefined && (await known.sent(row.key)) !== null) return "update";
  return `post:${row.to.channelId}`;
}
