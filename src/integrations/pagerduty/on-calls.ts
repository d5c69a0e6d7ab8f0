// A schedule that PagerDuty keeps: who is on call of it within a time.
// Source: developer.pagerduty.com/api-reference, “List all of the on-calls” (GET /oncalls), “Pagination”, “Rate limits”.
import { at, type Json, listAt, textAt } from "../../core/json.ts";
import type { Shift, ShiftSource } from "../../core/ports/on-call.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { get } from "../https/get.ts";

export interface PagerDutySettings {
  readonly name: string;
  /** The schedule's id. */
  readonly schedule: string;
  readonly api: string;
  readonly token: string;
  /** PagerDuty's user id → Slack's member id. */
  readonly people: ReadonlyMap<string, string>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const timeoutMs = 5_000;
const maxBytes = 2_000_000;
/** The largest that is taken. */
const pageSize = 100;
/** Classic pagination ends at 10,000 entries; a month of one schedule has a few dozen. */
const pagesMost = 20;

/** One schedule may stand in several escalation policies: its shifts then come several times, which is one shift. */
export function onCalls(settings: PagerDutySettings): ShiftSource {
  return {
    async between(from, until) {
      const shifts: Shift[] = [];
      for (let page = 0; page < pagesMost; page += 1) {
        const body = await ask(settings, { from, until, offset: page * pageSize });
        if (isRefusal(body)) return body;
        for (const entry of listAt(body, "oncalls")) {
          const shift = shiftOf(entry, settings, { from, until });
          if (shift === null) return unknown(settings, "its answer is not understood");
          shifts.push(shift);
        }
        if (at(body, "more") !== true) return shifts;
      }
      return unknown(settings, "it has too many shifts");
    },
  };
}

async function ask(
  settings: PagerDutySettings,
  { from, until, offset }: { from: number; until: number; offset: number },
): Promise<Json | Refusal> {
  const url = new URL("/oncalls", settings.api);
  url.searchParams.append("schedule_ids[]", settings.schedule);
  for (const [name, value] of Object.entries({
    since: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    time_zone: "UTC",
    limit: String(pageSize),
    offset: String(offset),
  }))
    url.searchParams.set(name, value);
  const headers = {
    accept: "application/vnd.pagerduty+json;version=2",
    "content-type": "application/json",
    authorization: `Token token=${settings.token}`,
  };
  const got = await get(url, { headers, maxBytes, timeoutMs, ...settings });
  if (got.kind === "failed") return unknown(settings, got.why);
  if (got.status === 429) return unknown(settings, "it is asked too often");
  if (got.status === 401 || got.status === 403) return unknown(settings, "it does not accept the API key");
  if (got.status !== 200) return unknown(settings, `it answered ${got.status}`);
  try {
    return JSON.parse(got.text) as Json;
  } catch {
    return unknown(settings, "its answer is not understood");
  }
}

/** null for what is no on-call entry. An entry without a beginning or an end is permanent: it holds for all of the time. */
function shiftOf(entry: Json, { people }: PagerDutySettings, asked: { from: number; until: number }): Shift | null {
  const id = textAt(entry, "user", "id");
  if (id === "") return null;
  const moment = (key: "start" | "end", permanent: number): number =>
    at(entry, key) === null ? permanent : Date.parse(textAt(entry, key));
  const from = moment("start", asked.from);
  const until = moment("end", asked.until);
  if (Number.isNaN(from) || Number.isNaN(until)) return null;
  return { userId: people.get(id) ?? null, label: textAt(entry, "user", "summary") || id, from, until };
}

function unknown({ name }: PagerDutySettings, why: string): Refusal {
  return refuse(
    "schedule-unknown",
    `Who is on shift of ${name} is not known: PagerDuty cannot be asked, ${why}.`,
    "Nobody is taken for on shift until it can.",
  );
}
