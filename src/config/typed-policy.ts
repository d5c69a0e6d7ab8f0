// Raw policy → typed policy, with the digest that every request keeps.
import { digestOf } from "../core/digest.ts";
import { asGroupName } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { readDuration } from "../core/params.ts";
import type { Assurance } from "../core/person.ts";
import type { Freeze, GroupConfig, Need, Policy, ReasonRule, Requirement, Rule } from "../core/policy.ts";
import { isRefusal } from "../core/refusal.ts";
import type { RawApprovals, RawFreeze, RawNeed, RawPolicy, RawReason, RawRule } from "./raw.ts";
import { wordsOf } from "./raw.ts";
import {
  calendarOf,
  lettingMatch,
  typedCalendar,
  typedHours,
  typedLimits,
  typedMatch,
  type WhenContext,
} from "./typed-when.ts";

type Defaults = Policy["defaults"];

/**
 * The raw policy must have passed the schema and `shapeProblems`; names in it may still be unknown. `assurance` is that of the
 * people whom a rule lets that names none: `linked` where sign-in is configured.
 */
export function typedPolicy(raw: RawPolicy, groups: readonly GroupConfig[], assurance: Assurance = "none"): Policy {
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
  const canonical = { rules, freezes, defaults, groups, ...(calendars.length === 0 ? {} : { calendars }) };
  return { digest: digestOf(canonical as unknown as Json), ...canonical };
}

/** A duration that the schema has let through, in milliseconds. */
export function ms(text: string): number {
  const read = readDuration(text);
  if (isRefusal(read)) throw new Error(`the schema let a wrong duration through: ${text}`);
  return read;
}

interface Context {
  readonly defaults: Defaults;
  readonly context: WhenContext;
}

function typedRule(raw: RawRule, { defaults, context }: Context): Rule {
  const effect = effectOf(raw, defaults);
  return {
    name: raw.name,
    match: effect.kind === "deny" ? typedMatch(raw.when, context) : lettingMatch(raw.when, context),
    effect,
    replaces: raw.replaces ?? null,
    ...typedLimits(raw.limits),
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
    ...(raw.tellPeople === undefined ? {} : { tellPeople: wordsOf(raw.tellPeople) }),
    ...(raw.tellGroups === undefined ? {} : { tellGroups: wordsOf(raw.tellGroups).map(asGroupName) }),
    ...(raw.ticket === undefined ? {} : { tickets: [{ ...raw.ticket, link: raw.ticket.link ?? null }] }),
    ...(raw.ping === undefined ? {} : { ping: raw.ping }),
  };
}

function typedNeed(raw: RawNeed): Need {
  if (raw.all !== undefined) return { kind: "all", of: raw.all.map(typedNeed) };
  if (raw.any !== undefined) return { kind: "any", of: raw.any.map(typedNeed) };
  return { kind: "votes", count: raw.count ?? 0, groups: wordsOf(raw.from).map(asGroupName) };
}

function typedReason(raw: RawReason | undefined): ReasonRule {
  if (raw === undefined) return { kind: "optional" };
  return typeof raw === "string" ? { kind: raw } : { kind: "pattern", ...raw };
}

function typedFreeze(raw: RawFreeze, context: WhenContext): Freeze {
  const window = windowOf(raw, context);
  return { name: raw.name, match: typedMatch(raw.when, context), window, reason: raw.reason };
}

function windowOf({ between, weekly, calendars }: RawFreeze, context: WhenContext): Freeze["window"] {
  if (between !== undefined)
    return { kind: "between", from: Date.parse(between.from), until: Date.parse(between.until) };
  if (weekly !== undefined) return { kind: "weekly", ...typedHours(weekly, context.zone) };
  return {
    kind: "calendars",
    calendars: wordsOf(calendars).map((name) => calendarOf(name, context.calendars)),
  };
}
