// Moments that people write by the clock of a time zone, and the clock of a zone at a moment.

const clocks = new Map<string, Intl.DateTimeFormat>();

export interface LocalDate {
  readonly year: number;
  /** January is 1. */
  readonly month: number;
  readonly day: number;
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
 * The moment when the zone's clock shows so, in ms; of two such moments, when the clock goes back, the first; null for a time
 * that the clock skips.
 */
export function momentOf(date: LocalDate, minute: number, zone: string): number | null {
  const wanted = Date.UTC(date.year, date.month - 1, date.day) + minute * 60_000;
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map((near) => shownAt(near, zone) - near);
  const moments = offsets.map((offset) => wanted - offset).filter((moment) => shownAt(moment, zone) === wanted);
  return moments.length === 0 ? null : Math.min(...moments);
}

/** `2026-12-24 00:00`, by the zone's clock. */
export function momentText(ms: number, zone: string): string {
  return new Date(shownAt(ms, zone)).toISOString().slice(0, 16).replace("T", " ");
}

/** What the zone's clock shows at the moment, as if it were UTC. */
function shownAt(ms: number, zone: string): number {
  const whole = Math.floor(ms / 60_000) * 60_000;
  const { year, month, day, minute } = zonedAt(whole, zone);
  return Date.UTC(year, month - 1, day) + minute * 60_000;
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });
  clocks.set(zone, clock);
  return clock;
}
