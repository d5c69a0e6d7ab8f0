// When an approved request may start, and until when: at once, or at its planned start (R8, R25).
import type { Plan } from "../core/plan.ts";
import type { Request } from "../core/request.ts";
import { nextOpening } from "./hours.ts";
import { freeExpiresInMs, freeStartWithinMs } from "./jobs.ts";

/** The later of the approvals and the planned start. */
export function startAt(plan: Pick<Plan, "notBefore">, approvedAt: number): number {
  return Math.max(approvedAt, plan.notBefore ?? approvedAt);
}

/** An approval that is not used by then is asked for again. */
export function startBefore({ plan, requirement }: Pick<Request, "plan" | "requirement">, approvedAt: number): number {
  return startAt(plan, approvedAt) + (requirement?.startWithinMs ?? freeStartWithinMs);
}

/**
 * Until when a request waits for approvals: a planned start is never cut off, so it may be approved until it would start too
 * late even if it began at once. With approver hours the time counts from when they next begin, which may be tomorrow (R24).
 */
export function expiresAt({ plan, requirement }: Pick<Request, "plan" | "requirement">, now: number): number {
  const asksFrom = nextOpening(requirement?.hours ?? [], now) ?? now;
  const until = asksFrom + (requirement?.expiresInMs ?? freeExpiresInMs);
  return plan.notBefore === undefined ? until : Math.max(until, startBefore({ plan, requirement }, plan.notBefore));
}
