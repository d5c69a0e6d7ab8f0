// When approvals are taken: the hours of each rule that counts, all at once (R24).
import type { ApproverHours, WeeklyWindow } from "../core/policy.ts";
import { isInForce, localTime } from "./freeze.ts";

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** Windows of different zones and days that meet at all meet within this; further nobody looks. */
const horizonMs = 15 * dayMinutes * minuteMs;

/** Whether an approval is taken at this moment; without hours it always is. */
export function isOpenAt(hours: readonly ApproverHours[], at: number): boolean {
  return hours.every((windows) => isOpenIn(windows, at));
}

/** The first moment from `now` on at which approvals are taken; null when the hours never meet. */
export function nextOpening(hours: readonly ApproverHours[], now: number): number | null {
  let at = now;
  while (at <= now + horizonMs) {
    const closed = hours.filter((windows) => !isOpenIn(windows, at));
    if (closed.length === 0) return at;
    const openings = closed.map((windows) => nextOf(windows, at));
    if (openings.includes(null)) return null;
    at = Math.max(...openings.map(Number));
  }
  return null;
}

/** "Mon–Fri 08:00–18:00 Europe/Berlin or Sat 10:00–12:00 Europe/Berlin" */
export function hoursWords(hours: readonly ApproverHours[]): string {
  return hours.map((windows) => windows.map(windowWords).join(" or ")).join(", and ");
}

/** "Mon 23 Nov 08:00 Europe/Berlin", in the zone of the hours that are waited for. */
export function openingWords(hours: readonly ApproverHours[], now: number): string {
  const at = nextOpening(hours, now);
  if (at === null) return "never: the hours of the rules that count have no time in common";
  const zone = hours.find((windows) => !isOpenIn(windows, now))?.[0]?.zone ?? "UTC";
  const clock = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: zone, weekday: "short", day: "numeric", month: "short" },
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  const parts = new Map(clock.formatToParts(at).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return `${part("weekday")} ${part("day")} ${part("month")} ${part("hour")}:${part("minute")} ${zone}`;
}

function isOpenIn(windows: ApproverHours, at: number): boolean {
  return windows.some((window) => isInForce(window, at));
}

function nextOf(windows: ApproverHours, now: number): number | null {
  const openings = windows.flatMap((window) => nextStart(window, now) ?? []);
  return openings.length === 0 ? null : Math.min(...openings);
}

/**
 * The next beginning of a window that is closed now. Where clocks are put forward over it, the first minute after the gap;
 * where they are put back, its first coming.
 */
function nextStart(window: WeeklyWindow, now: number): number | null {
  const minuteNow = Math.floor(now / minuteMs) * minuteMs;
  const { day, minute } = localTime(now, window.zone);
  for (let days = 0; days <= 8; days += 1) {
    if (!window.days.includes(((day - 1 + days) % 7) + 1)) continue;
    const guess = minuteNow + (days * dayMinutes + window.fromMinute - minute) * minuteMs;
    const off = localTime(guess, window.zone).minute - window.fromMinute;
    // Between now and then clocks were moved: half a day is more than any zone ever does.
    const shift = off > dayMinutes / 2 ? off - dayMinutes : off < -dayMinutes / 2 ? off + dayMinutes : off;
    const [first, last] = [Math.min(guess, guess - shift * minuteMs), Math.max(guess, guess - shift * minuteMs)];
    for (let at = first; at <= last; at += minuteMs) if (at > now && isInForce(window, at)) return at;
  }
  return null;
}

const dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function windowWords({ zone, days, fromMinute, untilMinute }: WeeklyWindow): string {
  return `${daysWords([...new Set(days)].sort())} ${clockWords(fromMinute)}–${clockWords(untilMinute)} ${zone}`;
}

/** Three days and more in a row are told by their ends. */
function daysWords(days: readonly number[]): string {
  const [first = 1] = days;
  const last = days.at(-1) ?? first;
  if (days.length > 2 && last - first === days.length - 1) return `${dayNames[first - 1]}–${dayNames[last - 1]}`;
  return days.map((day) => dayNames[day - 1]).join(", ");
}

export function clockWords(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
