// Rules that ask for approvals of what cannot wait for them: a read is answered at once, and so is what is done at once.
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import type { Rule } from "../core/policy.ts";
import { fits } from "./glob.ts";

/** Named for reads, such a rule would refuse them; it is told at load what to write. A rule that names neither is for changes too. */
export function waitingProblems(rule: Rule, index: number, facts: PolicyFacts): readonly PolicyProblem[] {
  if (rule.effect.kind !== "approvals") return [];
  const path = ["policy", "rules", index, "when"];
  const { verbs, verbKinds } = rule.match;
  const { changing = facts.verbs } = facts;
  const fitsSome = (verb: string, names: readonly string[]): boolean => names.some((name) => fits(verb, name));
  return [
    ...verbKinds.flatMap((kind, at) =>
      kind === "change" ? [] : [{ path: [...path, "actions", at], says: says(rule, `“${kind}”`), came: kind }],
    ),
    ...verbs.flatMap((verb, at) =>
      fitsSome(verb, changing) || !fitsSome(verb, facts.verbs)
        ? []
        : [{ path: [...path, "verbs", at], says: says(rule, `“${verb}”`), came: verb }],
    ),
  ];
}

function says({ name }: Rule, what: string): string {
  return `Rule “${name}” asks for approvals, and ${what} can't wait for them: it is shown or done at once. Write “allow: true” or “deny: …” for it, or leave it out here`;
}
