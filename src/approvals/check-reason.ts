// Can a reason's pattern be read, and does its example fit it?
import type { PolicyProblem } from "../core/config.ts";
import type { ReasonRule } from "../core/policy.ts";
import { compilePattern } from "./reason.ts";

export function reasonProblems(rule: ReasonRule, path: readonly (string | number)[]): readonly PolicyProblem[] {
  if (rule.kind !== "pattern") return [];
  const compiled = compilePattern(rule.pattern);
  if (compiled.kind === "bad")
    return [
      {
        path: [...path, "pattern"],
        says: `“${rule.pattern}” is not a pattern in RE2 syntax: ${compiled.says}`,
        came: rule.pattern,
      },
    ];
  if (compiled.isIn(""))
    return [{ path: [...path, "pattern"], says: `“${rule.pattern}” is in every reason, even an empty one` }];
  if (compiled.isIn(rule.example)) return [];
  const says = `The example “${rule.example}” does not match “${rule.pattern}”; people are shown it as one that does`;
  return [{ path: [...path, "example"], says, came: rule.example }];
}
