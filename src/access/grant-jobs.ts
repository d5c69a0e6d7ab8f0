// When a grant is looked at by itself: warnings before its end, and the end.
import type { Grant } from "../core/access.ts";

export interface GrantJob {
  readonly job: "grant-warn" | "grant-end";
  readonly id: string;
  readonly dueAt: number;
}

const minute = 60_000;

/** An active grant is looked at as often as this, so that somebody who removed it by hand is noticed. */
export const lookEveryMs = 5 * minute;

/** Due when it ends; for one that is ending, at once, as a job of its own that no earlier one can take along. */
export function endJob(grant: Grant): GrantJob {
  if (grant.state !== "active") return { job: "grant-end", id: `grant-end:${grant.id}:ending`, dueAt: 0 };
  return { job: "grant-end", id: `grant-end:${grant.id}:${grant.endsAt ?? 0}`, dueAt: grant.endsAt ?? 0 };
}

const soonMs = 2_000;
const seldomMs = 60_000;

/**
 * How long an end that did not come about waits to be tried again: at once at first, then ever more seldom, since each try is
 * recorded, and what a cluster refuses for an hour would fill the record.
 */
export function againMsOf(ending: Grant["ending"], now: number): number {
  const sinceMs = ending === null ? 0 : now - ending.at;
  return Math.min(seldomMs, Math.max(soonMs, sinceMs / 4));
}

export function warnJob(grant: Grant): GrantJob {
  const dueAt = Math.min(...warningsOf(grant).map((before) => (grant.endsAt ?? 0) - before), nextLook(grant));
  return { job: "grant-warn", id: `grant-warn:${grant.id}:${grant.endsAt ?? 0}`, dueAt };
}

function nextLook(grant: Grant): number {
  return (grant.activeAt ?? 0) + lookEveryMs;
}

/** So long before the end its holder is told: ten minutes, of long ones an hour too, and of short ones at half their time. */
export function warningsOf(grant: Pick<Grant, "lengthMs">): readonly number[] {
  if (grant.lengthMs >= 3 * 60 * minute) return [60 * minute, 10 * minute];
  return grant.lengthMs > 15 * minute ? [10 * minute] : [Math.floor(grant.lengthMs / 2)];
}

/** The warning that is due now, or null: of several the last one, since the earlier ones say less. */
export function warningDue(grant: Grant, now: number): number | null {
  const { endsAt } = grant;
  if (endsAt === null || now >= endsAt) return null;
  const due = warningsOf(grant).filter((before) => now >= endsAt - before);
  return due.length === 0 ? null : Math.min(...due);
}

/** When it is looked at next; null when its end comes first. */
export function nextWarning(grant: Grant, now: number): number | null {
  const endsAt = grant.endsAt ?? 0;
  const times = [...warningsOf(grant).map((before) => endsAt - before), now + lookEveryMs].filter((at) => at > now);
  const next = Math.min(...times);
  return next < endsAt ? next : null;
}
