// Raw policy → typed policy, with the digest that every request keeps.
import { digestOf } from "../core/digest.ts";
import { asGroupName } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import type { Freeze, GroupConfig, Match, Policy, Question, Rule } from "../core/policy.ts";
import type { RiskKind } from "../core/risk.ts";
import type { RawFreeze, RawPolicy, RawRule, RawWhen } from "./raw.ts";
import { wordsOf } from "./raw.ts";
import { ms, typedRequirement, typedWeekly } from "./typed-approvals.ts";

type Defaults = Policy["defaults"];

/** The raw policy must have passed the schema and `shapeProblems`; names in it may still be unknown. */
export function typedPolicy(raw: RawPolicy, groups: readonly GroupConfig[]): Policy {
  const defaults: Defaults = {
    expiresInMs: ms(raw.defaults?.expiresIn ?? "2h"),
    startWithinMs: ms(raw.defaults?.startWithin ?? "15m"),
    denyThreshold: raw.defaults?.denials ?? 1,
  };
  const rules = raw.rules.map((rule) => typedRule(rule, defaults));
  const freezes = (raw.freezes ?? []).map(typedFreeze);
  const canonical = { rules, freezes, defaults, groups };
  return { digest: digestOf(canonical as unknown as Json), ...canonical };
}

export function typedMatch(when: RawWhen | undefined): Match {
  const args = Object.entries(when?.args ?? {}).map(([name, values]) => [name, wordsOf(values)] as const);
  return {
    verbs: wordsOf(when?.verbs),
    verbKinds: wordsOf(when?.actions) as readonly Question["verbKind"][],
    groups: wordsOf(when?.groups).map(asGroupName),
    clusters: wordsOf(when?.clusters),
    environments: wordsOf(when?.environments),
    namespaces: wordsOf(when?.namespaces),
    kinds: wordsOf(when?.kinds),
    names: wordsOf(when?.names),
    labels: { ...when?.labels },
    risks: wordsOf(when?.risks) as readonly RiskKind[],
    args: Object.fromEntries(args),
  };
}

function typedRule(raw: RawRule, defaults: Defaults): Rule {
  return {
    name: raw.name,
    match: typedMatch(raw.when),
    effect: effectOf(raw, defaults),
    replaces: raw.replaces ?? null,
  };
}

function effectOf(raw: RawRule, defaults: Defaults): Rule["effect"] {
  if (raw.deny !== undefined) return { kind: "deny", reason: raw.deny };
  if (raw.approvals !== undefined) return { kind: "approvals", requirement: typedRequirement(raw.approvals, defaults) };
  if (raw.allow === true) return { kind: "allow" };
  return { kind: "deny", reason: "The rule says nothing." };
}

function typedFreeze(raw: RawFreeze): Freeze {
  return { name: raw.name, match: typedMatch(raw.when), window: windowOf(raw), reason: raw.reason };
}

function windowOf({ between, weekly }: RawFreeze): Freeze["window"] {
  if (between !== undefined)
    return { kind: "between", from: Date.parse(between.from), until: Date.parse(between.until) };
  return weekly === undefined ? { kind: "between", from: 0, until: 0 } : typedWeekly(weekly);
}
