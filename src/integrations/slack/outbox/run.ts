// The outbox: rows sent in order and at Slack's pace, tried again until Slack takes them, dropped only with a reason.
import type { OutboxRow } from "../../../core/outbox.ts";
import type { OutboxReads } from "../../../core/ports/store.ts";
import type { Reached } from "../connect.ts";
import { type Failure, failureOf, failureText, isTokenFailure } from "../failure.ts";
import { within } from "../within.ts";
import { nextSendings, type Sending } from "./batch.ts";
import { makePace, type Pace, type PaceKey } from "./pace.ts";
import { MessageOverLimit, send } from "./send.ts";

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
const sendMs = 60_000;
/** Longer than a sending may take. */
const claimMs = 90_000;

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
  const { clock, log } = reached;
  const stopping = new AbortController();
  const sender = makeSender(reached, store, office, pace);
  let nudged = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let sent = 0;
      try {
        if (office.heldSince() !== null) sent = await sender.round();
      } catch (error) {
        // The store's trouble: rows stay where they are.
        log.error("the outbox could not be read or marked", { error: error instanceof Error ? error : null });
      }
      if (sent > 0) continue;
      nudged = new AbortController();
      await clock.wait(beatMs, AbortSignal.any([stopping.signal, nudged.signal]));
    }
  }

  const running = run();
  return {
    nudge: () => nudged.abort(),
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
  /** Sends what may be sent now; how many sendings came to an end. */
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
  const context = { reached, store };

  async function one(sending: Sending): Promise<boolean> {
    const { row } = sending;
    const threadTs = await threadOf(store, row);
    if (threadTs === undefined) {
      if (clock.now() - row.createdAt > threadPatienceMs)
        await drop(sending, "the message that starts its thread was never posted");
      else await store.markLater(row, { dueAt: clock.now() + 2_000 });
      return false;
    }
    const key = await paceKey(store, row);
    if (pace.take(key, clock.now()) > 0) return false;
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
      const work = send(context, sending, { threadTs, mayHaveArrived });
      const sent = await within(clock, sendMs, work, () => null);
      if (sent === null) throw new Error("sending took too long");
      const again = row.living ? Math.max(row.doubtUntil, mayStillArrive ? clock.now() + settleMs : 0) : 0;
      const stands = again <= clock.now() ? undefined : { row: row.id, at: again };
      await store.markSent([...sending.alsoSent, row.id], sent, stands);
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
    pace.hold(key, now + (isAboutAll(failure) ? next.inMs : Math.min(next.inMs, longestHoldMs)));
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

  return {
    round: async () => {
      const rows = await store.due(clock.now(), rowsOfChannel);
      const done = await Promise.all(nextSendings(rows).map(one));
      return done.filter(Boolean).length;
    },
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
async function threadOf(store: OutboxReads, row: OutboxRow): Promise<string | null | undefined> {
  const { thread } = row.to;
  if (thread === null) return null;
  if ("ts" in thread) return thread.ts;
  return (await store.sent(thread.key))?.ts;
}

async function paceKey(store: OutboxReads, row: OutboxRow): Promise<PaceKey> {
  if (row.living && row.to.ephemeralTo === undefined && (await store.sent(row.key)) !== null) return "update";
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
