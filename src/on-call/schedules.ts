// The schedules together: each asked of its keeper now and then, and remembered until that is too old.

import { nearest } from "../core/nearest.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { OnCall, Shift, ShiftSource } from "../core/ports/on-call.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { shiftsAt } from "./shifts.ts";

export interface Schedule {
  readonly name: string;
  readonly source: ShiftSource;
  /** How often its keeper is asked. */
  readonly refreshMs: number;
  /** What was heard longer ago says nothing any more. */
  readonly maxAgeMs: number;
}

interface Heard {
  readonly shifts: readonly Shift[];
  readonly at: number;
}

const dayMs = 86_400_000;
/** Far enough back for the beginning of a shift that is on now, far enough ahead for the end of the next one. */
const backMs = 14 * dayMs;
const aheadMs = 30 * dayMs;
/** A keeper that did not answer is not asked again at every look at a person. */
const askAgainMs = 30_000;

export function makeOnCall(schedules: readonly Schedule[], { clock, log }: { clock: Clock; log: Log }): OnCall {
  const asked = new Map(schedules.map((schedule) => [schedule.name, remembering(schedule, { clock, log })]));
  const names = schedules.map((schedule) => schedule.name);
  return {
    schedules: () => names,
    async onShift(name, at) {
      const shifts = await asked.get(name)?.();
      if (shifts === undefined) return noSuchSchedule(name, names);
      return isRefusal(shifts) ? shifts : shiftsAt(shifts, at);
    },
  };
}

/** Many may ask at once; the keeper is asked once. */
function remembering(
  { name, source, refreshMs, maxAgeMs }: Schedule,
  { clock, log }: { clock: Clock; log: Log },
): () => Promise<readonly Shift[] | Refusal> {
  let heard: Heard | null = null;
  let refused: { readonly refusal: Refusal; readonly at: number } | null = null;
  let asking: Promise<void> | null = null;
  const isWithin = (at: number | undefined, ms: number): boolean =>
    at !== undefined && clock.now() >= at && clock.now() - at < ms;
  const ask = async (): Promise<void> => {
    const at = clock.now();
    const shifts = await source.between(at - backMs, at + aheadMs);
    if (isRefusal(shifts)) {
      if (refused === null) log.warn("an on-call schedule is not known", { schedule: name, why: shifts.message });
      refused = { refusal: shifts, at };
    } else {
      heard = { shifts, at };
      refused = null;
    }
  };
  return async () => {
    if (!isWithin(heard?.at, refreshMs) && !isWithin(refused?.at, askAgainMs)) {
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    }
    if (heard !== null && isWithin(heard.at, maxAgeMs)) return heard.shifts;
    return refused?.refusal ?? notHeard(name);
  };
}

export function notHeard(name: string, why = "its keeper has not answered for too long"): Refusal {
  return refuse(
    "schedule-unknown",
    `Who is on shift of ${name} is not known: ${why}.`,
    "Nobody is taken for on shift until it is. The admin of the bot finds the cause in its log.",
  );
}

function noSuchSchedule(name: string, names: readonly string[]): Refusal {
  if (names.length === 0)
    return refuse(
      "no-such-schedule",
      "No on-call schedule is configured.",
      "The admin of the bot adds one under onCall.",
    );
  const near = nearest(name, names);
  const choices = near.map((one) => ({ label: one, command: `oncall ${one}` }));
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The schedules are: ${names.join(", ")}.`;
  return refuse("no-such-schedule", `There is no on-call schedule “${name}”.`, hint, choices);
}
