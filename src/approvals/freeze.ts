// Is a window in force now? Evaluated when a change is asked for and again when it is executed (R24).
import type { Calendar, Freeze, WeeklyWindow } from "../core/policy.ts";
import { zonedAt } from "../core/zone.ts";

const dayMinutes = 24 * 60;

/** From the first moment on, until before the last one. */
export function isInForce(window: Freeze["window"], now: number): boolean {
  switch (window.kind) {
    case "between":
      return now >= window.from && now < window.until;
    case "weekly":
      return isWithin(window, now);
    case "calendars":
      return window.calendars.some((calendar) => isOnCalendar(calendar, now));
    default:
      return window satisfies never;
  }
}

/** Weekly hours that end before they begin go past midnight. */
export function isWithin(hours: WeeklyWindow, now: number): boolean {
  const { day, minute } = localTime(now, hours.zone);
  const { fromMinute, untilMinute } = hours;
  if (fromMinute < untilMinute) return hours.days.includes(day) && minute >= fromMinute && minute < untilMinute;
  const dayBefore = day === 1 ? 7 : day - 1;
  if (hours.days.includes(day) && minute >= fromMinute && minute < dayMinutes) return true;
  return hours.days.includes(dayBefore) && minute < untilMinute;
}

/** Dates are written so that their order is that of their texts. */
export function isOnCalendar({ zone, days }: Calendar, now: number): boolean {
  const { date } = localTime(now, zone);
  return days.some(({ from, until }) => from <= date && date <= until);
}

export interface LocalTime {
  /** `2026-12-24` */
  readonly date: string;
  /** ISO weekday: Monday is 1. */
  readonly day: number;
  /** Since local midnight, by the clock on the wall. */
  readonly minute: number;
}

/** Throws RangeError for a zone that does not exist. */
export function localTime(now: number, zone: string): LocalTime {
  const { year, month, day, minute } = zonedAt(now, zone);
  const midnight = new Date(Date.UTC(year, month - 1, day));
  return { date: midnight.toISOString().slice(0, 10), day: midnight.getUTCDay() || 7, minute };
}
