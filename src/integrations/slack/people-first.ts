// What a person stands before goes first: while forms are being answered, messages that nobody stands before wait a moment.
import type { Clock } from "../../core/ports/clock.ts";

export interface PeopleFirst {
  /** A person waits for this until it is settled; its failure stays the caller's. */
  during(work: Promise<unknown>): void;
  /** Resolves when nobody waits, at the latest after `ms`, and when told to stop. */
  turn(ms: number, stop: AbortSignal): Promise<void>;
}

/** People who click at the same moment come one after another: not each gap between two of them is a turn. */
const lookMs = 25;

export function makePeopleFirst(clock: Clock): PeopleFirst {
  let waiting = 0;
  const over = (): void => {
    waiting -= 1;
  };
  return {
    during: (work) => {
      waiting += 1;
      work.then(over, over);
    },
    turn: async (ms, stop) => {
      for (let left = ms; waiting > 0 && left > 0 && !stop.aborted; left -= lookMs) await clock.wait(lookMs, stop);
    },
  };
}
