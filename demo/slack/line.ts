// One way to reach the app (Socket Mode or HTTP): what is sent, and what came back in time.
import type { Obj } from "./records.ts";

/** Slack waits this long for an acknowledgement. Source: docs.slack.dev/interactivity/handling-user-interaction. */
export const ACK_MS = 3000;

export interface Envelope {
  readonly kind: "events_api" | "slash_commands" | "interactive";
  readonly payload: Obj;
  readonly acceptsResponse: boolean;
}

export interface Retry {
  readonly num: number;
  readonly reason: string;
}

export type Answer =
  | { readonly kind: "acked"; readonly body: Obj }
  | { readonly kind: "timeout" }
  | { readonly kind: "unreachable"; readonly why: string }
  | { readonly kind: "refused"; readonly status: number; readonly noRetry: boolean };

export interface Line {
  readonly connected: () => boolean;
  /** `copies` above 1 delivers the very same bytes again, as Slack now and then does. */
  readonly send: (envelope: Envelope, retry: Retry | undefined, copies: number) => Promise<Answer>;
  /** Sends the last delivery once more, byte for byte; false when there was none. */
  readonly replay: () => Promise<boolean>;
}
