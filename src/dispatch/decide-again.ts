// The policy's word on a stored request as of now.
import type { Plan } from "../core/plan.ts";
import type { Decision } from "../core/policy.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { decideNow, type Through } from "./decide-now.ts";
import type { Deps } from "./deps.ts";
import { questionOfPlan } from "./question.ts";

/** The requester as they are now: whoever left, or lost the group that let them ask, starts nothing any more. */
export async function decideAgain(
  deps: Deps,
  request: Request,
  plan: Plan,
  how: Through = {},
): Promise<Decision | Refusal> {
  const action = deps.verbs.get(request.invocation.verb);
  const person = await deps.people.person(request.requester.userId);
  if (isRefusal(person)) return person;
  if (action === undefined)
    return refuse("no-such-verb", `“${request.invocation.verb}” is no verb any more.`, "Ask anew.");
  const question = questionOfPlan(deps.clusters, { action, invocation: request.invocation }, plan, {
    person,
    now: deps.clock.now(),
    dryRun: false,
    reason: request.reason,
  });
  return decideNow(deps, question, how);
}
