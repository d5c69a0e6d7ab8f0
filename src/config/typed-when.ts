// Raw conditions → typed ones: what a rule asks, its hours and calendars with their zones, its limits.
import { asGroupName } from "../core/ids.ts";
import { type Assurance, assurances } from "../core/person.ts";
import type { Calendar, Limits, Match, Question, Rule } from "../core/policy.ts";
import type { RiskKind } from "../core/risk.ts";
import { type RawWeekly, wordsOf } from "./raw.ts";
import type { RawCalendar, RawLimits, RawWhen } from "./raw-when.ts";
import { typedWeekly } from "./typed-approvals.ts";

/** What conditions mean that say nothing else. */
export interface WhenContext {
  readonly zone: string;
  readonly calendars: readonly Calendar[];
  /** Of the people whom a rule lets that names no assurance. */
  readonly assurance: Assurance;
}

/** Only what is written is in it, so that a policy's digest changes with its words alone. */
export function typedMatch(when: RawWhen | undefined, context: WhenContext): Match {
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
    ...newer(when ?? {}, context),
  };
}

function newer(when: RawWhen, { zone, calendars }: WhenContext): Partial<Match> {
  const hours = (raw: readonly RawWeekly[]) => raw.map((each) => typedWeekly(each, zone));
  const named = (words: RawWhen["calendars"]) => wordsOf(words).map((name) => calendarOf(name, calendars));
  return {
    ...(when.subjects === undefined ? {} : { subjects: wordsOf(when.subjects) }),
    ...(when.assurance === undefined ? {} : { assurance: assuranceOf(when.assurance) }),
    ...(when.onCall === undefined ? {} : { onCall: wordsOf(when.onCall) }),
    ...(when.withoutLabels === undefined ? {} : { withoutLabels: wordsOf(when.withoutLabels) }),
    ...(when.hours === undefined ? {} : { hours: hours(when.hours) }),
    ...(when.outside === undefined ? {} : { outside: hours(when.outside) }),
    ...(when.calendars === undefined ? {} : { calendars: named(when.calendars) }),
    ...(when.outsideCalendars === undefined ? {} : { outsideCalendars: named(when.outsideCalendars) }),
    ...(when.if === undefined ? {} : { if: { expression: when.if, zone } }),
  };
}

/** A rule that lets without naming an assurance asks for the configured one. */
export function lettingMatch(when: RawWhen | undefined, context: WhenContext): Match {
  const match = typedMatch(when, context);
  if (match.assurance !== undefined || context.assurance === "none") return match;
  return { ...match, assurance: context.assurance };
}

function assuranceOf(word: string): Assurance {
  return assurances.find((one) => one === word) ?? "linked-step-up";
}

/** Days that nobody wrote down are none: checking refuses the name. */
export function calendarOf(name: string, calendars: readonly Calendar[]): Calendar {
  return calendars.find((calendar) => calendar.name === name) ?? { name, zone: "UTC", days: [] };
}

export function typedCalendar(raw: RawCalendar, zone: string): Calendar {
  const days = raw.days.map((day) => (typeof day === "string" ? { from: day, until: day } : { ...day }));
  return { name: raw.name, zone: raw.zone ?? zone, days };
}

export function typedLimits(raw: RawLimits | undefined): Pick<Rule, "limits"> {
  const limits: Limits = { ...raw };
  return raw === undefined ? {} : { limits };
}
