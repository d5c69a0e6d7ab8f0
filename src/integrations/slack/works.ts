// Work that goes on after an acknowledgement: counted, so that there is never too much and a stop can wait for it.
import type { Clock } from "../../core/ports/clock.ts";
import type { Log } from "../../core/ports/log.ts";
import { within } from "./within.ts";

export interface Works {
  /** Starts the work and returns; false when there is already too much. A failure is logged, never thrown. */
  start(name: string, work: () => Promise<void>): boolean;
  /** Resolves when nothing is going on, at the latest after `ms`. */
  settled(ms: number): Promise<void>;
}

export function makeWorks(most: number, clock: Clock, log: Log): Works {
  const going = new Set<Promise<void>>();
  return {
    start: (name, work) => {
      if (going.size >= most) return false;
      const one: Promise<void> = work()
        .catch((error: unknown) =>
          log.error("work for Slack failed", { work: name, error: error instanceof Error ? error : null }),
        )
        .finally(() => going.delete(one));
      going.add(one);
      return true;
    },
    settled: async (ms) => {
      await within(clock, ms, Promise.allSettled([...going]), () => undefined);
    },
  };
}
