// When a freeze begins and ends next: for telling people, never for deciding.
import type { Freeze } from "../core/policy.ts";
import { isInForce, localTime } from "./freeze.ts";

export interface Times {
  readonly inForce: boolean;
  /** null while it is in force, and when it never begins again. */
  readonly begins: number | null;
  readonly ends: number | null;
}

const minute = 60_000;
const dayMinutes = 1_440;
/** A weekly window is back after a week, a day more for clocks that change. */
const daysAhead = 9;

export function timesOf(window: Freeze["window"], now: number): Times {
  const inForce = isInForce(window, now);
  if (window.kind === "between") {
    if (now >= window.until) return { inForce, begins: null, ends: null };
    return { inForce, begins: inForce ? null : window.from, ends: window.until };
  }
  const next = (after: number, to: boolean): number | null =>
    window.kind === "weekly" ? turn(window, { after, to }) : turnOfDays(window, { after, to });
  if (inForce) return { inForce, begins: null, ends: next(now, false) };
  const begins = next(now, true);
  return { inForce, begins, ends: begins === null ? null : next(begins, false) };
}

const hour = 60 * minute;
/** Calendars name days of a year or two; further ahead nobody is told. */
const hoursAhead = 400 * 24;

/** Days of calendars turn at a midnight somewhere, which is looked for hour by hour, then minute by minute. */
function turnOfDays(
  window: Freeze["window"],
  { after, to }: { readonly after: number; readonly to: boolean },
): number | null {
  const here = Math.floor(after / hour) * hour;
  for (let ahead = 1; ahead <= hoursAhead; ahead += 1) {
    const late = here + ahead * hour;
    if (isInForce(window, late) !== to) continue;
    let moment = late;
    while (moment - minute > after && isInForce(window, moment - minute) === to) moment -= minute;
    return moment;
  }
  return null;
}

/** The next moment at which the window is in force (`to`), or no longer, unlike the minute before. */
function turn(
  window: Extract<Freeze["window"], { kind: "weekly" }>,
  { after, to }: { readonly after: number; readonly to: boolean },
): number | null {
  const here = Math.floor(after / minute) * minute;
  const { minute: local } = localTime(here, window.zone);
  const edge = to ? window.fromMinute : window.untilMinute % dayMinutes;
  const first = (edge - local + dayMinutes) % dayMinutes;
  for (let day = 0; day < daysAhead; day += 1) {
    const about = here + (first + day * dayMinutes) * minute;
    // Where clocks change in between, the hour is up to two off: the edge is looked for around it.
    for (const off of [0, -60, 60, -30, 30, -120, 120]) {
      const moment = about + off * minute;
      const isEdge = isInForce(window, moment) === to && isInForce(window, moment - minute) !== to;
      if (isEdge && moment > after) return moment;
    }
  }
  return null;
}
