// How long the surface may take, and what is said when it takes longer, the bot stops meanwhile, or there is too much.
import type { Reply } from "../../../core/ports/surface.ts";
import { type Refusal, refuse } from "../../../core/refusal.ts";
import { within } from "../within.ts";
import type { Talk } from "./talk.ts";

/** The surface's answer with an end to the wait: after it, the person is told rather than left alone. */
export async function inTime(talk: Talk, reply: Promise<Reply>): Promise<Reply> {
  const left = Promise.withResolvers<Reply>();
  const leave = (): void => left.resolve({ kind: "refusal", refusal: stopped });
  if (talk.leaving.aborted) leave();
  talk.leaving.addEventListener("abort", leave);
  try {
    const late = (): Reply => ({ kind: "refusal", refusal: tooSlow });
    return await Promise.race([within(talk.clock, answerMs, reply, late), left.promise]);
  } finally {
    talk.leaving.removeEventListener("abort", leave);
  }
}

const answerMs = 60_000;

const tooSlow: Refusal = refuse(
  "busy",
  "There is no answer after a minute.",
  "Look with approvals or status whether it was taken before you ask again.",
);

const stopped: Refusal = refuse(
  "busy",
  "I was stopped before the answer was there.",
  "Look with approvals or status whether it was taken before you ask again.",
);

export const tooMuch: Refusal = refuse(
  "busy",
  "Too much is asked at once.",
  "Nothing was done. Ask again in a few seconds.",
);
