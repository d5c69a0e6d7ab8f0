// A calendar's text → its events within a time, repetitions counted out (RFC 5545).
import ICAL from "ical.js";
import { isZone, momentIn } from "../../core/zone.ts";

/** One occurrence of an event. */
export interface Occurrence {
  readonly title: string;
  /** E-mail addresses of those who attend and have not declined, in small letters. */
  readonly attendees: readonly string[];
  readonly from: number;
  readonly until: number;
}

export interface Wanted {
  readonly from: number;
  readonly until: number;
}

/** Repetitions are counted from the first one on; a calendar with more than this before the end is no list of shifts. */
const repetitionsMost = 100_000;

/** Throws for a text that is no calendar, and for one that repeats too often. Cancelled events are left out. */
export function occurrencesIn(text: string, wanted: Wanted): readonly Occurrence[] {
  const calendar = ICAL.Component.fromString(text);
  if (calendar.name !== "vcalendar") throw new Error("it is no calendar");
  const zone = zoneOf(calendar);
  const components = calendar.getAllSubcomponents("vevent");
  const changed = components.filter((one) => one.hasProperty("recurrence-id"));
  const masters = components.filter((one) => !one.hasProperty("recurrence-id"));
  const uids = new Set(masters.map((one) => one.getFirstPropertyValue("uid")));
  const budget = { left: repetitionsMost };
  const found = masters.flatMap((one) => {
    const uid = one.getFirstPropertyValue("uid");
    const exceptions = changed.filter((other) => other.getFirstPropertyValue("uid") === uid);
    return repeated(new ICAL.Event(one, { exceptions, strictExceptions: true }), { wanted, zone, budget });
  });
  // A calendar may hold one changed repetition without the event that repeats.
  const alone = changed.filter((one) => !uids.has(one.getFirstPropertyValue("uid")));
  const single = alone.flatMap((one) => {
    const event = new ICAL.Event(one);
    return occurrence(event, event.startDate, event.endDate, zone);
  });
  return [...found, ...single].filter((one) => one.from < wanted.until && one.until > wanted.from);
}

interface Counting {
  readonly wanted: Wanted;
  readonly zone: string;
  readonly budget: { left: number };
}

function repeated(event: ICAL.Event, { wanted, zone, budget }: Counting): readonly Occurrence[] {
  if (!event.isRecurring()) return occurrence(event, event.startDate, event.endDate, zone);
  const found: Occurrence[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next !== null && next !== undefined; next = iterator.next()) {
    budget.left -= 1;
    if (budget.left < 0) throw new Error("it repeats too often");
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    found.push(...occurrence(item, startDate, endDate, zone));
    // A changed repetition may be moved: the plain time of the repetition says whether the rest is still wanted.
    if (msOf(next, zone, tzidOf(event)) >= wanted.until) break;
  }
  return found;
}

function occurrence(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, zone: string): readonly Occurrence[] {
  if (String(event.component.getFirstPropertyValue("status") ?? "").toUpperCase() === "CANCELLED") return [];
  const tzid = tzidOf(event);
  const attendees = event.attendees
    .filter((one) => String(one.getParameter("partstat") ?? "").toUpperCase() !== "DECLINED")
    .map((one) =>
      String(one.getFirstValue() ?? "")
        .replace(/^mailto:/i, "")
        .toLowerCase(),
    );
  return [
    { title: String(event.summary ?? ""), attendees, from: msOf(start, zone, tzid), until: msOf(end, zone, tzid) },
  ];
}

/** Days, and times without a zone of their own, are the calendar's; a zone that it names and does not describe is IANA's. */
function msOf(time: ICAL.Time, zone: string, tzid: string): number {
  if (!time.isDate && time.zone !== ICAL.Timezone.localTimezone) return time.toUnixTime() * 1_000;
  const day = Date.UTC(time.year, time.month - 1, time.day);
  const minute = time.isDate ? 0 : time.hour * 60 + time.minute;
  return momentIn(!time.isDate && isZone(tzid) ? tzid : zone, day, minute) + (time.isDate ? 0 : time.second * 1_000);
}

function tzidOf(event: ICAL.Event): string {
  return String(event.component.getFirstProperty("dtstart")?.getParameter("tzid") ?? "");
}

/** Calendars of Google, Apple and others say their own zone so; without it, UTC. */
function zoneOf(calendar: ICAL.Component): string {
  const named = String(calendar.getFirstPropertyValue("x-wr-timezone") ?? "");
  return isZone(named) ? named : "UTC";
}
