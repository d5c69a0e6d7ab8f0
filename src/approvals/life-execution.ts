// The execution of a request: claimed once, written under a fence, ended with what is known.
import { type Refusal, refuse } from "../core/refusal.ts";
import {
  type Execution,
  type Request,
  type StepRecord,
  standingGlass,
  standingVotes,
  withoutGlass,
} from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { Effect, Holder, LifeContext, LifeEvent } from "./events.ts";
import { expireJob, recoverJob } from "./jobs.ts";
import type { Stepped } from "./life.ts";
import { voidedEffects, voidVotes } from "./life-course.ts";
import { counted } from "./life-votes.ts";
import { stricter } from "./strictest.ts";
import { isDenied, quorumOf, stillNeeded, whyNot } from "./who-counts.ts";

type Of<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;

/** The one way from approved to executing (R26); everything is checked once more, as of now (R5, R8, R11, R24, R29, R31). */
export function claim(request: Request, event: Of<"claim">, context: LifeContext): Stepped | Refusal {
  const refusal = notClaimable(request, event, context);
  if (refusal !== null) return refusal;
  const held = underBoth(request, event);
  if (isDenied(held, context.standings)) return counted(held, [], context);
  if (!quorumOf(held, context.standings).met && !isOpened(held, event))
    return backToPending(held, { missing: stillNeeded(held, context.standings), event }, context);
  const { now } = context;
  const execution: Execution = {
    runner: event.runner,
    fence: (request.execution?.fence ?? 0) + 1,
    leaseUntil: now + event.leaseMs,
    startedAt: now,
    steps: [],
  };
  const next: Request = { ...held, state: "executing", execution, says: "being written" };
  const details = { runner: event.runner, fence: execution.fence, drift: event.drift, policy: event.decision.policy };
  const effects: Effect[] = [
    audit("execution.claimed", next, { details }),
    recoverJob(next, execution.fence, execution.leaseUntil),
    { kind: "card" },
  ];
  return { request: next, effects };
}

function notClaimable(request: Request, event: Of<"claim">, { now, halted }: LifeContext): Refusal | null {
  if (request.state === "executing" || request.state === "verifying")
    return refuse(
      "execution-started",
      `${request.id} is already being executed by ${request.execution?.runner ?? "a runner"}.`,
      "Nothing needs doing.",
    );
  if (request.state !== "approved")
    return refuse("not-eligible", `${request.id} is not approved: ${request.says}.`, "Its approvals come first.");
  const { notBefore } = request.plan;
  if (notBefore !== undefined && now < notBefore)
    return refuse("too-early", `${request.id} is planned for later.`, "It starts by itself when its time has come.");
  if (request.startBy === null || now >= request.startBy)
    return refuse("expired", `${request.id} did not start in time.`, "It must be approved again.");
  if (halted && !onlySettings(request)) return refuse("halted", "All execution is halted.", "“unhalt” lets it go on.");
  if (event.digest !== request.plan.digest)
    return refuse(
      "plan-drifted",
      `What ${request.id} would do is no longer what was approved.`,
      "It is planned anew and voted on again.",
    );
  const { decision } = event;
  if (decision.kind !== "deny") return null;
  const hint =
    decision.code === "frozen" ? "It can start when the freeze is over." : `Rule: ${decision.rule || "none"}.`;
  return refuse(decision.code, decision.reason, hint);
}

/** A request under way must satisfy the policy that it was asked under and the one in force now (R31). */
function underBoth(request: Request, { decision }: Of<"claim">): Request {
  if (decision.kind !== "approvals") return request;
  const requirement =
    request.requirement === null ? decision.requirement : stricter(request.requirement, decision.requirement);
  return { ...request, requirement, rules: [...new Set([...request.rules, ...decision.rules])] };
}

/** Missing approvals are made up for by break-glass alone, and only while whoever used it still may (R11, R30). */
function isOpened(request: Request, event: Of<"claim">): boolean {
  return standingGlass(request) !== null && event.glass === null;
}

interface Lacking {
  readonly missing: string;
  readonly event: Of<"claim">;
}

function backToPending(request: Request, { missing, event }: Lacking, { now, standings }: LifeContext): Stepped {
  const lost = standingVotes(request).filter((vote) => whyNot(request, vote, standings) !== null);
  const why = lost.map((vote) => `${vote.voter.name} ${whyNot(request, vote, standings)}`).join("; ");
  const glass =
    standingGlass(request) === null
      ? ""
      : `break-glass no longer counts: ${event.glass?.message ?? "it was not checked"}`;
  const next: Request = {
    ...withoutGlass(request, now),
    state: request.postedAt === null ? "planned" : "pending",
    votes: voidVotes(request, lost, now),
    quorumAt: null,
    startBy: null,
    says: missing,
  };
  const because = why === "" ? glass || "the policy asks for more now" : why;
  const details = { refusal: "not-eligible", says: `Still needed is ${missing}: ${because}.` };
  const effects: Effect[] = [
    audit("execution.refused", next, { outcome: "refused", details }),
    ...voidedEffects(next, lost, why),
    {
      kind: "tell",
      whom: [request.requester],
      says: `${request.id} did not start: still needed is ${missing} (${because}).`,
    },
    expireJob(next, next.expiresAt),
    { kind: "free-locks" },
    { kind: "card" },
  ];
  return { request: next, effects };
}

/** A halt does not stop what changes only the bot's own settings: otherwise nothing could ever let execution go on. */
function onlySettings(request: Request): boolean {
  return request.plan.changes.every((change) => change.kind === "setting");
}

/** Why it has not started yet, for its card; the same reason again is refused as `already-so`. */
export function waits(request: Request, { says }: Of<"waits">): Stepped | Refusal {
  if (request.state !== "approved" || request.says === says)
    return refuse("already-so", `${request.id} is ${request.state}: ${request.says}.`, "Nothing needs doing.");
  return { request: { ...request, says }, effects: [{ kind: "card" }] };
}

/** From approved to failed without a claim: the last look found that it can't be done, and nothing was written. */
export function abandoned(request: Request, event: Of<"abandoned">, { now }: LifeContext): Stepped | Refusal {
  if (request.state !== "approved")
    return refuse("not-eligible", `${request.id} is ${request.state}, so it is not given up.`, "Nothing needs doing.");
  const next: Request = { ...request, state: "failed", endedAt: now, startBy: null, says: event.says };
  const effects: Effect[] = [
    audit("execution.ended", next, { outcome: "refused", details: { state: "failed", written: 0, says: event.says } }),
    { kind: "free-locks" },
    { kind: "card" },
  ];
  return { request: next, effects };
}

export function heartbeat(request: Request, event: Of<"heartbeat">, { now }: LifeContext): Stepped | Refusal {
  const execution = heldBy(request, event, now);
  if (execution.kind === "refusal") return execution;
  const leaseUntil = now + event.leaseMs;
  const next = { ...request, execution: { ...execution.execution, leaseUntil } };
  return { request: next, effects: [recoverJob(next, event.fence, leaseUntil)] };
}

/** An intent needs a living lease and no halt; what has already happened is recorded as long as nobody took over. */
export function stepRecorded(
  request: Request,
  event: Of<"step-recorded">,
  { now, halted }: LifeContext,
): Stepped | Refusal {
  const { step } = event;
  const isIntent = step.state === "intended";
  const held = heldBy(request, event, isIntent ? now : null);
  if (held.kind === "refusal") return held;
  if (request.state !== "executing")
    return refuse("execution-started", `${request.id} is written; nothing more is recorded.`, "Nothing needs doing.");
  if (isIntent && halted && !onlySettings(request))
    return refuse("halted", "All execution is halted.", "“unhalt” lets it go on.");
  const known = held.execution.steps.find((other) => other.index === step.index);
  if (known?.state === step.state || (isIntent && known !== undefined && known.state !== "unknown"))
    return refuse(
      "already-so",
      `Change ${step.index + 1} of ${request.id} is already ${known?.state}.`,
      "Nothing needs doing.",
    );
  const steps = [...held.execution.steps.filter((other) => other.index !== step.index), step].sort(
    (a, b) => a.index - b.index,
  );
  const next: Request = { ...request, execution: { ...held.execution, steps }, says: step.says };
  return { request: next, effects: [stepAudit(next, step), { kind: "card" }] };
}

function stepAudit(request: Request, step: StepRecord): Effect {
  const { index, object, state, says, resourceVersion, auditId } = step;
  const details = { index, object, state, says, resourceVersion, auditId, fence: request.execution?.fence ?? 0 };
  if (state === "intended") return audit("write.intended", request, { details });
  if (state === "written" || state === "changed" || state === "found-done")
    return audit("write.done", request, { details });
  return audit("write.failed", request, { outcome: state === "refused" ? "refused" : "failed", details });
}

/** Every change of the plan was written or found done. */
export function writtenAll(request: Request, event: Of<"written-all">, _context: LifeContext): Stepped | Refusal {
  const held = heldBy(request, event, null);
  if (held.kind === "refusal") return held;
  if (request.state !== "executing")
    return refuse("already-so", `${request.id} is already written.`, "Nothing needs doing.");
  const written = held.execution.steps.filter((step) => step.state === "written" || step.state === "found-done").length;
  if (written < request.plan.changes.length)
    return refuse(
      "bad-argument",
      `${written} of ${request.plan.changes.length} changes of ${request.id} are written.`,
      "Record every change first.",
    );
  const next: Request = { ...request, state: "verifying", says: "written; reading the result back" };
  return { request: next, effects: [{ kind: "free-locks" }, { kind: "card" }] };
}

/** “Done” is only said after the result was read back (R28), so never from executing. */
export function ended(request: Request, event: Of<"ended">, { now }: LifeContext): Stepped | Refusal {
  const held = heldBy(request, event, null);
  if (held.kind === "refusal") return held;
  if (request.state === "executing" && (event.outcome === "done" || event.outcome === "unconfirmed"))
    return refuse(
      "bad-argument",
      `${request.id} is not written yet, so it cannot be ${event.outcome}.`,
      "Record every change first.",
    );
  const next: Request = { ...request, state: event.outcome, endedAt: now, says: event.says };
  const steps = request.execution?.steps ?? [];
  const written = steps.filter((step) => step.state === "written" || step.state === "found-done").length;
  const details = { state: event.outcome, written, says: event.says };
  const ok = event.outcome === "done" ? "ok" : "failed";
  const effects: Effect[] = [
    audit("execution.ended", next, { outcome: ok, details }),
    { kind: "free-locks" },
    { kind: "card" },
  ];
  if (event.outcome === "done")
    effects.unshift(audit("execution.verified", next, { details: { goal: goalsOf(next), says: event.says } }));
  return { request: next, effects };
}

/** A lease is for a holder that may live; of one that is known to be dead it ends now, and is looked up at once. */
export function orphaned(request: Request, event: Of<"orphaned">, { now }: LifeContext): Stepped | Refusal {
  const { execution } = request;
  if (execution === null || execution.runner === event.runner || now >= execution.leaseUntil)
    return refuse("already-so", `${request.id} is held by nobody that is gone.`, "Nothing needs doing.");
  const next: Request = { ...request, execution: { ...execution, leaseUntil: now } };
  return { request: next, effects: [recoverJob(next, execution.fence, now)] };
}

/** By the holder itself, when it sends and records nothing more of it: its lease ends now. */
export function handedOver(request: Request, event: Of<"handed-over">, { now }: LifeContext): Stepped | Refusal {
  const held = heldBy(request, event, now);
  if (held.kind === "refusal") return held;
  const next: Request = { ...request, execution: { ...held.execution, leaseUntil: now } };
  return { request: next, effects: [recoverJob(next, event.fence, now)] };
}

/** Only after the lease ran out; the fence goes up, so the one before can record nothing any more. */
export function recovered(request: Request, event: Of<"recovered">, { now }: LifeContext): Stepped | Refusal {
  const { execution } = request;
  if (execution === null || now < execution.leaseUntil)
    return refuse(
      "execution-started",
      `${request.id} is held by ${execution?.runner ?? "nobody"}.`,
      "Wait until its lease is over.",
    );
  const next: Request = {
    ...request,
    execution: { ...execution, runner: event.runner, fence: execution.fence + 1, leaseUntil: now + event.leaseMs },
    says: "interrupted; looking at what was done",
  };
  const evidence = `the lease of ${execution.runner} is over`;
  const details = { state: next.state, evidence, runner: event.runner, fence: execution.fence + 1 };
  const effects: Effect[] = [
    audit("execution.recovered", next, { details }),
    recoverJob(next, execution.fence + 1, now + event.leaseMs),
    { kind: "card" },
  ];
  return { request: next, effects };
}

function goalsOf(request: Request): string {
  return [...new Set(request.plan.goals.map((goal) => goal.kind))].join(", ");
}

/** `now` given: the lease must not have run out either. */
function heldBy(request: Request, { runner, fence }: Holder, now: number | null): Held | Refusal {
  const { execution } = request;
  if (execution === null || execution.runner !== runner || execution.fence !== fence)
    return refuse(
      "execution-started",
      `${request.id} is not held by ${runner} with fence ${fence}.`,
      "Somebody else goes on with it.",
    );
  if (now !== null && now >= execution.leaseUntil)
    return refuse(
      "expired",
      `The lease of ${runner} on ${request.id} has run out.`,
      "It is looked at anew before it goes on.",
    );
  return { kind: "held", execution };
}

interface Held {
  readonly kind: "held";
  readonly execution: Execution;
}
