// When a freeze begins and ends next: for telling people, never for deciding.
import type { Freeze } from "../core/policy.ts";
import { type TimeWindow, windowsOf } from "./calendar-windows.ts";
import { isInForce, localTime } from "./freeze.ts";

export interface Times {
  readonly inForce: boolean;
  /** null while it is in force, and when it never begins again. */
  readonly begins: number | null;
  readonly ends: number | null;
}

/** How many of a calendar's next windows people are told. */
const told = 4;

/** Of one of calendars, its windows, the one in force included; none of others, whose times say it all. */
export function windowsToCome(window: Freeze["window"], now: number): readonly TimeWindow[] {
  return window.kind === "calendars" ? windowsOf(window.calendars, now).slice(0, told) : [];
}

/** Whose clock its times are told by: null where calendars of several zones meet, or it has none of its own. */
export function zoneOf(window: Freeze["window"]): string | null {
  if (window.kind === "between") return null;
  if (window.kind === "weekly") return window.zone;
  const zones = new Set(window.calendars.map(({ zone }) => zone));
  return zones.size === 1 ? ([...zones][0] ?? null) : null;
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
  if (window.kind === "calendars") {
    const [next] = windowsOf(window.calendars, now);
    return { inForce, begins: inForce ? null : (next?.from ?? null), ends: next?.until ?? null };
  }
  const next = (after: number, to: boolean): number | null => turn(window, { after, to });
  if (inForce) return { inForce, begins: null, ends: next(now, false) };
  const begins = next(now, true);
  return { inForce, begins, ends: begins === null ? null : next(begins, false) };
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
