// The rings in which people are asked: who is on shift, then everybody who can, then those who can find somebody (R23).
import type { Request } from "../core/request.ts";
import type { Effect } from "./events.ts";
import { nextOpening } from "./hours.ts";

export const rings = [1, 2, 3] as const;
export type Ring = (typeof rings)[number];

/** While somebody looks, the next ring waits so much longer, once. */
export const putOffMs = 10 * 60_000;

/**
 * When each ring is due: counted from the posting, or from when approvals are next taken, since nobody is asked at an hour at
 * which they can't help. Without times of its own: at once, after a third and after two thirds of what is then left of its life.
 */
export function ringTimes(request: Pick<Request, "requirement" | "expiresAt">, postedAt: number): readonly number[] {
  const { hours = [], rings: given } = request.requirement ?? {};
  const from = nextOpening(hours, postedAt) ?? postedAt;
  const third = Math.floor((request.expiresAt - from) / 3);
  const [remind, escalate] = given ?? [third, 2 * third];
  return [from, from + remind, from + escalate];
}

/** Those of the request's current version; each finds out from the record whether there is still somebody to ask. */
export function ringJobs(request: Request, postedAt: number): readonly Effect[] {
  const times = ringTimes(request, postedAt);
  return rings.map((ring, index) => ringJob(request, String(ring), times[index] ?? postedAt));
}

/** A stage is met: those of the next one are asked at once. As often as that happens again after a vote was taken back. */
export function nextStageJob(request: Request, now: number): Effect {
  return ringJob(request, `turn-${now}`, now);
}

export function ringJob(request: Request, which: string, dueAt: number): Effect {
  return { kind: "schedule", job: "remind", id: `remind:${request.id}:${request.version}:${which}`, dueAt };
}

/** The version and the ring that a job is about; `turn` for a stage that has just opened, null for a name of another kind. */
export function readRingJob(id: string): { readonly version: number; readonly ring: Ring | "turn" } | null {
  const [, , version = "", which = ""] = id.split(":");
  const ring = which.startsWith("turn-") ? "turn" : (rings.find((one) => String(one) === which.split("-")[0]) ?? null);
  return ring === null || !/^\d{1,9}$/.test(version) ? null : { version: Number(version), ring };
}
