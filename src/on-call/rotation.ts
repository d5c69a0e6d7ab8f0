// A rotation written in the configuration: each member for so many days, with handovers at a local time.
import type { RotationConfig } from "../core/config.ts";
import type { Shift, ShiftSource } from "../core/ports/on-call.ts";
import { momentIn } from "../core/zone.ts";

/** No rotation is asked for so long a time that more handovers than this could lie in it. */
const handoversMost = 2_000;
const dayMs = 86_400_000;

export function rotation(config: RotationConfig): ShiftSource {
  return {
    async between(from, until) {
      const overrides = config.overrides.map(({ userId, ...time }) => ({ userId, label: userId, ...time }));
      const turns = turnsOf(config, from, until).flatMap((turn) => without(turn, overrides));
      return [...turns, ...overrides].filter((shift) => shift.from < until && shift.until > from);
    },
  };
}

/** Handovers are at the same local time, so that a turn over a change of the clocks is an hour shorter or longer. */
function turnsOf({ members, zone, first, handoverMinute, days }: RotationConfig, from: number, until: number): Shift[] {
  const handover = (turn: number): number => momentIn(zone, Date.parse(first) + turn * days * dayMs, handoverMinute);
  const turns: Shift[] = [];
  let turn = Math.max(0, Math.floor((from - handover(0)) / (days * dayMs)) - 1);
  for (const last = turn + handoversMost; turn < last && handover(turn) < until; turn += 1) {
    const userId = members[turn % members.length];
    if (userId !== undefined) turns.push({ userId, label: userId, from: handover(turn), until: handover(turn + 1) });
  }
  return turns;
}

/** What is left of a turn: while somebody stands in, its owner is off. */
function without(turn: Shift, overrides: readonly Shift[]): readonly Shift[] {
  return overrides.reduce<readonly Shift[]>(
    (left, taken) =>
      left.flatMap((shift) => {
        if (taken.until <= shift.from || taken.from >= shift.until) return [shift];
        const before = { ...shift, until: taken.from };
        const after = { ...shift, from: taken.until };
        return [before, after].filter((rest) => rest.from < rest.until);
      }),
    [turn],
  );
}
