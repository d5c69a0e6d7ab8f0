// What becomes of a message that Slack did not take: tried again later, or given up with the reason.
import type { OutboxRow } from "../../../core/outbox.ts";
import type { Reached } from "../connect.ts";
import { type Failure, failureOf, isTokenFailure } from "../failure.ts";

export type Next =
  | { readonly kind: "later"; readonly inMs: number }
  | { readonly kind: "drop"; readonly reason: string };

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

export async function afterFailure(reached: Reached, row: OutboxRow, failure: Failure): Promise<Next> {
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
