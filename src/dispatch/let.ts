// The policy's decision as verbs meet it: what is about oneself needs no rule, and what takes from others needs one by name.
import { mayEver } from "../approvals/may-ever.ts";
import { decidePolicy } from "../approvals/policy.ts";
import type { Person } from "../core/person.ts";
import type { Decision, Policy, Question } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Deps } from "./deps.ts";

/** Whoever is a member may ask what there is, who they are, and sign in and out: else nobody could become linked. */
const aboutOneself: ReadonlySet<string> = new Set(["help", "login", "logout", "whoami"]);

/** A rule that lets all verbs about the bot's own requests (`actions: own`) is not meant to let these. */
const byNameOnly: ReadonlySet<string> = new Set(["unlink"]);

export function decideVerb(policy: Policy, question: Question): Decision {
  if (aboutOneself.has(question.verb)) return { kind: "allow", rules: [], because: [], policy: policy.digest };
  return decidePolicy(rulesFor(policy, question.verb), question);
}

export function mayEverUse(policy: Policy, verb: string, kind: Question["verbKind"], person: Person): boolean {
  return aboutOneself.has(verb) || mayEver(rulesFor(policy, verb), verb, kind, person);
}

function rulesFor(policy: Policy, verb: string): Policy {
  if (!byNameOnly.has(verb)) return policy;
  const rules = policy.rules.filter(({ effect, match }) => effect.kind === "deny" || match.verbs.length > 0);
  return { ...policy, rules };
}

/**
 * What a denied person reads. Whoever is not linked where people sign in is told so, and to type `login`: what their groups
 * would let them do is known after that only.
 */
export function deniedWords(
  deps: Pick<Deps, "config">,
  decision: Extract<Decision, { kind: "deny" }>,
  of: { readonly person: Person; readonly about: string; readonly hint: string },
): Refusal {
  const reason = `${of.about}${decision.reason}`;
  const isUnlinked = deps.config.identity !== null && of.person.subject === null;
  if (!isUnlinked || decision.code !== "no-rule")
    return refuse(decision.code, reason, `Rule: ${decision.rule || "none allows it"}.${of.hint}`);
  return refuse(
    "not-linked",
    `${reason} You have not signed in, and to people who have not, little is allowed.`,
    "Type login, sign in, and try again.",
  );
}
