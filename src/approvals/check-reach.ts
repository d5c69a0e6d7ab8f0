// Rules that can never count, where that can be proven.
import type { PolicyProblem } from "../core/config.ts";
import type { Match, Rule } from "../core/policy.ts";
import { covers } from "./glob.ts";

/**
 * A rule is never reached when a rule that denies matches wherever it does: denial beats everything. And one is never
 * reached that another replaces wherever it matches. Only what is certain is said: no word is not a promise.
 */
export function neverReached(rules: readonly Rule[]): readonly PolicyProblem[] {
  return rules.flatMap((rule, index) => {
    const winner = rules.find((other) => other !== rule && beats(other, rule, rules));
    if (winner === undefined) return [];
    const how = winner.replaces === rule.name ? "replaces it" : "denies";
    const says = `Rule “${rule.name}” never counts: wherever it matches, “${winner.name}” ${how}`;
    return [{ path: ["policy", "rules", index], says }];
  });
}

function beats(other: Rule, rule: Rule, rules: readonly Rule[]): boolean {
  if (rules.some((third) => third.replaces === other.name)) return false;
  if (!matchesWherever(other.match, rule.match)) return false;
  if (other.replaces === rule.name) return true;
  return other.effect.kind === "deny" && rule.effect.kind !== "deny" && rule.replaces !== other.name;
}

/** Conditions that are only seen to match as often as each other when they are the same. */
const further = [
  "subjects",
  "assurance",
  "onCall",
  "withoutLabels",
  "hours",
  "outside",
  "calendars",
  "outsideCalendars",
  "if",
] as const;

/** Whether `outer` surely matches everything that `inner` matches. */
function matchesWherever(outer: Match, inner: Match): boolean {
  const lists = [
    "verbs",
    "verbKinds",
    "groups",
    "clusters",
    "environments",
    "namespaces",
    "kinds",
    "names",
    "risks",
  ] as const;
  if (!lists.every((key) => listCovers(outer[key], inner[key]))) return false;
  if (!further.every((key) => outer[key] === undefined || JSON.stringify(outer[key]) === JSON.stringify(inner[key])))
    return false;
  const labels = Object.entries(outer.labels);
  if (!labels.every(([label, value]) => Object.hasOwn(inner.labels, label) && covers(value, inner.labels[label] ?? "")))
    return false;
  return Object.entries(outer.args).every(
    ([name, values]) => Object.hasOwn(inner.args, name) && listCovers(values, inner.args[name] ?? []),
  );
}

function listCovers(outer: readonly string[], inner: readonly string[]): boolean {
  if (outer.length === 0) return true;
  return inner.length > 0 && inner.every((pattern) => outer.some((candidate) => covers(candidate, pattern)));
}
