// Is a freeze in force now? Evaluated when a change is asked for and again when it is executed (R24).
import type { Freeze } from "../core/policy.ts";

const dayMinutes = 24 * 60;
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const clocks = new Map<string, Intl.DateTimeFormat>();

/** From the first moment on, until before the last one; weekly hours that end before they begin go past midnight. */
export function isInForce(window: Freeze["window"], now: number): boolean {
  if (window.kind === "between") return now >= window.from && now < window.until;
  const { day, minute } = localTime(now, window.zone);
  const { fromMinute, untilMinute } = window;
  if (fromMinute < untilMinute) return window.days.includes(day) && minute >= fromMinute && minute < untilMinute;
  const dayBefore = day === 1 ? 7 : day - 1;
  if (window.days.includes(day) && minute >= fromMinute && minute < dayMinutes) return true;
  return window.days.includes(dayBefore) && minute < untilMinute;
}

/** ISO weekday (Monday is 1) and minutes since local midnight. Throws RangeError for a zone that does not exist. */
export function localTime(now: number, zone: string): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(now)
      .map((part) => [part.type, part.value]),
  );
  const day = weekdays.indexOf(parts.get("weekday") ?? "") + 1;
  return { day, minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
}

export function isZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  clocks.set(zone, clock);
  return clock;
}
