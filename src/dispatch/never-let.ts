// Whom no rule lets use a verb anywhere is told so before anything is looked for.
import { mayBeAskedFor, mayEver } from "../approvals/may-ever.ts";
import { decidePolicy } from "../approvals/policy.ts";
import type { AnyAction } from "../core/action.ts";
import type { Person } from "../core/person.ts";
import { askerOf } from "../core/policy.ts";
import type { Refusal } from "../core/refusal.ts";
import { denied } from "./denied.ts";
import type { Deps } from "./deps.ts";

/**
 * null where a rule could let them, now or once they have signed in. Else neither names that are alike, nor what an object already
 * is, nor a plan is theirs to see, though the bot could see it.
 */
export function whyNeverLet(
  { policy: inForce, clock }: Pick<Deps, "policy" | "clock">,
  { name: verb, kind: verbKind }: Pick<AnyAction, "name" | "kind">,
  person: Person,
): Refusal | null {
  const policy = inForce();
  const { groups, unknownGroups = [] } = person;
  const atBest: Person = { ...person, assurance: "linked-step-up", groups: [...groups, ...unknownGroups] };
  if (mayEver(policy, verb, verbKind, atBest) || mayBeAskedFor(policy, verb, verbKind, atBest)) return null;
  const about = { args: {}, places: [], risks: [], dryRun: false, now: clock.now() };
  const decision = decidePolicy(policy, { ...about, verb, verbKind, who: askerOf(person) });
  return decision.kind === "deny" ? denied(decision, { verb }) : null;
}
