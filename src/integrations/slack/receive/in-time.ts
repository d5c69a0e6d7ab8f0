// How long the surface may take, and what is said when it takes longer or there is too much.
import type { Reply } from "../../../core/ports/surface.ts";
import { type Refusal, refuse } from "../../../core/refusal.ts";
import { within } from "../within.ts";
import type { Talk } from "./talk.ts";

/** The surface's answer with an end to the wait: after it, the person is told rather than left alone. */
export function inTime(talk: Talk, reply: Promise<Reply>): Promise<Reply> {
  return within(talk.clock, answerMs, reply, (): Reply => ({ kind: "refusal", refusal: tooSlow }));
}

const answerMs = 60_000;

const tooSlow: Refusal = refuse(
  "busy",
  "There is no answer after a minute.",
  "Look with approvals or status whether it was taken before you ask again.",
);

export const tooMuch: Refusal = refuse(
  "busy",
  "Too much is asked at once.",
  "Nothing was done. Ask again in a few seconds.",
);
