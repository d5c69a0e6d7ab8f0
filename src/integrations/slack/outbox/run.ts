// The outbox: rows sent in order and at Slack's pace, tried again until Slack takes them, dropped only with a reason.
import type { OutboxRow } from "../../../core/outbox.ts";
import type { OutboxReads } from "../../../core/ports/store.ts";
import type { Reached } from "../connect.ts";
import { type Failure, failureOf, failureText, isTokenFailure } from "../failure.ts";
import { within } from "../within.ts";
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
/** As many as are gathered into one message, and some more. */
const rowsOfChannel = 40;
const sendMs = 15_000;
/** A call that was begun within `sendMs` has ended by then. What a killed replica had in hand waits for so long. */
const claimMs = 25_000;

/** A reason that is at hand: without one an error is made each time. */
const isNudge = "nudged";

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
  const { clock, log } = reached;
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
  /** Of a living message what was put meanwhile has another row, and is the same message in Slack. */
  const uncertain = new Set<string>();
  const context = { reached, store };
  const known = knownBy((key) => store.sent(key));
  let knownSince: number | null = null;
  const traffic = new Traffic();

  async function one(sending: Sending): Promise<boolean> {
    const { row } = sending;
    const threadTs = await threadOf(known, row);
    if (threadTs === undefined) {
      if (clock.now() - row.createdAt > threadPatienceMs)
        await drop(sending, "the message that starts its thread was never posted");
      else await store.markLater(row.id, clock.now() + 2_000);
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
    const isMine = since !== null && (await store.claim([row.id, ...sending.alsoSent], clock.now() + claimMs));
    if (!isMine) return false;
    const mayHaveArrived = uncertain.has(row.key) || row.attempts > 0 || row.createdAt < since;
    try {
      const goesUntil = clock.now() + sendMs;
      const work = send(context, sending, { threadTs, mayHaveArrived, goesUntil });
      const sent = await within(clock, sendMs, work, () => null);
      if (sent === null) throw new Error("sending took too long");
      await store.markSent([...sending.alsoSent, row.id], sent, row);
      known.learn(sent);
      uncertain.delete(row.key);
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
    if (failure.kind === "unknown") uncertain.add(row.key);
    // What comes after it in the channel waits too: order is kept.
    pace.hold(key, clock.now() + next.inMs);
    traffic.rest(row.to.channelId, clock.now() + next.inMs);
    reached.log.warn("a message was not sent yet", {
      row: row.id,
      channel: row.to.channelId,
      why: failureText(failure),
    });
    await store.markLater(row.id, clock.now() + next.inMs);
  }

  async function drop(sending: Sending, reason: string): Promise<void> {
    reached.log.error("a message is given up", { row: sending.row.id, channel: sending.row.to.channelId, why: reason });
    uncertain.delete(sending.row.key);
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

type Next = { readonly kind: "later"; readonly inMs: number } | { readonly kind: "drop"; readonly reason: string };

/** Codes after which the same message would be refused for ever. */
const hopeless: Readonly<Record<string, string>> = {
  channel_not_found: "the channel does not exist, or the bot is not in it: invite it with /invite",
  is_archived: "the channel is archived",
  msg_too_long: "Slack found the message too long",
  msg_blocks_too_long: "Slack found the message too long",
  invalid_blocks: "Slack did not accept the message's blocks",
  no_text: "the message is empty",
  restricted_action: "a preference of the workspace forbids the bot to post there",
  restricted_action_read_only_channel: "the channel is read-only",
  user_not_in_channel: "the person is not in the channel",
  messages_tab_disabled: "the person's direct messages with the bot are off",
  missing_scope: "the app lacks a scope: install it again from its manifest",
  thread_not_found: "the thread is gone",
  user_not_found: "there is no such person",
  user_disabled: "the person's account is deactivated",
  cannot_dm_bot: "it is a bot",
};

async function afterFailure(reached: Reached, row: OutboxRow, failure: Failure): Promise<Next> {
  switch (failure.kind) {
    case "rate-limited":
      return { kind: "later", inMs: failure.afterMs };
    case "unknown":
      return { kind: "later", inMs: backoff(row.attempts) };
    case "refused": {
      if (failure.code === "not_in_channel") return joinThenLater(reached, row);
      const reason = hopeless[failure.code];
      if (reason !== undefined) return { kind: "drop", reason: `${failure.code}: ${reason}` };
      // A refused token is the operator's to mend: the rows wait for it.
      return { kind: "later", inMs: isTokenFailure(failure.code) ? 30_000 : backoff(row.attempts) };
    }
    default:
      return failure satisfies never;
  }
}

async function joinThenLater(reached: Reached, row: OutboxRow): Promise<Next> {
  try {
    await reached.clients.lookup.call("conversations.join", { channel: row.to.channelId });
    return { kind: "later", inMs: 0 };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "refused") return { kind: "later", inMs: backoff(row.attempts) };
    return {
      kind: "drop",
      reason: `not_in_channel, and joining it was refused: ${failure.code}. Invite the bot with /invite`,
    };
  }
}

function backoff(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.min(attempts, 7));
}
