// A schedule that is a calendar at an address: its events as shifts.
import type { Shift, ShiftSource } from "../../core/ports/on-call.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { get } from "../https/get.ts";
import type { Occurrence } from "./events.ts";
import { readCalendar } from "./read.ts";

export interface CalendarSettings {
  readonly name: string;
  readonly url: URL;
  /** Attendee's address, or title → Slack's member id. */
  readonly people: ReadonlyMap<string, string>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const timeoutMs = 5_000;
const maxBytes = 2_000_000;

export function calendar(settings: CalendarSettings): ShiftSource {
  const people = new Map([...settings.people].map(([whom, userId]) => [key(whom), userId]));
  return {
    async between(from, until) {
      const headers = { accept: "text/calendar" };
      const got = await get(settings.url, { headers, maxBytes, timeoutMs, ...settings });
      if (got.kind === "failed") return unknown(settings, got.why);
      if (got.status !== 200) return unknown(settings, `it answered ${got.status}`);
      const read = await readCalendar(got.text, { from, until });
      if (read.kind === "failed") return unknown(settings, read.why);
      return read.occurrences.flatMap((one) => shiftsOf(one, people));
    },
  };
}

/** Those of its attendees who are known; without any, whom its title names; else somebody whom the configuration does not know. */
function shiftsOf(event: Occurrence, people: ReadonlyMap<string, string>): readonly Shift[] {
  const time = { from: event.from, until: event.until };
  const shifts = [...event.attendees, event.title].flatMap((whom): Shift[] => {
    const userId = people.get(key(whom));
    return userId === undefined ? [] : [{ userId, label: whom, ...time }];
  });
  if (shifts.length === 0) return [{ userId: null, label: event.title, ...time }];
  return [...new Map(shifts.map((shift) => [shift.userId, shift])).values()];
}

function key(whom: string): string {
  return whom.trim().toLowerCase();
}

function unknown({ name }: CalendarSettings, why: string): Refusal {
  return refuse(
    "schedule-unknown",
    `Who is on shift of ${name} is not known: its calendar cannot be read, ${why}.`,
    "Nobody is taken for on shift until it can.",
  );
}
