// Raw policy → typed policy, with the digest that every request keeps.

import { digestOf } from "../core/digest.ts";
import type { Json } from "../core/json.ts";
import type { Assurance } from "../core/person.ts";
import type { Freeze, GroupConfig, Policy, Rule } from "../core/policy.ts";
import type { RawBreakGlass, RawFreeze, RawPolicy, RawRule } from "./raw.ts";
import { wordsOf } from "./raw.ts";
import { ms, typedRequirement, typedWeekly } from "./typed-approvals.ts";
import { typedBreakGlass } from "./typed-break-glass.ts";
import { calendarOf, lettingMatch, typedCalendar, typedLimits, typedMatch, type WhenContext } from "./typed-when.ts";

type Defaults = Policy["defaults"];

/** What a policy is read within: the rest of the file. */
export interface PolicySetting {
  /** Of the people whom a rule lets that names none: `linked` where sign-in is configured. */
  readonly assurance: Assurance;
  readonly breakGlass?: RawBreakGlass;
}

/** The raw policy must have passed the schema and `shapeProblems`; names in it may still be unknown. */
export function typedPolicy(
  raw: RawPolicy,
  groups: readonly GroupConfig[],
  { assurance, breakGlass }: PolicySetting = { assurance: "none" },
): Policy {
  const defaults: Defaults = {
    expiresInMs: ms(raw.defaults?.expiresIn ?? "2h"),
    startWithinMs: ms(raw.defaults?.startWithin ?? "15m"),
    denyThreshold: raw.defaults?.denials ?? 1,
  };
  const zone = raw.zone ?? "UTC";
  const calendars = (raw.calendars ?? []).map((calendar) => typedCalendar(calendar, zone));
  const context = { zone, calendars, assurance };
  const rules = raw.rules.map((rule) => typedRule(rule, { defaults, context }));
  const freezes = (raw.freezes ?? []).map((freeze) => typedFreeze(freeze, context));
  const more = {
    ...(calendars.length === 0 ? {} : { calendars }),
    ...(breakGlass === undefined ? {} : { breakGlass: typedBreakGlass(breakGlass, context) }),
  };
  const canonical = { rules, freezes, defaults, groups, ...more };
  return { digest: digestOf(canonical as unknown as Json), ...canonical };
}

interface Context {
  readonly defaults: Defaults;
  readonly context: WhenContext;
}

function typedRule(raw: RawRule, { defaults, context }: Context): Rule {
  const effect = effectOf(raw, { defaults, context });
  return {
    name: raw.name,
    match: effect.kind === "deny" ? typedMatch(raw.when, context) : lettingMatch(raw.when, context),
    effect,
    replaces: raw.replaces ?? null,
    ...typedLimits(raw.limits),
  };
}

function effectOf(raw: RawRule, { defaults, context }: Context): Rule["effect"] {
  if (raw.deny !== undefined) return { kind: "deny", reason: raw.deny };
  if (raw.approvals !== undefined)
    return { kind: "approvals", requirement: typedRequirement(raw.approvals, defaults, context.zone) };
  if (raw.allow === true) return { kind: "allow" };
  return { kind: "deny", reason: "The rule says nothing." };
}

function typedFreeze(raw: RawFreeze, context: WhenContext): Freeze {
  const window = windowOf(raw, context);
  return { name: raw.name, match: typedMatch(raw.when, context), window, reason: raw.reason };
}

function windowOf({ between, weekly, calendars }: RawFreeze, context: WhenContext): Freeze["window"] {
  if (between !== undefined)
    return { kind: "between", from: Date.parse(between.from), until: Date.parse(between.until) };
  if (weekly !== undefined) return typedWeekly(weekly, context.zone);
  return {
    kind: "calendars",
    calendars: wordsOf(calendars).map((name) => calendarOf(name, context.calendars)),
  };
}
