// Votes in the life of a request: cast, withdrawn, counted.
import type { JsonObject } from "../core/json.ts";
import { isHuman, refOf } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingGlass, standingVotes, type Vote, withoutGlass } from "../core/request.ts";
import { audit } from "./audit-drafts.ts";
import type { Effect, LifeContext, LifeEvent, VoteCast } from "./events.ts";
import { executeJob, expireJob } from "./jobs.ts";
import type { Stepped } from "./life.ts";
import { freshEnough, mayVote } from "./may-vote.ts";
import { startAt, startBefore } from "./planned-start.ts";
import { countOpen } from "./quorum.ts";
import { checkReason } from "./reason.ts";
import { nextStageJob } from "./rings.ts";
import { approversOf, countingVotes, isDenied, quorumOf, stillNeeded } from "./who-counts.ts";

type Of<K extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: K }>;

/** A later vote of the same human takes the earlier one's place; the same vote again is refused (R19). */
export function vote(request: Request, cast: VoteCast, context: LifeContext): Stepped | Refusal {
  const refusal =
    notVotable(request, context.now) ?? notThisRequest(request, cast) ?? notThisVoter(request, cast, context);
  if (refusal !== null) return refusal;
  const { by } = cast;
  const added = voteOf(request, cast, context);
  const earlier = standingVotes(request).filter((known) => isHuman(by, known.human));
  const votes = [...request.votes.map((known) => (earlier.includes(known) ? withdrawn(known, context) : known)), added];
  const effects: Effect[] = earlier.map((known) =>
    audit("vote.withdrawn", request, { by, details: { choice: known.choice } }),
  );
  effects.push(audit("vote.cast", request, { by, details: castDetails(added) }));
  const stepped = counted({ ...request, votes }, effects, context);
  const isNextStage = stagesOpen(stepped.request, context) > stagesOpen(request, context);
  if (!isNextStage || stepped.request.state !== "pending") return stepped;
  return { ...stepped, effects: [...stepped.effects, nextStageJob(stepped.request, context.now)] };
}

function voteOf(request: Request, { by, choice, reason, stepUp }: VoteCast, { now, standings }: LifeContext): Vote {
  return {
    ...{ human: by.human, voter: refOf(by), choice, reason: (reason ?? "").trim() === "" ? null : reason, at: now },
    ...{ version: request.version, digest: request.plan.digest, withdrawnAt: null, voidedAt: null },
    assurance: standings.get(by.human)?.assurance ?? "none",
    ...(stepUp === undefined ? {} : { stepUp }),
  };
}

function castDetails({ choice, reason, assurance = "none", stepUp }: Vote): JsonObject {
  const shown = stepUp === undefined ? {} : { stepUp: { at: stepUp.at, acr: stepUp.acr, amr: [...stepUp.amr] } };
  return { choice, reason, assurance, ...shown };
}

function stagesOpen(request: Request, { standings }: LifeContext): number {
  if (request.requirement === null) return 0;
  return countOpen(request.requirement.need, approversOf(request, standings));
}

/** Until execution starts (R20). */
export function withdraw(request: Request, { by }: Of<"withdraw">, context: LifeContext): Stepped | Refusal {
  const refusal = notVotable(request, context.now);
  if (refusal !== null) return refusal;
  const own = standingVotes(request).find((known) => isHuman(by, known.human));
  if (own === undefined)
    return refuse(
      "no-vote",
      `${by.name} has no vote on version ${request.version} of ${request.id}.`,
      "There is nothing to withdraw.",
    );
  const votes = request.votes.map((known) => (known === own ? withdrawn(known, context) : known));
  const taken = audit("vote.withdrawn", request, { by, details: { choice: own.choice } });
  return counted({ ...request, votes }, [taken], context);
}

/** What the votes make of the request now: denied, approved, or waiting. */
export function counted(request: Request, before: readonly Effect[], context: LifeContext): Stepped {
  const { now, standings } = context;
  if (isDenied(request, standings)) {
    const denials = countingVotes(request, "deny", standings);
    const by = denials.map((denial) => denial.voter.name).join(", ");
    const denied: Request = { ...request, state: "denied", endedAt: now, startBy: null, says: `denied by ${by}` };
    const deniers = denials.map((denial) => denial.voter.userId);
    const details = { deniers, reason: denials.at(-1)?.reason ?? null, says: denied.says };
    const event = audit("request.denied", denied, { outcome: "refused", details });
    return { request: denied, effects: [...before, event, { kind: "free-locks" }, { kind: "card" }] };
  }
  if (!quorumOf(request, standings).met) {
    // Opened by break-glass it waits for nobody's approval; any denial that counts takes that back.
    const opened = request.state === "approved" && standingGlass(request) !== null;
    if (opened && countingVotes(request, "deny", standings).length === 0)
      return { request, effects: [...before, { kind: "card" }] };
    const waiting: Request = {
      ...withoutGlass(request, now),
      state: "pending",
      quorumAt: null,
      startBy: null,
      says: stillNeeded(request, standings),
    };
    return { request: waiting, effects: [...before, { kind: "free-locks" }, { kind: "card" }] };
  }
  if (request.state === "approved") return { request, effects: [...before, { kind: "card" }] };
  return approved(request, before, context);
}

/** The clock of R8 starts when the approvals are complete, or at the planned start if that is later. */
function approved(request: Request, before: readonly Effect[], { now, standings }: LifeContext): Stepped {
  const [startsAt, startBy] = [startAt(request.plan, now), startBefore(request, now)];
  const says = startsAt > now ? "approved; waiting for its planned start" : "approved; waiting to start";
  const done: Request = { ...request, state: "approved", quorumAt: now, startBy, says };
  const votes = countingVotes(request, "approve", standings).map(({ voter }) => voter.userId);
  const event = audit("request.approved", done, { details: { approvers: votes, rules: request.rules } });
  return {
    request: done,
    effects: [...before, event, executeJob(done, startsAt), expireJob(done, startBy), { kind: "card" }],
  };
}

function notVotable(request: Request, now: number): Refusal | null {
  switch (request.state) {
    case "planned":
      return refuse("request-not-posted", `${request.id} is not yet posted whole.`, "Wait for its card.");
    case "pending":
    case "approved": {
      const end = request.state === "pending" ? request.expiresAt : (request.startBy ?? request.expiresAt);
      return now < end ? null : refuse("expired", `The time for ${request.id} is over.`, "Ask anew.");
    }
    default:
      return refuse(
        "execution-started",
        `${request.id} is already being executed.`,
        `“request ${request.id}” shows how far it is.`,
      );
  }
}

/** Bound to request, version, digest and nonce (R17). */
function notThisRequest(request: Request, cast: VoteCast): Refusal | null {
  if (cast.request !== request.id || (cast.version === request.version && cast.nonce !== request.nonce))
    return refuse(
      "forged-vote",
      `This vote does not come from the form of ${request.id}.`,
      "Open the form from the request's own card.",
    );
  if (cast.version === request.version && cast.digest === request.plan.digest) return null;
  return refuse(
    "stale-card",
    `The form shows version ${cast.version} of ${request.id}; what would be done now is version ${request.version}.`,
    "Open the form again and read what changed.",
  );
}

function notThisVoter(request: Request, cast: VoteCast, context: LifeContext): Refusal | null {
  const { by, choice } = cast;
  const refusal = mayVote(request, { human: by.human, name: by.name, choice }, context);
  if (refusal !== null) return refusal;
  if (standingVotes(request).some((known) => isHuman(by, known.human) && known.choice === choice))
    return refuse(
      "already-voted",
      `${by.name} has already voted to ${choice} ${request.id}.`,
      "It counts once; “withdraw” takes it back.",
    );
  if (choice === "deny") return checkReason({ kind: "required" }, cast.reason, "deny");
  return (
    checkReason(request.requirement?.reasonToApprove ?? { kind: "optional" }, cast.reason, "approve") ??
    freshEnough(request, voteOf(request, cast, context))
  );
}

function withdrawn(known: Vote, { now }: LifeContext): Vote {
  return { ...known, withdrawnAt: now };
}
