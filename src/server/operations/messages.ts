// What the main loop and the listener's thread say to each other.
import type { WebResponse } from "../route.ts";

export interface ListenerOrders {
  readonly host: string;
  readonly port: number;
  readonly beat: SharedArrayBuffer;
  /** A main loop that has not turned for longer is hung. */
  readonly hungAfterMs: number;
  /** What the main loop is asked for it must answer within this. */
  readonly answerWithinMs: number;
  /** Paths that the main loop answers. */
  readonly paths: readonly string[];
}

/** To the main loop. */
export type FromListener =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "not-listening"; readonly why: string }
  | { readonly kind: "ask"; readonly id: number; readonly path: string; readonly query: string };

/** To the listener. */
export interface ToListener {
  readonly id: number;
  readonly response: WebResponse;
}
