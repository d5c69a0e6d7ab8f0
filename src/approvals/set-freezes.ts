// Freezes that people set, as the policy's own: decided by the same code, beside those of the configuration.
import type { SetFreeze } from "../core/freezes.ts";
import type { Freeze, Match, Policy, Question } from "../core/policy.ts";
import { freezes } from "./policy.ts";

export function asFreeze({ name, scope, from, until, reason, by }: SetFreeze): Freeze {
  const match: Match = {
    ...{ verbKinds: [], groups: [], names: [], labels: {}, risks: [], args: {} },
    ...scope,
  };
  const end = `${new Date(until).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return {
    name,
    match,
    window: { kind: "between", from, until },
    reason: `${reason} (frozen by ${by.name}, until ${end})`,
  };
}

/** The policy with them in it, under its own digest: a freeze of an hour is no change of the policy. */
export function withFreezes(policy: Policy, set: readonly SetFreeze[]): Policy {
  return set.length === 0 ? policy : { ...policy, freezes: [...policy.freezes, ...set.map(asFreeze)] };
}

/** The first freeze that stops this question now; a dry run is asked about as if it were meant. */
export function frozenBy(policy: Policy, question: Question): Freeze | null {
  const meant = { ...question, dryRun: false };
  return policy.freezes.find((freeze) => freezes(freeze, meant)) ?? null;
}
