// Messages to Slack as rows: written with what causes them, sent later, in order, at Slack's pace.
import type { RequestId } from "./ids.ts";
import type { Message } from "./message.ts";

/** Where a message goes. */
export interface Destination {
  readonly channelId: string;
  /** Thread's first message, or the key of an outbox message that starts it; null posts into the channel. */
  readonly thread: { readonly ts: string } | { readonly key: string } | null;
  /** Only this user sees it. */
  readonly ephemeralTo?: string;
}

/**
 * `key` names a living message: a later row of the same key updates what the first one posted; rows of one key that were
 * not sent yet are coalesced into the newest. Rows without `living` are each sent once.
 */
export interface OutboxMessage {
  readonly key: string;
  readonly living: boolean;
  readonly to: Destination;
  readonly message: Message;
  readonly request: RequestId | null;
  /** audit lines may be gathered into one message when they come faster than the channel's pace. */
  readonly lane: "answer" | "card" | "story" | "audit";
}

export interface OutboxRow extends OutboxMessage {
  readonly id: number;
  readonly createdAt: number;
  readonly attempts: number;
  /** Not before this. */
  readonly dueAt: number;
  /** Of a living message: an earlier sending may still arrive in Slack until then; 0 where none is in doubt. */
  readonly doubtUntil: number;
}

/** What is known of a key after its first sending. */
export interface SentMessage {
  readonly key: string;
  readonly channelId: string;
  readonly ts: string;
  readonly sentAt: number;
}
