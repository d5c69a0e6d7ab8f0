// When would what is refused now be let? Where only a window of time stands in between: hours, calendars, freezes.
import type { Decision, Freeze, Match, Policy, Question } from "../core/policy.ts";
import { localTime } from "./freeze.ts";
import { clockWords } from "./hours.ts";
import { beginnings, midnights, type Span } from "./local-time.ts";

import { decidePolicy } from "./policy.ts";

/** How far ahead is looked: two weeks of hours, and every end of a holiday within them. */
const daysAhead = 14;
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

interface Moment {
  readonly at: number;
  readonly zone: string;
}

export interface OpensAt extends Moment {
  readonly decision: Exclude<Decision, { kind: "deny" }>;
}

/** The first moment at which the same question is not refused; null when none is near, or it is not refused now. */
export function opensAt(policy: Policy, question: Question): OpensAt | null {
  if (decidePolicy(policy, question).kind !== "deny") return null;
  const span = { from: question.now, days: daysAhead };
  for (const { at, zone } of momentsOf(policy, span)) {
    const decision = decidePolicy(policy, { ...question, now: at });
    if (decision.kind !== "deny") return { at, zone, decision };
  }
  return null;
}

/** "From 08:00 (Europe/Berlin) it would be allowed." */
export function opensWords({ at, zone, decision }: OpensAt, now: number): string {
  const then = localTime(at, zone);
  const isToday = then.date === localTime(now, zone).date;
  const day = isToday ? "" : `${weekdays[then.day - 1] ?? ""} ${then.date} `;
  const what = decision.kind === "allow" ? "be allowed" : "be let with approvals";
  return `From ${day}${clockWords(then.minute)} (${zone}) it would ${what}.`;
}

/** Every beginning and end of a window, in order. */
function momentsOf(policy: Policy, span: Span): readonly Moment[] {
  const moments = [
    ...policy.rules.flatMap(({ match }) => ofMatch(match, span)),
    ...policy.freezes.flatMap(({ match, window }) => [...ofMatch(match, span), ...ofWindow(window, span)]),
  ];
  const last = span.from + span.days * 86_400_000;
  const ahead = moments.filter(({ at }) => at > span.from && at <= last);
  const unique = new Map(ahead.map((moment) => [moment.at, moment]));
  return [...unique.values()].sort((a, b) => a.at - b.at);
}

function ofMatch({ hours = [], outside = [], calendars = [], outsideCalendars = [] }: Match, span: Span) {
  return [
    ...[...hours, ...outside].flatMap((each) => beginnings(each, span).map((at) => ({ at, zone: each.zone }))),
    ...[...calendars, ...outsideCalendars].flatMap((each) =>
      midnights(each, span).map((at) => ({ at, zone: each.zone })),
    ),
  ];
}

function ofWindow(window: Freeze["window"], span: Span): readonly Moment[] {
  switch (window.kind) {
    case "between":
      return [{ at: window.until, zone: "UTC" }];
    case "weekly":
      return beginnings(window, span).map((at) => ({ at, zone: window.zone }));
    case "calendars":
      return window.calendars.flatMap((each) => midnights(each, span).map((at) => ({ at, zone: each.zone })));
    default:
      return window satisfies never;
  }
}
