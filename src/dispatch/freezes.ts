// Which freezes people have set, as the store says now: what can't be read, or is too old, denies changes (B8).
import { windowsOf } from "../approvals/calendar-windows.ts";
import { timesOf, windowsToCome, zoneOf } from "../approvals/freeze-times.ts";
import { asFreeze } from "../approvals/set-freezes.ts";
import { type FreezesSeen, freezesMaxAgeMs, readSetFreezes, type SetFreeze, scopeWords } from "../core/freezes.ts";
import type { RequestId } from "../core/ids.ts";
import { numberAt, textAt } from "../core/json.ts";
import type { Calendar, Freeze, Match } from "../core/policy.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { CalendarWindow, Freezes, FreezesNow, FreezeTimes } from "../core/ports/freezes.ts";
import type { Job, Store } from "../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { append } from "./append.ts";
import type { Deps } from "./deps.ts";
import { plainEvent } from "./record.ts";
import { entryOf, withEntry } from "./setting-entry.ts";

/** Asked of the store each time: what one process sets, every other sees with its next question. */
export function freezesInStore(store: Pick<Store, "settings">, clock: Pick<Clock, "now">): FreezesNow {
  return async () => {
    const asOf = clock.now();
    const freezes = readSetFreezes(await store.settings.get("freezes"));
    if (freezes === null) throw new Error("the stored freezes are not a list of freezes");
    return { freezes, asOf };
  };
}

type View = Pick<Deps, "freezesNow" | "clock" | "log">;

/** Fail closed: without a fresh view nothing is changed, and the refusal says so. */
export async function freezesOrRefusal(deps: View): Promise<readonly SetFreeze[] | Refusal> {
  let seen: FreezesSeen;
  try {
    seen = await deps.freezesNow();
  } catch (error) {
    deps.log.error("freezes cannot be read", { error: error instanceof Error ? error : undefined });
    return unknown("The list of freezes can't be read now");
  }
  const ageMs = deps.clock.now() - seen.asOf;
  if (ageMs <= freezesMaxAgeMs) return seen.freezes;
  return unknown(`What I know of freezes is ${Math.round(ageMs / 1_000)} s old`);
}

function unknown(why: string): Refusal {
  return refuse(
    "freezes-unknown",
    `${why}, so I change nothing: a freeze may be in force that I don't see.`,
    "Reads still work. Try again in a moment; if it stays so, the admin of the bot is needed.",
  );
}

export function freezesPort(deps: Deps): Freezes {
  return {
    set: () => freezesOrRefusal(deps),
    calendar: (name, now) => windowOfCalendar(deps.policy().calendars ?? [], name, now),
    overview: (now) => freezesKnown(deps, now),
  };
}

function windowOfCalendar(calendars: readonly Calendar[], name: string, now: number): CalendarWindow | Refusal {
  const found = calendars.find((calendar) => calendar.name === name);
  const names = calendars.map((calendar) => calendar.name);
  if (found === undefined)
    return refuse(
      "bad-argument",
      `There is no calendar “${name}”, so nothing was frozen.`,
      names.length > 0
        ? `The calendars are ${names.join(", ")}.`
        : "The admin of the bot writes calendars into policy.calendars of the configuration.",
    );
  const [next] = windowsOf([found], now);
  if (next !== undefined) return { ...next, zone: found.zone };
  return refuse(
    "bad-argument",
    `All days of the calendar ${name} are over, so nothing was frozen.`,
    "The admin of the bot adds days to it in policy.calendars; or say when it ends: for 2h",
  );
}

/** Of the policy and of people, in force or to come, the soonest first. */
export async function freezesKnown(
  deps: View & Pick<Deps, "policy">,
  now: number,
): Promise<readonly FreezeTimes[] | Refusal> {
  const set = await freezesOrRefusal(deps);
  if (isRefusal(set)) return set;
  const configured = deps.policy().freezes.map((freeze) => timesOfConfigured(freeze, now));
  const persons = set.map((freeze): FreezeTimes => {
    const { name, reason, by } = freeze;
    return { name, reason, by, scope: scopeWords(freeze.scope), ...allTimesOf(asFreeze(freeze).window, now) };
  });
  return [...configured, ...persons].filter((one) => one.inForce || one.begins !== null).sort(soonest);
}

function timesOfConfigured({ name, reason, match, window }: Freeze, now: number): FreezeTimes {
  return { name, reason, by: null, scope: matchWords(match), ...allTimesOf(window, now) };
}

function allTimesOf(window: Freeze["window"], now: number) {
  return { ...timesOf(window, now), zone: zoneOf(window) ?? "UTC", windows: windowsToCome(window, now) };
}

function matchWords(match: Match): string {
  const words = scopeWords(match);
  const more = [
    ...(match.groups.length === 0 ? [] : [`asked by ${match.groups.join(", ")}`]),
    ...(match.names.length === 0 ? [] : [`named ${match.names.join(", ")}`]),
    ...Object.entries(match.labels).map(([label, value]) => `${label}=${value}`),
    ...(match.risks.length === 0 ? [] : [`with ${match.risks.join(" or ")}`]),
  ];
  return [words, ...more].join("; ");
}

function soonest(a: FreezeTimes, b: FreezeTimes): number {
  return (a.begins ?? 0) - (b.begins ?? 0) || (a.name < b.name ? -1 : 1);
}

/** Comes when the freeze is over, to say so; that it is over needs no job, since its window decides. */
export function freezeJob(request: RequestId, freeze: { readonly name: string; readonly until: number }): Job {
  return {
    id: `freeze-over:${freeze.name}:${freeze.until}`,
    kind: "freeze-over",
    request,
    dueAt: freeze.until,
  };
}

/** Said once: the entry goes with the record of it, so a second job of the same freeze finds nothing. */
export async function freezeOver(deps: Deps, job: Job): Promise<void> {
  const [, name = "", until = ""] = job.id.split(":");
  await deps.store.transact(async (tx) => {
    const list = await tx.settings.get("freezes");
    const entry = entryOf(list, name);
    if (entry === null || numberAt(entry, 0, "until") !== Number(until) || deps.clock.now() < Number(until)) return;
    await tx.settings.set("freezes", withEntry(list, name, null));
    const says = `Freeze ${name} is over: its time has come.`;
    const details = { freeze: name, until: Number(until), reason: textAt(entry, "reason"), says };
    await append(tx, plainEvent("freeze.ended", { actor: null, details }), deps.channels.audit);
  });
  deps.nudge();
}
