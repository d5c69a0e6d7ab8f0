// The mark in Slack's message metadata by which a message of ours is found again after a lost reply.
import type { Json } from "../../../core/json.ts";
import { listAt, numberAt, textAt } from "../../../core/json.ts";
import type { Home } from "../home.ts";

const eventType = "countersign";

export function metadataOf(key: string, row: number): Readonly<Record<string, unknown>> {
  return { event_type: eventType, event_payload: { key, row } };
}

export interface Mark {
  readonly key: string;
  /** null: whichever, since all forms of a living message are one message. */
  readonly row: number | null;
  /** Known, and not what is looked for. */
  readonly otherThan: string | null;
}

export interface Marked {
  readonly ts: string;
  readonly row: number;
}

/** The message that carries this mark and is ours, or null. */
export function findMarked(messages: Json, mark: Mark, home: Home): Marked | null {
  for (const message of listAt(messages, "messages")) {
    const ours = textAt(message, "user") === home.botUserId || textAt(message, "bot_id") === home.botId;
    if (!ours || textAt(message, "metadata", "event_type") !== eventType) continue;
    const key = textAt(message, "metadata", "event_payload", "key");
    const row = numberAt(message, -1, "metadata", "event_payload", "row");
    const ts = textAt(message, "ts");
    if (key === mark.key && (mark.row === null || row === mark.row) && ts !== mark.otherThan) return { ts, row };
  }
  return null;
}
