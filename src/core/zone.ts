// Local times of a zone as moments.

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * The moment at which a zone's clocks show so many minutes after midnight of a day, given as its midnight in UTC. A time that
 * a change of the clocks leaves out is the one an hour later; of one that comes twice, the first. Throws for an unknown zone.
 */
export function momentIn(zone: string, dayUtc: number, minute: number): number {
  const wall = dayUtc + minute * 60_000;
  // The offsets on either side of any change of the clocks near it; the earlier moment that shows the time is the one.
  const candidates = [wall - offsetAt(zone, wall - 86_400_000), wall - offsetAt(zone, wall + 86_400_000)];
  const shown = candidates.filter((moment) => moment + offsetAt(zone, moment) === wall);
  return shown.length > 0 ? Math.min(...shown) : Math.max(...candidates);
}

/** How far a zone's clocks are ahead of UTC at a moment, in ms. */
function offsetAt(zone: string, moment: number): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(moment / 1_000) * 1_000;
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  clocks.set(zone, clock);
  return clock;
}
