// Moments by the clock on the wall: when hours and days begin and end, in their zone.
import type { Calendar, WeeklyWindow } from "../core/policy.ts";
import { localTime } from "./freeze.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

export interface Span {
  readonly from: number;
  readonly days: number;
}

/** Each moment of a span at which weekly hours begin or end. */
export function beginnings(hours: WeeklyWindow, span: Span): readonly number[] {
  return datesOf(hours.zone, span).flatMap((date) =>
    [hours.fromMinute, hours.untilMinute].map((minute) => momentOf(date, minute, hours.zone)),
  );
}

/** Each midnight of a span at which a day of a calendar begins, or the day after it. */
export function midnights(calendar: Calendar, span: Span): readonly number[] {
  const last = span.from + span.days * dayMs;
  return calendar.days
    .flatMap(({ from, until }) => [momentOf(from, 0, calendar.zone), momentOf(until, 24 * 60, calendar.zone)])
    .filter((moment) => moment >= span.from && moment <= last);
}

function datesOf(zone: string, { from, days }: Span): readonly string[] {
  const dates = Array.from({ length: days + 2 }, (_, index) => localTime(from + (index - 1) * dayMs, zone).date);
  return [...new Set(dates)];
}

/** When the clocks of a zone show that time on that day; where they jump over it, right after the jump. */
export function momentOf(date: string, minute: number, zone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minute * minuteMs;
  let moment = wanted;
  // Twice: the offset at the first guess may be the one of the other side of a change of clocks.
  for (let tries = 0; tries < 2; tries += 1) moment += wanted - shownAt(moment, zone);
  return moment;
}

function shownAt(moment: number, zone: string): number {
  const { date, minute } = localTime(moment, zone);
  return Date.parse(`${date}T00:00:00Z`) + minute * minuteMs;
}
