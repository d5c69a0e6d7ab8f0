// A rule's conditions on the time: weekly hours and the days of calendars, each in its zone.
import type { Match, WeeklyHours } from "../core/policy.ts";
import { type Condition, type Holds, yesOrNo } from "./condition.ts";
import { isOnCalendar, isWithin } from "./freeze.ts";

export function timeConditions(match: Match, now: number): readonly Condition[] {
  const { hours = [], outside = [], calendars = [], outsideCalendars = [] } = match;
  const conditions: Condition[] = [];
  const ask = (says: string, holds: () => boolean) => conditions.push({ says, holds: tried(holds) });
  if (hours.length > 0) ask(`within ${words(hours)}`, () => hours.some((each) => isWithin(each, now)));
  if (outside.length > 0) ask(`outside ${words(outside)}`, () => !outside.some((each) => isWithin(each, now)));
  const names = (list: typeof calendars) => list.map((calendar) => calendar.name).join(" or ");
  if (calendars.length > 0)
    ask(`on a day of ${names(calendars)}`, () => calendars.some((each) => isOnCalendar(each, now)));
  if (outsideCalendars.length > 0)
    ask(`on no day of ${names(outsideCalendars)}`, () => !outsideCalendars.some((each) => isOnCalendar(each, now)));
  return conditions;
}

/** Loading refuses zones that do not exist; a policy that was stored may name one all the same. */
function tried(holds: () => boolean): Holds {
  try {
    return yesOrNo(holds());
  } catch {
    return "open";
  }
}

/** "mon–fri 08:00–18:00 Europe/Berlin or sat 10:00–12:00 Europe/Berlin" */
function words(windows: readonly WeeklyHours[]): string {
  return windows.map(hoursWords).join(" or ");
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function hoursWords({ days, fromMinute, untilMinute, zone }: WeeklyHours): string {
  return `${daysWords(days)} ${clock(fromMinute)}–${clock(untilMinute)} ${zone}`;
}

function daysWords(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const [first = 1] = sorted;
  const name = (day: number) => weekdays[day - 1] ?? "?";
  const isRun = sorted.length > 2 && sorted.every((day, index) => day === first + index);
  return isRun ? `${name(first)}–${name(first + sorted.length - 1)}` : sorted.map(name).join(", ");
}

export function clock(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
