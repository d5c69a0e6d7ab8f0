// Can the limits of a rule be kept by anything?
import type { PolicyProblem } from "../core/config.ts";
import type { Rule } from "../core/policy.ts";

export function limitProblems(rule: Rule, path: readonly (string | number)[]): readonly PolicyProblem[] {
  if (rule.limits === undefined) return [];
  const given = Object.entries(rule.limits);
  if (rule.effect.kind === "deny")
    return [
      { path: [...path, "limits"], says: "What is denied has no limits: leave them out, or write “allow: true”" },
    ];
  if (given.length === 0)
    return [{ path: [...path, "limits"], says: "No limit is written; write one, or leave it out" }];
  return given.flatMap(([name, most]) => {
    if (Number.isInteger(most) && most >= 1) return [];
    const says = `A limit of ${most} ${name} lets nothing through; write at least 1, or a rule that denies`;
    return [{ path: [...path, "limits", name], says, came: String(most) }];
  });
}
