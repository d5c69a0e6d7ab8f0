// The course of a request without its votes and its execution: posted, planned anew, out of time, taken back.
import { isHuman } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingVotes, type Vote, withoutGlass } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { Effect, LifeContext, LifeEvent } from "./events.ts";
import { expireJob, recoverJob } from "./jobs.ts";
import type { Stepped } from "./life.ts";
import { counted } from "./life-votes.ts";
import { neededWords } from "./needed.ts";
import { expiresAt } from "./planned-start.ts";
import { ringJobs } from "./rings.ts";
import { stricter } from "./strictest.ts";
import { mayStop } from "./who-counts.ts";

type Of<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;

/** From here on votes count (R2). */
export function posted(request: Request, { cardTs }: Of<"posted">, context: LifeContext): Stepped | Refusal {
  if (request.postedAt !== null)
    return refuse("already-so", `${request.id} is already posted.`, "Nothing needs doing.");
  const next: Request = { ...request, postedAt: context.now, card: { ...request.card, ts: cardTs } };
  const effect = audit("request.posted", next, { details: { ts: cardTs } });
  if (request.state !== "planned") return { request: next, effects: [effect] };
  const stepped = counted({ ...next, state: "pending" }, [effect], context);
  if (stepped.request.state !== "pending") return stepped;
  return { ...stepped, effects: [...stepped.effects, ...ringJobs(stepped.request, context.now)] };
}

/** Votes stand: the same version is shown whole again, by another message. */
export function reposted(request: Request, { cardTs }: Of<"reposted">): Stepped | Refusal {
  if (request.postedAt === null)
    return refuse("request-not-posted", `${request.id} is not yet posted.`, "It is posted first.");
  if (request.card.ts === cardTs)
    return refuse("already-so", `${request.id} already stands there.`, "Nothing needs doing.");
  const next: Request = { ...request, card: { ...request.card, ts: cardTs } };
  return { request: next, effects: [audit("request.posted", next, { details: { ts: cardTs, reposted: true } })] };
}

/** Another meaning voids every vote, needs no less than before, and is voted on only when it is posted (R2, R6, R7). */
export function replanned(request: Request, event: Of<"replanned">, { now }: LifeContext): Stepped | Refusal {
  if (request.execution !== null)
    return refuse("execution-started", `${request.id} is already being executed.`, "Its plan cannot change any more.");
  if (event.plan.digest === request.plan.digest)
    return refuse("already-so", `What ${request.id} would do has not changed its meaning.`, "Its votes stand.");
  const [old, asked] = [request.requirement, event.requirement];
  const requirement = old === null ? asked : asked === null ? old : stricter(old, asked);
  if (requirement === null) return changedUnseen(request, event, now);
  const voided = standingVotes(request);
  const { asked: _, ...kept } = request;
  const { narrowed } = event;
  const next: Request = {
    ...withoutGlass(kept, now),
    ...{ plan: event.plan, requirement, nonce: event.nonce, policyDigest: event.policyDigest },
    ...(narrowed === undefined ? {} : { invocation: narrowed.invocation }),
    ...(event.plan.access === undefined ? {} : { beneficiary: event.plan.access.beneficiary }),
    rules: [...new Set([...request.rules, ...event.rules])],
    version: request.version + 1,
    state: "planned",
    votes: voidVotes(request, voided, now),
    postedAt: null,
    expiresAt: expiresAt({ plan: event.plan, requirement }, now),
    quorumAt: null,
    startBy: null,
    says: neededWords(requirement.need, []),
  };
  const effects: Effect[] = [
    audit("request.replanned", next, {
      ...(narrowed === undefined ? {} : { by: narrowed.by }),
      details: { before: request.plan.digest, lines: event.changed },
    }),
    ...voidedEffects(next, voided, "what would be done has changed"),
    { kind: "tell", whom: voided.map((vote) => vote.voter), says: tellChanged(request, event.changed) },
    ...(narrowed === undefined ? [] : [tellNarrowed(request, event.plan.title, narrowed.by.name)]),
    expireJob(next, next.expiresAt),
    { kind: "free-locks" },
    { kind: "card" },
  ];
  return { request: next, effects };
}

/** What needs no approval has nobody to look at what changed, so the asker must ask again. */
function changedUnseen(request: Request, event: Of<"replanned">, now: number): Stepped {
  const says = "what it would do changed before it started; ask again";
  const next: Request = { ...request, state: "cancelled", endedAt: now, startBy: null, says };
  const details = { before: request.plan.digest, after: event.plan.digest, lines: event.changed };
  const effects: Effect[] = [
    audit("request.replanned", next, { details }),
    audit("request.cancelled", next, { details: { reason: says } }),
    { kind: "tell", whom: [request.requester], says: `${request.id}: ${says}` },
    { kind: "free-locks" },
    { kind: "card" },
  ];
  return { request: next, effects };
}

/** Idempotent: a tick before anything is due is refused as `already-so`. */
export function tick(request: Request, { now }: LifeContext): Stepped | Refusal {
  const { state, execution } = request;
  if ((state === "planned" || state === "pending") && now >= request.expiresAt)
    return expired(request, now, "nobody approved it in time");
  if (state === "approved" && request.startBy !== null && now >= request.startBy) return startedTooLate(request, now);
  if (execution !== null && now >= execution.leaseUntil)
    return { request, effects: [recoverJob(request, execution.fence, now)] };
  return refuse("already-so", `Nothing is due for ${request.id}.`, "It goes on by itself.");
}

/** An approval is short-lived: not started in time, it is asked again as long as the request lives (R8). */
function startedTooLate(request: Request, now: number): Stepped {
  const { requirement } = request;
  if (requirement === null || now >= request.expiresAt) return expired(request, now, "it did not start in time");
  const voided = standingVotes(request);
  const says = neededWords(requirement.need, []);
  const votes = voidVotes(request, voided, now);
  const open = withoutGlass(request, now);
  const next: Request = { ...open, state: "pending", votes, quorumAt: null, startBy: null, says };
  const why = "it did not start in time";
  const tell: Effect = {
    kind: "tell",
    whom: voided.map((vote) => vote.voter),
    says: `${request.id} did not start in time; it needs your approval again.`,
  };
  return {
    request: next,
    effects: [
      ...voidedEffects(next, voided, why),
      tell,
      expireJob(next, next.expiresAt),
      { kind: "free-locks" },
      { kind: "card" },
    ],
  };
}

function expired(request: Request, now: number, why: string): Stepped {
  const next: Request = { ...request, state: "expired", endedAt: now, startBy: null, says: why };
  return {
    request: next,
    effects: [
      audit("request.expired", next, { details: { waited: request.says, why } }),
      { kind: "free-locks" },
      { kind: "card" },
    ],
  };
}

/** Before the start it is taken back; while its result is watched, the watching ends (R27, R29). */
export function cancel(request: Request, { by, reason }: Of<"cancel">, { now }: LifeContext): Stepped | Refusal {
  const { requirement } = request;
  const isApprover = requirement !== null && mayStop(requirement, by.groups);
  if (!isHuman(by, request.requester.human) && !isApprover)
    return refuse(
      "not-yours",
      `${by.name} neither asked for ${request.id} nor may countersign it.`,
      `Ask ${request.requester.name}.`,
    );
  if (request.state === "executing")
    return refuse("execution-started", `${request.id} is being written now.`, "When it is written, ask for its undo.");
  const details = { reason };
  if (request.state === "verifying") {
    const next: Request = { ...request, state: "superseded", endedAt: now, says: `watching ended by ${by.name}` };
    return {
      request: next,
      effects: [
        audit("execution.ended", next, { by, details: { ...details, state: "superseded" } }),
        { kind: "free-locks" },
        { kind: "card" },
      ],
    };
  }
  const next: Request = {
    ...request,
    state: "cancelled",
    endedAt: now,
    startBy: null,
    says: `cancelled by ${by.name}${reason === null ? "" : `: ${reason}`}`,
  };
  return {
    request: next,
    effects: [audit("request.cancelled", next, { by, details }), { kind: "free-locks" }, { kind: "card" }],
  };
}

const interrupting = new Set(["rollback", "pause", "cancel"]);

export function supersede(request: Request, event: Of<"supersede">, { now }: LifeContext): Stepped | Refusal {
  if (request.state !== "verifying" || !interrupting.has(event.verb))
    return refuse(
      "target-locked",
      `${request.id} (${request.plan.title}) holds the target.`,
      "Wait until it is written, or cancel it before it starts.",
    );
  const next: Request = {
    ...request,
    state: "superseded",
    endedAt: now,
    says: `superseded by ${event.request} (${event.verb})`,
  };
  const details = { state: "superseded", by: event.request, verb: event.verb };
  return {
    request: next,
    effects: [audit("execution.ended", next, { details }), { kind: "free-locks" }, { kind: "card" }],
  };
}

export function voidVotes(request: Request, voided: readonly Vote[], now: number): readonly Vote[] {
  return request.votes.map((vote) => (voided.includes(vote) ? { ...vote, voidedAt: now } : vote));
}

export function voidedEffects(request: Request, voided: readonly Vote[], why: string): readonly Effect[] {
  if (voided.length === 0) return [];
  return [audit("vote.voided", request, { details: { votes: voided.map((vote) => vote.voter.userId), why } })];
}

/** The asker, and whom it is for, hear of it as the voters do. */
function tellNarrowed(request: Request, title: string, by: string): Effect {
  const { requester, beneficiary } = request;
  const isOther = beneficiary !== undefined && beneficiary.human !== requester.human;
  const whom = isOther ? [requester, beneficiary] : [requester];
  return {
    kind: "tell",
    whom,
    says: `${by} lets ${request.id} be less than was asked for: ${title}. It is voted on anew.`,
  };
}

function tellChanged(request: Request, changed: readonly string[]): string {
  const lines = changed.length === 0 ? "" : `:\n${changed.join("\n")}`;
  return `What ${request.id} would do has changed, so your vote no longer counts${lines}`;
}
