// The decision of a policy on a question, with the tree of its reasons.

import type { Because, Decision, Freeze, Policy, Question, Requirement, Rule } from "../core/policy.ts";
import { isInForce } from "./freeze.ts";
import { describePlace, type Matched, matchQuestion } from "./match.ts";
import { stricter } from "./strictest.ts";

interface Tried {
  readonly rule: Rule;
  readonly matched: Matched;
}

/**
 * Each place is decided by all rules that match it; the strictest of all places is the decision. So a manifest cannot shed a
 * rule by adding an object elsewhere, and a place that no rule allows denies the whole. The order of rules never matters.
 */
export function decidePolicy(policy: Policy, question: Question): Decision {
  const freeze = policy.freezes.find((candidate) => freezes(candidate, question));
  const tried = policy.rules.map((rule) => ({ rule, matched: matchRule(rule, question) }));
  const inForce = rulesInForce(tried, Math.max(question.places.length, 1));
  const because = [
    ...policy.freezes.filter((candidate) => candidate === freeze).map(freezeNode),
    ...tried.map((each) => ruleNode(each, inForce)),
  ];
  const shared = { because, policy: policy.digest };
  for (const { rule } of tried) {
    if (rule.effect.kind === "deny" && inForce.some((rules) => rules.has(rule)))
      return { kind: "deny", code: "denied-by-policy", rule: rule.name, reason: rule.effect.reason, ...shared };
  }
  const uncovered = inForce.findIndex((rules) => rules.size === 0);
  if (uncovered >= 0)
    return { kind: "deny", code: "no-rule", rule: "", reason: noRule(question, uncovered), ...shared };
  if (freeze !== undefined)
    return { kind: "deny", code: "frozen", rule: freeze.name, reason: freeze.reason, ...shared };
  const deciding = tried.filter(({ rule }) => inForce.some((rules) => rules.has(rule))).map(({ rule }) => rule);
  const requirement = requirementOf(deciding);
  if (requirement === null && alwaysCountersigned.has(question.verb))
    return { kind: "deny", code: "denied-by-policy", rule: "", reason: neverAlone(question.verb), ...shared };
  if (requirement === null) return { kind: "allow", rules: deciding.map((rule) => rule.name), ...shared };
  const asking = deciding.filter((rule) => rule.effect.kind === "approvals").map((rule) => rule.name);
  return { kind: "approvals", rules: asking, requirement, ...shared };
}

/** What no rule can let one person do alone: whoever changes the policy could otherwise let themselves do anything (T31). */
const alwaysCountersigned: ReadonlySet<string> = new Set(["policy apply"]);

function neverAlone(verb: string): string {
  return `“${verb}” is never done on one person's word: the rules that match ask for no approvals, so write one that does.`;
}

/** Whether a freeze stops this question now: changes of clusters only; the bot's own settings, such as halt, have no place. */
export function freezes(freeze: Freeze, question: Question): boolean {
  if (question.verbKind !== "change" || question.dryRun || question.places.length === 0) return false;
  if (!isInForce(freeze.window, question.now)) return false;
  return matchQuestion(freeze.name, freeze.match, "restricts", question).places.size > 0;
}

/** A sentence for what the places of a question are, for refusals. */
function noRule(question: Question, place: number): string {
  const where = question.places[place];
  const on = where === undefined ? "" : ` on ${describePlace(where)}`;
  return `No rule lets you use “${question.verb}”${on}.`;
}

function matchRule(rule: Rule, question: Question): Matched {
  return matchQuestion(rule.name, rule.match, rule.effect.kind === "allow" ? "permits" : "restricts", question);
}

/**
 * Per place, the rules that count: they match, and no rule that counts there replaces them. In a circle of replacements, which
 * loading refuses, none counts.
 */
function rulesInForce(tried: readonly Tried[], places: number): readonly ReadonlySet<Rule>[] {
  return Array.from({ length: places }, (_, place) => {
    const matching = tried.filter(({ matched }) => matched.places.has(place)).map(({ rule }) => rule);
    return new Set(matching.filter((rule) => counts(rule, matching, new Set())));
  });
}

function counts(rule: Rule, matching: readonly Rule[], seen: ReadonlySet<Rule>): boolean {
  if (seen.has(rule)) return false;
  const further = new Set([...seen, rule]);
  return !matching.some((other) => other.replaces === rule.name && other !== rule && counts(other, matching, further));
}

function requirementOf(rules: readonly Rule[]): Requirement | null {
  let requirement: Requirement | null = null;
  for (const { effect } of rules) {
    if (effect.kind !== "approvals") continue;
    requirement = requirement === null ? effect.requirement : stricter(requirement, effect.requirement);
  }
  return requirement;
}

function ruleNode({ rule, matched }: Tried, inForce: readonly ReadonlySet<Rule>[]): Because {
  const matches = matched.places.size > 0;
  const stands = inForce.some((rules) => rules.has(rule));
  const says = !matches ? "does not match" : stands ? effectWords[rule.effect.kind] : "matches, but is replaced";
  return { rule: rule.name, says, holds: stands, of: matched.because };
}

function freezeNode(freeze: Freeze): Because {
  return { rule: freeze.name, says: `freezes changes now: ${freeze.reason}`, holds: true, of: [] };
}

const effectWords = {
  allow: "matches and allows",
  deny: "matches and denies",
  approvals: "matches and asks for approvals",
} as const;
