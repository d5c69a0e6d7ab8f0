// Raw policy → typed policy, with the digest that every request keeps.
import type { BreakGlass } from "../core/break-glass.ts";
import { digestOf } from "../core/digest.ts";
import { asGroupName } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { readDuration } from "../core/params.ts";
import type {
  Freeze,
  GroupConfig,
  Match,
  Need,
  Policy,
  Question,
  ReasonRule,
  Requirement,
  Rule,
} from "../core/policy.ts";
import { isRefusal } from "../core/refusal.ts";
import type { RiskKind } from "../core/risk.ts";
import type { RawApprovals, RawFreeze, RawNeed, RawPolicy, RawReason, RawRule, RawWhen } from "./raw.ts";
import { wordsOf } from "./raw.ts";

type Defaults = Policy["defaults"];

/** The raw policy must have passed the schema and `shapeProblems`; names in it may still be unknown. */
export function typedPolicy(raw: RawPolicy, groups: readonly GroupConfig[], breakGlass?: BreakGlass): Policy {
  const defaults: Defaults = {
    expiresInMs: ms(raw.defaults?.expiresIn ?? "2h"),
    startWithinMs: ms(raw.defaults?.startWithin ?? "15m"),
    denyThreshold: raw.defaults?.denials ?? 1,
  };
  const rules = raw.rules.map((rule) => typedRule(rule, defaults));
  const freezes = (raw.freezes ?? []).map(typedFreeze);
  const canonical = { rules, freezes, defaults, groups, ...(breakGlass === undefined ? {} : { breakGlass }) };
  return { digest: digestOf(canonical as unknown as Json), ...canonical };
}

/** A duration that the schema has let through, in milliseconds. */
export function ms(text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new Error(`the schema let a wrong duration through: ${text}`);
  return read;
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

function typedRequirement(raw: RawApprovals, defaults: Defaults): Requirement {
  return {
    need: typedNeed(raw),
    denyThreshold: raw.denials ?? defaults.denyThreshold,
    vetoGroups: wordsOf(raw.veto).map(asGroupName),
    expiresInMs: raw.expiresIn === undefined ? defaults.expiresInMs : ms(raw.expiresIn),
    startWithinMs: raw.startWithin === undefined ? defaults.startWithinMs : ms(raw.startWithin),
    reasonToAsk: typedReason(raw.reasonToAsk),
    reasonToApprove: typedReason(raw.reasonToApprove),
    tell: wordsOf(raw.tell),
  };
}

function typedNeed(raw: RawNeed): Need {
  if (raw.all !== undefined) return { kind: "all", of: raw.all.map(typedNeed) };
  if (raw.any !== undefined) return { kind: "any", of: raw.any.map(typedNeed) };
  return { kind: "votes", count: raw.count ?? 0, groups: wordsOf(raw.from).map(asGroupName) };
}

export function typedReason(raw: RawReason | undefined): ReasonRule {
  if (raw === undefined) return { kind: "optional" };
  return typeof raw === "string" ? { kind: raw } : { kind: "pattern", ...raw };
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function typedFreeze(raw: RawFreeze): Freeze {
  return { name: raw.name, match: typedMatch(raw.when), window: windowOf(raw), reason: raw.reason };
}

function windowOf({ between, weekly }: RawFreeze): Freeze["window"] {
  if (between !== undefined)
    return { kind: "between", from: Date.parse(between.from), until: Date.parse(between.until) };
  const days = (weekly?.days ?? []).map((day) => weekdays.indexOf(day) + 1);
  const [fromMinute, untilMinute] = [minutes(weekly?.from), minutes(weekly?.until)];
  return { kind: "weekly", zone: weekly?.zone ?? "UTC", days, fromMinute, untilMinute };
}

function minutes(clock = "00:00"): number {
  const [hours = "0", rest = "0"] = clock.split(":");
  return Number(hours) * 60 + Number(rest);
}
