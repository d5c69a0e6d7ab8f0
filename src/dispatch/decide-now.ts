// The policy's word as of now, with the freezes that people have set in it: the one way in which changes are decided.

import { decidePolicy } from "../approvals/policy.ts";
import { withFreezes } from "../approvals/set-freezes.ts";
import type { Decision, Policy, Question } from "../core/policy.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { Deps } from "./deps.ts";
import { freezesOrRefusal } from "./freezes.ts";

/** Only break-glass goes through freezes, and only where the policy says so. */
export interface Through {
  readonly throughFreezes?: boolean;
}

/** Refuses with `freezes-unknown` when it can't be known what is frozen. What no freeze can stop is decided without asking. */
export async function decideNow(deps: Deps, question: Question, how: Through = {}): Promise<Decision | Refusal> {
  const policy = await policyWithFreezes(deps, question, how);
  return isRefusal(policy) ? policy : decidePolicy(policy, question);
}

export async function policyWithFreezes(
  deps: Pick<Deps, "policy" | "freezesNow" | "clock" | "log">,
  question: Pick<Question, "verbKind" | "places">,
  how: Through = {},
): Promise<Policy | Refusal> {
  if (how.throughFreezes === true) return { ...deps.policy(), freezes: [] };
  if (question.verbKind !== "change" || question.places.length === 0) return deps.policy();
  const set = await freezesOrRefusal(deps);
  return isRefusal(set) ? set : withFreezes(deps.policy(), set);
}
