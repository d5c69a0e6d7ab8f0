// Every random choice of a fault run, from one printed seed: the same seed makes the same choices.
import { randomInt } from "node:crypto";

export interface Chance {
  /** From 0 up to and without `below`. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** True so often. */
  often(share: number): boolean;
  shuffled<T>(list: readonly T[]): readonly T[];
}

/** mulberry32: 32 bits of state are enough to make choices that can be repeated. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    often: (share) => next() < share,
    pick: (from) => {
      const index = int(from.length);
      if (index >= from.length) throw new Error("nothing to pick from");
      return from[index] as (typeof from)[number];
    },
    shuffled: (list) =>
      list
        .map((one) => ({ one, by: next() }))
        .sort((a, b) => a.by - b.by)
        .map(({ one }) => one),
  };
}

/** From `--seed`, or a new one. */
export function givenSeed(): number {
  const given = Number(process.env.FAULT_SEED ?? "");
  return process.env.FAULT_SEED !== undefined && Number.isSafeInteger(given) ? given : randomInt(2 ** 31);
}
