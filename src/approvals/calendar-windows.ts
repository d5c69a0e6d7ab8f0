// The days of calendars as windows of moments: what touches or overlaps is one window, the soonest first.
import type { Calendar } from "../core/policy.ts";
import { momentIn } from "../core/zone.ts";

export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

const dayMinutes = 1_440;

/** Those that are not over at that moment. */
export function windowsOf(calendars: readonly Calendar[], now: number): readonly TimeWindow[] {
  const all = calendars
    .flatMap(({ zone, days }) => days.map((run) => windowIn(zone, run)))
    .toSorted((a, b) => a.from - b.from);
  const joined: TimeWindow[] = [];
  for (const next of all) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.until) joined.push(next);
    else joined.splice(-1, 1, { from: last.from, until: Math.max(last.until, next.until) });
  }
  return joined.filter(({ until }) => until > now);
}

/** From local midnight to the local midnight after the last day. */
function windowIn(zone: string, { from, until }: Calendar["days"][number]): TimeWindow {
  const midnight = (date: string): number => Date.parse(`${date}T00:00:00Z`);
  return { from: momentIn(zone, midnight(from), 0), until: momentIn(zone, midnight(until), dayMinutes) };
}
