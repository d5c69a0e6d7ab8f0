// An approver lets a grant be shorter: the request is planned anew for less, and everybody votes on that (R25).

import { standingOf } from "../../approvals/events.ts";
import { mayVote } from "../../approvals/may-vote.ts";
import { decidePolicy } from "../../approvals/policy.ts";
import { newNonce, type RequestId } from "../../core/ids.ts";
import { durationText, durationWord } from "../../core/params.ts";
import type { Person } from "../../core/person.ts";
import type { Invocation } from "../../core/plan.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { isOver, type Request } from "../../core/request.ts";
import { planChanges } from "../drift.ts";
import { actAs, askingOf, type Executing } from "../executing.ts";
import { invokeAgain } from "../invoke.ts";
import { prepare } from "../prepare.ts";
import { questionOfPlan } from "../question.ts";
import { transition } from "../transition.ts";

export interface Shorter {
  readonly id: RequestId;
  readonly by: Person;
  readonly lengthMs: number;
}

export async function shortenGrant(executing: Executing, shorter: Shorter): Promise<Request | Refusal> {
  const { deps } = executing;
  const request = await deps.store.requests.get(shorter.id);
  if (request === null)
    return refuse("no-such-request", `There is no request ${shorter.id}.`, "Type approvals to see the open ones.");
  const refusal = mayNot(request, shorter, deps.clock.now());
  if (refusal !== null) return refusal;
  const invocation: Invocation = {
    ...request.invocation,
    args: { ...request.invocation.args, for: durationWord(shorter.lengthMs) },
  };
  const action = deps.verbs.get(invocation.verb);
  if (action === undefined) return refuse("no-such-verb", `“${invocation.verb}” is no verb any more.`, "Ask anew.");
  const acting = await actAs(executing, request);
  if (isRefusal(acting)) return acting;
  const { requester } = acting;
  if (isRefusal(requester)) return requester;
  const invoked = await invokeAgain(acting.clusters, action, invocation);
  if (isRefusal(invoked)) return invoked;
  const asking = askingOf(request, requester);
  const { digestKey } = request;
  const ports = executing.portsFor(requester, action);
  const plan = await prepare(deps, ports, { action, args: invoked.args, asking, digestKey });
  if (isRefusal(plan)) return plan;
  const asked = { person: requester, now: deps.clock.now(), dryRun: false };
  const decision = decidePolicy(deps.policy(), questionOfPlan(deps.clusters, invoked, plan, asked));
  if (decision.kind === "deny") return refuse(decision.code, decision.reason, `Rule: ${decision.rule}.`);
  return transition(deps, request.id, {
    kind: "replanned",
    plan,
    requirement: decision.kind === "approvals" ? decision.requirement : null,
    rules: decision.rules,
    policyDigest: decision.policy,
    nonce: newNonce(deps.random),
    changed: planChanges(request.plan, plan),
    narrowed: { invocation, by: shorter.by },
  });
}

/** Whoever may countersign it may let it be less; nobody may make it more. */
function mayNot(request: Request, { by, lengthMs }: Shorter, now: number): Refusal | null {
  const { access } = request.plan;
  if (access === undefined || access.kind !== "grant")
    return refuse("wrong-kind", `${request.id} grants nothing, so it has no length.`, "Deny it, or let it be.");
  if (isOver(request))
    return refuse("request-over", `${request.id} is over: ${request.state}.`, "Type grants to see what is active.");
  if (request.state !== "pending" && request.state !== "planned")
    return refuse(
      "execution-started",
      `${request.id} is approved already.`,
      `Type revoke ${request.id} to end it early.`,
    );
  const standings = new Map([[by.human, standingOf(by)]]);
  const refusal = mayVote(request, { human: by.human, name: by.name, choice: "approve" }, { now, standings });
  if (refusal !== null) return refusal;
  if (lengthMs < access.lengthMs) return null;
  const asked = durationText(access.lengthMs);
  return refuse(
    "too-long",
    `${request.id} asks for ${asked}; ${durationText(lengthMs)} is not less.`,
    `Type less than ${asked}. Only the requester can ask for more, anew.`,
  );
}
