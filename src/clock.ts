// The system's clocks: the one place that reads them.
import { uptime } from "node:os";
import type { Clock } from "./core/ports/clock.ts";
import type { MachineClock } from "./steady-clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, 2_147_483_647));
      signal?.addEventListener("abort", done, { once: true });
    }),
};

/** With the clocks that nobody can set: by them time is carried on, the database's too between two looks at it. */
export const localClock: MachineClock = {
  ...systemClock,
  monotonic: () => performance.now(),
  uptime: () => uptime() * 1_000,
};
