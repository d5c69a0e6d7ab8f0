// Which jobs share hands: each concern has its own, so that a thousand reminders hold up no execution and no end of access.
import type { JobLimits } from "../core/ports/jobs.ts";
import type { JobKind } from "../core/ports/store.ts";

export const lanes = ["executions", "recoveries", "ends", "people"] as const;
export type Lane = (typeof lanes)[number];

const laneOfKind: Readonly<Record<JobKind, Lane>> = {
  execute: "executions",
  // Apart from executions: those may be waiting for the very target that is to be recovered.
  recover: "recoveries",
  "grant-end": "ends",
  "freeze-over": "ends",
  "grant-warn": "people",
  "follow-up": "people",
  "look-over": "people",
  expire: "people",
  remind: "people",
  digest: "people",
  review: "people",
  prune: "people",
};

export function laneOf(kind: JobKind): Lane {
  return laneOfKind[kind];
}

export function kindsOf(lane: Lane): readonly JobKind[] {
  return (Object.keys(laneOfKind) as JobKind[]).filter((kind) => laneOfKind[kind] === lane);
}

export function handsOf(lane: Lane, limits: JobLimits): number {
  return limits[lane];
}
