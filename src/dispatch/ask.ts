// Asking: a plan and its decision become a stored request with a card.
import { openRequest } from "../approvals/open-request.ts";
import type { Asking } from "../core/action.ts";
import { newNonce, newRequestId } from "../core/ids.ts";
import type { PersonRef } from "../core/person.ts";
import type { Plan } from "../core/plan.ts";
import type { Decision, Question } from "../core/policy.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Request, Thread } from "../core/request.ts";
import { followRequest } from "./access/follow-request.ts";
import type { Deps } from "./deps.ts";
import type { Invoked } from "./invoke.ts";
import { isFirst } from "./once.ts";
import { votersFor } from "./standings.ts";
import { follow, refreshCard } from "./transition.ts";

export interface Ask {
  readonly invoked: Invoked;
  readonly plan: Plan;
  readonly question: Question;
  readonly decision: Exclude<Decision, { kind: "deny" }>;
  readonly asking: Asking;
  readonly reason: string | null;
  readonly authors: readonly PersonRef[];
  readonly askedIn: Thread;
  readonly digestKey: string;
  /** The same on every repetition of one delivery: the second one asks nothing. */
  readonly deliveryKey: string;
}

/** Durable when it resolves: the record, its audit event, its card and its jobs, or none of them. */
export async function ask(deps: Deps, asked: Ask): Promise<Request | Refusal | "seen"> {
  const requirement = asked.decision.kind === "approvals" ? asked.decision.requirement : null;
  const people = requirement === null ? [] : await votersFor(deps.people, requirement);
  if (isRefusal(people)) return people;
  // What needs nobody's approval keeps its card where it was asked; the rest goes where people countersign.
  const channelId = requirement === null ? asked.askedIn.channelId : deps.channels.approvals;
  const opened = openRequest({
    id: asked.asking.requestId ?? newRequestId(deps.random),
    nonce: newNonce(deps.random),
    digestKey: asked.digestKey,
    now: asked.asking.requestedAt,
    invocation: asked.invoked.invocation,
    plan: asked.plan,
    requester: asked.asking.person,
    authors: asked.authors,
    reason: asked.reason,
    policyDigest: asked.decision.policy,
    rules: asked.decision.rules,
    question: asked.question,
    requirement,
    people,
    askedIn: asked.askedIn,
    card: { channelId, ts: null },
  });
  if (isRefusal(opened)) return opened;
  const isNew = await deps.store.transact(async (tx) => {
    if (!(await isFirst(tx, asked.deliveryKey, deps.clock))) return false;
    await tx.requests.insert(opened.request);
    await follow(deps, tx, opened.request, opened.effects);
    await followRequest(deps, tx, opened.request);
    return true;
  });
  if (!isNew) return "seen";
  await refreshCard(deps, opened.request, null);
  deps.nudge();
  return opened.request;
}
