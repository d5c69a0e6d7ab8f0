// Time zones: what a zone's clocks show at a moment, and the moment at which they show something.

const clocks = new Map<string, Intl.DateTimeFormat>();

export interface LocalDate {
  readonly year: number;
  /** January is 1. */
  readonly month: number;
  readonly day: number;
}

/** Of the IANA zones that this Node knows. */
export function isZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The zone's date and minutes since its midnight. Throws RangeError for a zone that does not exist. */
export function zonedAt(ms: number, zone: string): LocalDate & { readonly minute: number } {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(ms)
      .map((part) => [part.type, Number(part.value)]),
  );
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return { year: of("year"), month: of("month"), day: of("day"), minute: of("hour") * 60 + of("minute") };
}

/**
 * The moment when the zone's clocks show so, in ms; of two such moments, when they go back, the first; null for a time that they
 * skip. Throws RangeError for a zone that does not exist.
 */
export function momentOf(date: LocalDate, minute: number, zone: string): number | null {
  return found(wallOf(date, minute), zone).shown;
}

/**
 * The same for so many minutes after the midnight of a day that is given as its midnight in UTC; a time that the clocks skip is
 * the one an hour later.
 */
export function momentIn(zone: string, dayUtc: number, minute: number): number {
  const { shown, latest } = found(dayUtc + minute * 60_000, zone);
  return shown ?? latest;
}

/** `2026-12-24 00:00`, by the zone's clocks. */
export function momentText(ms: number, zone: string): string {
  return new Date(shownAt(ms, zone)).toISOString().slice(0, 16).replace("T", " ");
}

/** By the offsets on either side of any change of the clocks near it. */
function found(wall: number, zone: string): { readonly shown: number | null; readonly latest: number } {
  const moments = [wall - dayMs, wall + dayMs].map((near) => wall - (shownAt(near, zone) - near));
  const right = moments.filter((moment) => shownAt(moment, zone) === wall);
  return { shown: right.length === 0 ? null : Math.min(...right), latest: Math.max(...moments) };
}

const dayMs = 24 * 60 * 60_000;

const wallOf = ({ year, month, day }: LocalDate, minute: number): number =>
  Date.UTC(year, month - 1, day) + minute * 60_000;

/** What the zone's clocks show at the moment, to the minute, as if it were UTC. */
function shownAt(ms: number, zone: string): number {
  const shown = zonedAt(Math.floor(ms / 60_000) * 60_000, zone);
  return wallOf(shown, shown.minute);
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
  });
  clocks.set(zone, clock);
  return clock;
}
