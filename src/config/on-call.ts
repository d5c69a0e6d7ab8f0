// On-call schedules: what the schema cannot say about them, and their typed form.
import type { OnCallConfig, RotationConfig, ScheduleConfig } from "../core/config.ts";
import { subjectIn } from "../core/person.ts";
import { isZone } from "../core/zone.ts";
import { exactlyOne, isMoment } from "./moments.ts";
import type { Path, Problem } from "./problem.ts";
import { suggestion } from "./suggestion.ts";
import { ms } from "./typed-approvals.ts";

export interface RawRotation {
  readonly members: readonly string[];
  readonly zone: string;
  readonly first: string;
  readonly handover?: string;
  readonly days?: number;
  readonly overrides?: readonly { readonly from: string; readonly until: string; readonly person: string }[];
}

interface RawAge {
  readonly refresh?: string;
  readonly maxAge?: string;
  readonly privateAddresses?: boolean;
}

export interface RawSchedule {
  readonly name: string;
  readonly static?: RawRotation;
  readonly ical?: RawAge & { readonly url: string; readonly people: Readonly<Record<string, string>> };
  readonly pagerduty?: RawAge & {
    readonly schedule: string;
    readonly tokenFrom: string;
    readonly people: Readonly<Record<string, string>>;
    readonly api?: string;
  };
}

export interface RawOnCall {
  readonly schedules: readonly RawSchedule[];
}

export function typedOnCall(raw: RawOnCall | undefined): OnCallConfig {
  return { schedules: (raw?.schedules ?? []).flatMap(typedSchedule) };
}

/** One without a keeper is a problem that is told with all others; here it is none. */
function typedSchedule({ name, static: written, ical, pagerduty }: RawSchedule): readonly ScheduleConfig[] {
  if (ical !== undefined)
    return [{ kind: "ical", name, url: ical.url, people: new Map(Object.entries(ical.people)), ...typedAge(ical) }];
  if (pagerduty !== undefined) {
    const { schedule, tokenFrom, api = "https://api.pagerduty.com" } = pagerduty;
    const people = new Map(Object.entries(pagerduty.people));
    return [{ kind: "pagerduty", name, schedule, tokenFrom, api, people, ...typedAge(pagerduty) }];
  }
  return written === undefined ? [] : [{ kind: "static", name, rotation: typedRotation(written) }];
}

function typedAge(raw: RawAge): { refreshMs: number; maxAgeMs: number; privateAddresses: boolean } {
  return {
    refreshMs: ms(raw.refresh ?? "5m"),
    maxAgeMs: ms(raw.maxAge ?? "30m"),
    privateAddresses: raw.privateAddresses ?? false,
  };
}

function typedRotation(raw: RawRotation): RotationConfig {
  const [hours = "0", minutes = "0"] = (raw.handover ?? "09:00").split(":");
  return {
    members: raw.members,
    zone: raw.zone,
    first: raw.first,
    handoverMinute: Number(hours) * 60 + Number(minutes),
    days: raw.days ?? 7,
    overrides: (raw.overrides ?? []).map(({ from, until, person }) => ({
      userId: person,
      from: Date.parse(from),
      until: Date.parse(until),
    })),
  };
}

/** Problems of a configuration that has passed the schema. */
export function onCallProblems(
  raw: RawOnCall | undefined,
  groups: readonly { readonly name: string; readonly onCall?: string }[],
  issuer: string | null = null,
): readonly Problem[] {
  const schedules = raw?.schedules ?? [];
  const names = schedules.map((schedule) => schedule.name);
  return [
    ...schedules.flatMap((schedule, index) => [
      ...scheduleProblems(schedule, ["onCall", "schedules", index]),
      ...peopleIn(schedule, ["onCall", "schedules", index]).flatMap((one) => signInProblems(one, issuer)),
    ]),
    ...names.flatMap((given, index) =>
      names.indexOf(given) === index
        ? []
        : [
            {
              path: ["onCall", "schedules", index, "name"],
              says: `There are two schedules “${given}”; give one another name.`,
              came: given,
            },
          ],
    ),
    ...groups.flatMap(({ onCall }, index) =>
      onCall === undefined || names.includes(onCall)
        ? []
        : [
            {
              path: ["groups", index, "onCall"],
              says: `There is no schedule “${onCall}”; ${suggestion(onCall, names)}`,
              came: onCall,
            },
          ],
    ),
  ];
}

function scheduleProblems(schedule: RawSchedule, path: Path): readonly Problem[] {
  const keys = ["static", "ical", "pagerduty"] as const;
  const given = keys.filter((key) => schedule[key] !== undefined);
  if (given.length !== 1) return [exactlyOne(path, `Schedule “${schedule.name}”`, keys, given)];
  const { static: written, ical, pagerduty } = schedule;
  const problems = written === undefined ? [] : [...rotationProblems(written, [...path, "static"])];
  const age = ical ?? pagerduty;
  if (age !== undefined && ms(age.maxAge ?? "30m") < ms(age.refresh ?? "5m"))
    problems.push({
      path: [...path, ical === undefined ? "pagerduty" : "ical", "maxAge"],
      says: "It is too old before it is asked for again: make maxAge at least as long as refresh.",
    });
  return problems;
}

interface Named {
  readonly path: Path;
  readonly given: string;
}

function peopleIn({ static: written, ical, pagerduty }: RawSchedule, path: Path): readonly Named[] {
  const kept = (key: string, people: Readonly<Record<string, string>> = {}) =>
    Object.entries(people).map(([whom, given]) => ({ path: [...path, key, "people", whom], given }));
  return [
    ...(written?.members ?? []).map((given, index) => ({ path: [...path, "static", "members", index], given })),
    ...(written?.overrides ?? []).map(({ person: given }, index) => ({
      ...{ path: [...path, "static", "overrides", index, "person"], given },
    })),
    ...kept("ical", ical?.people),
    ...kept("pagerduty", pagerduty?.people),
  ];
}

/** Nobody could ever be linked with a sign-in of another issuer than the configured one. */
function signInProblems({ path, given }: Named, issuer: string | null): readonly Problem[] {
  const subject = subjectIn(given);
  if (subject === null || subject.issuer === issuer) return [];
  const why = issuer === null ? "nobody can sign in: “identity” is missing" : `people sign in at ${issuer}`;
  return [{ path, says: `“${given}” is nobody's sign-in here, since ${why}.`, came: given }];
}

function rotationProblems({ zone, first, overrides = [] }: RawRotation, path: Path): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isZone(zone))
    problems.push({
      path: [...path, "zone"],
      says: `“${zone}” is not an IANA time zone; write one such as Europe/Berlin or UTC.`,
      came: zone,
    });
  if (!isMoment(`${first}T00:00:00Z`))
    problems.push({ path: [...path, "first"], says: `“${first}” is not a day that exists.`, came: first });
  overrides.forEach(({ from, until }, index) => {
    const here = [...path, "overrides", index];
    for (const [key, moment] of Object.entries({ from, until }))
      if (!isMoment(moment))
        problems.push({ path: [...here, key], says: `“${moment}” is not a moment that exists.`, came: moment });
    if (Date.parse(from) >= Date.parse(until)) problems.push({ path: here, says: "It ends before it begins." });
  });
  return problems;
}
