// Break-glass in the life of a request: from waiting to approved without its missing votes, for exactly what was shown (R30).
import type { BrokenGlass } from "../core/break-glass.ts";
import { refOf } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingGlass } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { LifeContext, LifeEvent } from "./events.ts";
import { executeJob, expireJob, freeStartWithinMs } from "./jobs.ts";
import type { Stepped } from "./life.ts";
import { startAt } from "./planned-start.ts";
import { countingVotes, stillNeeded } from "./who-counts.ts";

type Of<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;

/** Whether this person may is decided before; here is held what no permission can give: another plan, or one that was denied. */
export function breakGlass(request: Request, event: Of<"break-glass">, context: LifeContext): Stepped | Refusal {
  const refusal = notBreakable(request, event, context);
  if (refusal !== null) return refusal;
  const { now, standings } = context;
  const { by, reason, throughFreezes } = event;
  const startWithinMs = Math.min(event.startWithinMs, request.requirement?.startWithinMs ?? freeStartWithinMs);
  const startsAt = startAt(request.plan, now);
  const startBy = startsAt + startWithinMs;
  const glass: BrokenGlass = {
    ...{ by: refOf(by), at: now, reason, throughFreezes, voidedAt: null },
    ...{ version: request.version, digest: request.plan.digest },
    skipped: stillNeeded(request, standings),
  };
  const next: Request = {
    ...request,
    ...{ state: "approved", quorumAt: now, startBy, brokenGlass: glass },
    says: `${by.name} used break-glass; it starts without ${glass.skipped}`,
  };
  const details = { reason, skipped: glass.skipped, title: request.plan.title, startBy, throughFreezes };
  const used = audit("breakglass.used", next, { by, details });
  return { request: next, effects: [used, executeJob(next, startsAt), expireJob(next, startBy), { kind: "card" }] };
}

function notBreakable(request: Request, event: Of<"break-glass">, { now, standings }: LifeContext): Refusal | null {
  if (request.state === "executing" || request.state === "verifying")
    return refuse("execution-started", `${request.id} is already being executed.`, "Nothing needs doing.");
  if (request.state === "approved")
    return standingGlass(request) === null
      ? refuse("already-so", `${request.id} has its approvals and starts by itself.`, `Type: request ${request.id}`)
      : refuse("already-so", `Break-glass is already used on ${request.id}.`, `Type: request ${request.id}`);
  if (now >= request.expiresAt) return refuse("expired", `The time for ${request.id} is over.`, "Ask anew.");
  if (event.version !== request.version || event.digest !== request.plan.digest)
    return refuse(
      "stale-card",
      `You confirmed version ${event.version} of ${request.id}; what would be done now is version ${request.version}.`,
      `Look at it and confirm again: breakglass ${request.id}`,
    );
  const [denial] = countingVotes(request, "deny", standings);
  if (denial === undefined) return null;
  return refuse(
    "breakglass-denied",
    `${denial.voter.name} denied ${request.id}: ${denial.reason ?? "without a reason"}. Break-glass makes up for missing approvals, never for a denial.`,
    `Talk to ${denial.voter.name}, who can withdraw it.`,
  );
}
