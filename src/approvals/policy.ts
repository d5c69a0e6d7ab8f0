// The decision of a policy on a question, with the tree of its reasons.
import type { Because, Decision, Freeze, Policy, Question, Requirement, Rule } from "../core/policy.ts";
import { isInForce } from "./freeze.ts";
import { type Measured, measure } from "./limits.ts";
import { describePlace, type Matched, matchQuestion } from "./match.ts";
import { mayBeNamed, unknownAmong } from "./match-who.ts";
import { stricter } from "./strictest.ts";

interface Tried {
  readonly rule: Rule;
  readonly matched: Matched;
}

/** Whoever is a member may ask what there is, who they are, and sign in and out: else nobody could become linked. */
const aboutOneself: ReadonlySet<string> = new Set(["help", "login", "logout", "whoami"]);

export function isAboutOneself(verb: string): boolean {
  return aboutOneself.has(verb);
}

/** A rule that lets all verbs about the bot's own requests (`actions: own`) is not meant to let these. */
const byNameOnly: ReadonlySet<string> = new Set(["unlink"]);

/** The rules that have a say on a verb: what takes from others is only let by a rule that names it. */
export function rulesFor({ rules }: Policy, verb: string): readonly Rule[] {
  if (!byNameOnly.has(verb)) return rules;
  return rules.filter(({ effect, match }) => effect.kind === "deny" || match.verbs.length > 0);
}

/**
 * Each place is decided by all rules that match it; the strictest of all places is the decision. So a manifest cannot shed a
 * rule by adding an object elsewhere, and a place that no rule surely lets denies the whole. The order of rules never matters.
 */
export function decidePolicy(policy: Policy, question: Question): Decision {
  if (isAboutOneself(question.verb)) return { kind: "allow", rules: [], because: [], policy: policy.digest };
  const freeze = policy.freezes.find((candidate) => freezes(candidate, question));
  const tried = rulesFor(policy, question.verb).map((rule) => ({ rule, matched: matchRule(rule, question) }));
  const inForce = rulesInForce(tried, Math.max(question.places.length, 1));
  const measured = new Map(tried.map(({ rule }) => [rule, measure(rule, placesOf(rule, inForce, question))]));
  const because = [
    ...policy.freezes.filter((candidate) => candidate === freeze).map(freezeNode),
    ...tried.map((each) => ruleNode(each, inForce, measured.get(each.rule))),
  ];
  const shared = { because, policy: policy.digest };
  for (const { rule } of tried) {
    if (rule.effect.kind === "deny" && inForce.some((rules) => rules.has(rule))) {
      const unknown = unknownWords(rule, question);
      const reason = `${rule.effect.reason}${unknown === "" ? "" : `${unknown} To be known, type login.`}`;
      return { kind: "deny", code: "denied-by-policy", rule: rule.name, reason, ...shared };
    }
  }
  const uncovered = uncoveredPlace(tried, inForce);
  if (uncovered >= 0) return { ...noRule(tried, question, uncovered), ...shared };
  for (const [rule, { exceeded }] of measured)
    if (exceeded !== null) return { kind: "deny", code: "over-limit", rule: rule.name, reason: exceeded, ...shared };
  if (freeze !== undefined)
    return { kind: "deny", code: "frozen", rule: freeze.name, reason: freeze.reason, ...shared };
  const deciding = tried.filter(({ rule }) => inForce.some((rules) => rules.has(rule))).map(({ rule }) => rule);
  const requirement = requirementOf(deciding);
  if (requirement === null && alwaysCountersigned.has(question.verb))
    return { kind: "deny", code: "denied-by-policy", rule: "", reason: neverAlone(question.verb), ...shared };
  if (requirement === null) return { kind: "allow", rules: deciding.map((rule) => rule.name), ...shared };
  const asking = deciding.filter((rule) => rule.effect.kind === "approvals").map((rule) => rule.name);
  if (tellsOfRules(question.verb)) return { kind: "allow", rules: deciding.map((rule) => rule.name), ...shared };
  if (question.verbKind !== "change") return { ...cannotWait(question, asking), ...shared };
  return { kind: "approvals", rules: asking, requirement, ...shared };
}

/** It shows what a rule would ask for, and nothing that the rule keeps: so what asks for approvals lets it. */
export function tellsOfRules(verb: string): boolean {
  return verb === "can-i";
}

/** What no rule can let one person do alone: whoever changes the policy could otherwise let themselves do anything (T31). */
const alwaysCountersigned: ReadonlySet<string> = new Set(["policy apply"]);

/** What is answered or done at once cannot wait for votes; to answer it without them would be to forget the rule. */
function cannotWait({ verb, verbKind }: Question, asking: readonly string[]): Denial {
  const [rule = ""] = asking;
  const which = asking.length === 1 ? `rule “${rule}” asks` : `rules “${asking.join("” and “")}” ask`;
  const what = verbKind === "read" ? "only shows something" : "is done at once";
  const reason = `“${verb}” ${what}, so it can't wait for the approvals that ${which} for. Whoever keeps the policy: write “actions: change” there, and a rule with “allow” or “deny” for what is ${verbKind === "read" ? "looked at" : "done at once"}.`;
  return { kind: "deny", code: "cannot-wait", rule, reason };
}

function neverAlone(verb: string): string {
  return `“${verb}” is never done on one person's word: the rules that match ask for no approvals, so write one that does.`;
}

/** Whether a freeze stops this question now: changes of clusters only; the bot's own settings, such as halt, have no place. */
export function freezes(freeze: Freeze, question: Question): boolean {
  if (question.verbKind !== "change" || question.dryRun || question.places.length === 0) return false;
  if (!isInForce(freeze.window, question.now)) return false;
  return matchQuestion(freeze.name, freeze.match, "restricts", question).places.size > 0;
}

type Denial = Pick<Extract<Decision, { kind: "deny" }>, "kind" | "code" | "rule" | "reason">;

/** Where only a sign-in is missing, the refusal says so and names the rule that would let. */
function noRule(tried: readonly Tried[], question: Question, place: number): Denial {
  const where = question.places[place];
  const what = `“${question.verb}”${where === undefined ? "" : ` on ${describePlace(where)}`}`;
  const waiting = tried.find(({ rule, matched }) => rule.effect.kind !== "deny" && matched.ifLinked.has(place));
  if (waiting === undefined)
    return { kind: "deny", code: "no-rule", rule: "", reason: `No rule lets you use ${what}.` };
  const { name, match } = waiting.rule;
  const unknown = unknownWords(waiting.rule, question);
  if (unknown !== "") {
    const code = question.who.subject ? "groups-too-old" : "not-linked";
    const whom = match.groups.length > 0 ? `people in ${match.groups.join(" or ")}` : "those whom the rule names";
    return { kind: "deny", code, rule: name, reason: `${what} is for ${whom}.${unknown}` };
  }
  const sign = match.assurance === "linked-step-up" ? "have signed in again just now" : "have signed in";
  return { kind: "deny", code: "not-linked", rule: name, reason: `${what} is only for people who ${sign}.` };
}

/** What to add where a rule hangs on groups, or on a sign-in, of which it is not known whether they are the asker's. */
function unknownWords({ match }: Rule, { who }: Question): string {
  const unknown = match.groups.some((group) => who.groups.includes(group)) ? [] : unknownAmong(match.groups, who);
  if (unknown.length > 0) {
    const why = who.subject ? "What your sign-in said about your groups is too old" : "You have not signed in";
    return ` ${why}, so it is not known whether you are in ${unknown.join(" or ")}.`;
  }
  return mayBeNamed(match.subjects ?? [], who)
    ? " You have not signed in, so it is not known whether this is about you."
    : "";
}

function matchRule(rule: Rule, question: Question): Matched {
  return matchQuestion(rule.name, rule.match, rule.effect.kind === "allow" ? "permits" : "restricts", question);
}

/**
 * Per place, the rules that count: they match, and no rule that surely matches and counts there replaces them. In a circle of
 * replacements, which loading refuses, none counts.
 */
function rulesInForce(tried: readonly Tried[], places: number): readonly ReadonlySet<Rule>[] {
  return Array.from({ length: places }, (_, place) => {
    const matching = tried.filter(({ matched }) => matched.places.has(place)).map(({ rule }) => rule);
    const sure = tried.filter(({ matched }) => matched.surely.has(place)).map(({ rule }) => rule);
    return new Set(matching.filter((rule) => counts(rule, sure, new Set())));
  });
}

function counts(rule: Rule, sure: readonly Rule[], seen: ReadonlySet<Rule>): boolean {
  if (seen.has(rule)) return false;
  const further = new Set([...seen, rule]);
  return !sure.some((other) => other.replaces === rule.name && other !== rule && counts(other, sure, further));
}

/** The first place that no rule surely lets, or -1: what only may match adds its demands, and lets nothing. */
function uncoveredPlace(tried: readonly Tried[], inForce: readonly ReadonlySet<Rule>[]): number {
  return inForce.findIndex(
    (rules, place) =>
      !tried.some(({ rule, matched }) => rule.effect.kind !== "deny" && rules.has(rule) && matched.surely.has(place)),
  );
}

function placesOf(rule: Rule, inForce: readonly ReadonlySet<Rule>[], question: Question) {
  return question.places.filter((_, place) => inForce[place]?.has(rule) === true);
}

function requirementOf(rules: readonly Rule[]): Requirement | null {
  let requirement: Requirement | null = null;
  for (const { effect } of rules) {
    if (effect.kind !== "approvals") continue;
    requirement = requirement === null ? effect.requirement : stricter(requirement, effect.requirement);
  }
  return requirement;
}

function ruleNode({ rule, matched }: Tried, inForce: readonly ReadonlySet<Rule>[], measured?: Measured): Because {
  const stands = inForce.some((rules) => rules.has(rule));
  const of = [...matched.because, ...(measured?.because ?? [])];
  return { rule: rule.name, says: standWords(rule, matched, { stands, measured }), holds: stands, of };
}

function standWords(
  rule: Rule,
  matched: Matched,
  { stands, measured }: { readonly stands: boolean; readonly measured: Measured | undefined },
): string {
  if (matched.places.size === 0) return matched.ifLinked.size > 0 ? "matches only who has signed in" : "does not match";
  if (!stands) return "matches, but is replaced";
  if (measured !== undefined && measured.exceeded !== null) return `matches, but denies: ${measured.exceeded}`;
  if (rule.effect.kind === "approvals" && matched.surely.size === 0)
    return "may match: asks for approvals, lets nothing";
  return effectWords[rule.effect.kind];
}

function freezeNode(freeze: Freeze): Because {
  return { rule: freeze.name, says: `freezes changes now: ${freeze.reason}`, holds: true, of: [] };
}

const effectWords = {
  allow: "matches and allows",
  deny: "matches and denies",
  approvals: "matches and asks for approvals",
} as const;
