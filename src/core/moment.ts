// A moment as people type it: with its own offset, or in a zone; always one absolute time or a refusal.
import { type Refusal, refuse } from "./refusal.ts";

const pattern =
  /^(?:(\d{4})-(\d{2})-(\d{2})[T ])?(\d{2}):(\d{2})(?::(\d{2}))?(?:(Z|[+-]\d{2}:\d{2})|[ @]?([A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*))?$/;

const dayMs = 86_400_000;

/**
 * `2026-12-23T18:00+01:00`, `2026-12-23T18:00` and `18:00` in the given zone, each also with a zone of its own behind it
 * (`18:00 Europe/Berlin`). A time without a day is the next one after `now`. A time that a change of clocks leaves out is refused;
 * of one that comes twice the first is meant.
 */
export function readMoment(text: string, here: { readonly now: number; readonly zone: string }): number | Refusal {
  const match = pattern.exec(text.trim());
  if (match === null) return wrong(text);
  const [, year, month, day, hours = "", minutes = "", seconds = "00", offset, named] = match;
  const clock = `${hours}:${minutes}:${seconds}`;
  if (offset !== undefined) {
    if (year === undefined) return wrong(text);
    const moment = Date.parse(`${year}-${month}-${day}T${clock}${offset}`);
    return isDay(`${year}-${month}-${day}`) && !Number.isNaN(moment) ? moment : noSuchMoment(text);
  }
  const zone = named ?? here.zone;
  const format = formatOf(zone);
  if (format === null)
    return refuse("bad-argument", `“${zone}” is no time zone.`, "Write an IANA name such as Europe/Berlin, or UTC.");
  if (year !== undefined) return at(format, `${year}-${month}-${day}`, clock) ?? noSuchMoment(text);
  const today = localText(format, here.now).slice(0, 10);
  const first = at(format, today, clock);
  if (first !== null && first > here.now) return first;
  const tomorrow = new Date(Date.parse(`${today}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
  return at(format, tomorrow, clock) ?? noSuchMoment(text);
}

function wrong(text: string): Refusal {
  return refuse(
    "bad-argument",
    `“${text}” is not a time.`,
    "Write it as 18:00, 2026-12-23T18:00, 2026-12-23T18:00+01:00 or “18:00 Europe/Berlin”.",
  );
}

function noSuchMoment(text: string): Refusal {
  return refuse("bad-argument", `“${text}” is no time that exists.`, "Look at the day, and whether the clocks change.");
}

function isDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  } catch {
    return null;
  }
}

/** `2026-12-23 18:00:00`, as clocks there show it. */
function localText(format: Intl.DateTimeFormat, ms: number): string {
  return format.format(ms);
}

/** The first moment at which clocks there show it, or null. */
function at(format: Intl.DateTimeFormat, day: string, clock: string): number | null {
  if (!isDay(day)) return null;
  const asUtc = Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(asUtc)) return null;
  const wanted = `${day} ${clock}`;
  const offsets = [asUtc - dayMs, asUtc + dayMs].map(
    (ms) => Date.parse(`${localText(format, ms).replace(" ", "T")}Z`) - Math.floor(ms / 1_000) * 1_000,
  );
  const moments = offsets.map((offset) => asUtc - offset).filter((ms) => localText(format, ms) === wanted);
  return moments.length === 0 ? null : Math.min(...moments);
}
