// Is a policy one that can be lived under? Checked at load, every problem at once (R15).
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import type { Freeze, Rule } from "../core/policy.ts";
import { breakGlassProblems } from "./check-break-glass.ts";
import { limitProblems } from "./check-limits.ts";
import { matchProblems } from "./check-match.ts";
import { needProblems } from "./check-need.ts";
import { assuranceProblems, tellProblems, tierProblems } from "./check-people.ts";
import { neverReached } from "./check-reach.ts";
import { reasonProblems, ticketProblems } from "./check-reason.ts";
import { calendarProblems, windowProblems } from "./check-time.ts";
import { waitingProblems } from "./check-waiting.ts";

/** Pure. An empty list means that the policy can be loaded; paths are those of the configuration file. */
export function checkPolicy(facts: PolicyFacts): readonly PolicyProblem[] {
  const { policy } = facts;
  if (policy.rules.length === 0)
    return [{ path: ["policy", "rules"], says: "There is no rule, so nobody could do anything: write at least one" }];
  return [
    ...policy.rules.flatMap((rule, index) => ruleProblems(rule, index, facts)),
    ...policy.freezes.flatMap((freeze, index) => freezeProblems(freeze, index, facts)),
    ...twice(policy.rules, "rules"),
    ...twice(policy.freezes, "freezes"),
    ...twice(policy.calendars ?? [], "calendars"),
    ...(policy.calendars ?? []).flatMap((calendar, index) =>
      calendarProblems(calendar, ["policy", "calendars", index], facts.now),
    ),
    ...replacementProblems(policy.rules),
    ...neverReached(policy.rules),
    ...breakGlassProblems(facts),
  ];
}

function ruleProblems(rule: Rule, index: number, facts: PolicyFacts): readonly PolicyProblem[] {
  const path = ["policy", "rules", index];
  const matching = [
    ...matchProblems(rule.match, [...path, "when"], facts),
    ...limitProblems(rule, path),
    ...waitingProblems(rule, index, facts),
    ...(rule.effect.kind === "deny" ? assuranceProblems(rule.match, [...path, "when", "assurance"]) : []),
  ];
  if (rule.effect.kind !== "approvals") return matching;
  const { requirement } = rule.effect;
  const inside = [...path, "approvals"];
  return [
    ...matching,
    ...needProblems(requirement, inside, facts.policy.groups),
    ...reasonProblems(requirement.reasonToAsk, [...inside, "reasonToAsk"]),
    ...reasonProblems(requirement.reasonToApprove, [...inside, "reasonToApprove"]),
    ...tierProblems(requirement, inside, facts.policy.groups),
    ...tellProblems(requirement, inside, facts.policy.groups),
    ...(requirement.tickets ?? []).flatMap((ticket) => ticketProblems(ticket, [...inside, "ticket"])),
  ];
}

function freezeProblems(freeze: Freeze, index: number, facts: PolicyFacts): readonly PolicyProblem[] {
  const path = ["policy", "freezes", index];
  return [
    ...matchProblems(freeze.match, [...path, "when"], facts),
    ...assuranceProblems(freeze.match, [...path, "when", "assurance"]),
    ...windowProblems(freeze.window, path, facts),
  ];
}

function twice(
  items: readonly { readonly name: string }[],
  list: "rules" | "freezes" | "calendars",
): readonly PolicyProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const says = `There are two ${list} “${name}”; give one another name`;
    return [{ path: ["policy", list, index, "name"], says, came: name }];
  });
}

function replacementProblems(rules: readonly Rule[]): readonly PolicyProblem[] {
  const names = rules.map((rule) => rule.name);
  return rules.flatMap((rule, index) => {
    if (rule.replaces === null) return [];
    const path = ["policy", "rules", index, "replaces"];
    if (!names.includes(rule.replaces)) {
      const known = names.filter((name) => name !== rule.name);
      return [{ path, says: `There is no rule “${rule.replaces}” to replace`, came: rule.replaces, known }];
    }
    if (!isInCircle(rule, rules)) return [];
    return [{ path, says: `Rule “${rule.name}” replaces itself, by way of what it replaces`, came: rule.replaces }];
  });
}

function isInCircle(rule: Rule, rules: readonly Rule[]): boolean {
  let here: Rule | undefined = rule;
  for (let steps = 0; steps < rules.length; steps += 1) {
    const next: string | null = here?.replaces ?? null;
    if (next === null) return false;
    if (next === rule.name) return true;
    here = rules.find((candidate) => candidate.name === next);
  }
  return false;
}
