// Do the hours, calendars and zones of a policy exist, and do they ever come?
import type { PolicyFacts, PolicyProblem } from "../core/config.ts";
import type { Calendar, Freeze, Match, WeeklyWindow } from "../core/policy.ts";
import { isZone } from "../core/zone.ts";
import { isWithin } from "./freeze.ts";
import { beginnings } from "./local-time.ts";

type Path = readonly (string | number)[];

export function timeProblems(match: Match, path: Path, facts: PolicyFacts): readonly PolicyProblem[] {
  const { hours = [], outside = [], calendars = [], outsideCalendars = [] } = match;
  const zones = [
    ...hours.flatMap((each, index) => zoneProblems(each.zone, [...path, "hours", index, "zone"])),
    ...outside.flatMap((each, index) => zoneProblems(each.zone, [...path, "outside", index, "zone"])),
    ...(match.if === undefined ? [] : zoneProblems(match.if.zone, ["policy", "zone"])),
  ];
  const found = [
    ...zones,
    ...unknownCalendars(calendars, [...path, "calendars"], facts),
    ...unknownCalendars(outsideCalendars, [...path, "outsideCalendars"], facts),
  ];
  if (zones.length > 0 || !neverComes(hours, outside)) return found;
  const says = "These hours never come: “outside” takes all of them away";
  return [...found, { path: [...path, "hours"], says }];
}

export function windowProblems(window: Freeze["window"], path: Path, facts: PolicyFacts): readonly PolicyProblem[] {
  switch (window.kind) {
    case "weekly":
      return zoneProblems(window.zone, [...path, "weekly", "zone"]);
    case "calendars":
      return unknownCalendars(window.calendars, [...path, "calendars"], facts);
    case "between":
      return [];
    default:
      return window satisfies never;
  }
}

export function calendarProblems(calendar: Calendar, path: Path, now: number | undefined): readonly PolicyProblem[] {
  const zones = zoneProblems(calendar.zone, [...path, "zone"]);
  const backwards = calendar.days.flatMap(({ from, until }, index) =>
    until < from ? [{ path: [...path, "days", index], says: `It ends (${until}) before it begins (${from})` }] : [],
  );
  if (now === undefined || zones.length + backwards.length > 0) return [...zones, ...backwards];
  const last = calendar.days.reduce((latest, { until }) => (until > latest ? until : latest), "");
  // A day's grace: whose midnight it is does not matter here.
  const today = new Date(now - 86_400_000).toISOString().slice(0, 10);
  if (last >= today) return [];
  const says = `All days of calendar “${calendar.name}” are over, the last one on ${last}: write the next ones`;
  return [{ path: [...path, "days"], says }];
}

function zoneProblems(zone: string, path: Path): readonly PolicyProblem[] {
  if (isZone(zone)) return [];
  const says = `“${zone}” is not an IANA time zone; write one such as Europe/Berlin or UTC`;
  return [{ path, says, came: zone }];
}

function unknownCalendars(given: readonly Calendar[], path: Path, facts: PolicyFacts): readonly PolicyProblem[] {
  const known = (facts.policy.calendars ?? []).map((calendar) => calendar.name);
  return given.flatMap(({ name }, index) =>
    known.includes(name) ? [] : [{ path: [...path, index], says: `There is no calendar “${name}”`, came: name, known }],
  );
}

/** In one zone, hours that are left begin where one of them begins, or where one of `outside` ends. */
function neverComes(hours: readonly WeeklyWindow[], outside: readonly WeeklyWindow[]): boolean {
  if (hours.length === 0 || outside.length === 0) return false;
  if (new Set([...hours, ...outside].map((each) => each.zone)).size > 1) return false;
  const week = { from: someMonday, days: 8 };
  const moments = [...hours, ...outside].flatMap((each) => beginnings(each, week));
  return !moments.some(
    (now) => hours.some((each) => isWithin(each, now)) && !outside.some((each) => isWithin(each, now)),
  );
}

/** No clock changes in the week after it, anywhere. */
const someMonday = Date.UTC(2026, 0, 12);
