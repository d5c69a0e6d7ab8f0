// Can break-glass be lived with: do its groups exist, and can its review ever be given?
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import type { Requirement } from "../core/policy.ts";
import { riskKinds } from "../core/risk.ts";
import { matchProblems } from "./check-match.ts";
import { needProblems } from "./check-need.ts";
import { reasonProblems } from "./check-reason.ts";

const path = ["breakglass"] as const;

export function breakGlassProblems(facts: PolicyFacts): readonly PolicyProblem[] {
  const { breakGlass: rule, groups } = facts.policy;
  if (rule === undefined) return [];
  const { group, count, escalateTo } = rule.review;
  const reviewers = escalateTo === null ? [group] : [group, escalateTo];
  const known = groups.map((one) => one.name);
  const review: Requirement = {
    need: { kind: "votes", count, groups: reviewers },
    ...{ denyThreshold: 1, vetoGroups: [], expiresInMs: 0, startWithinMs: 0, tell: [] },
    ...{ reasonToAsk: { kind: "optional" }, reasonToApprove: { kind: "optional" } },
  };
  return [
    ...rule.groups
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: [...path, "groups"], says: `There is no group “${name}”`, came: name, known })),
    ...matchProblems(rule.match, [...path, "when"], facts),
    ...rule.exceptRisks
      .filter((name) => !Object.hasOwn(riskKinds, name))
      .map((name) => ({
        path: [...path, "exceptRisks"],
        says: `There is no risk fact “${name}”`,
        came: name,
        known: Object.keys(riskKinds),
      })),
    ...reasonProblems(rule.reason, [...path, "reason"]),
    ...needProblems(review, [...path, "review"], groups),
  ];
}
