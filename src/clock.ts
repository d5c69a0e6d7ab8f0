// The system's clocks: the one place that reads them.
import type { Clock } from "./core/ports/clock.ts";

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

/** With the clock that nobody can set: by it the database's time is carried on between two looks at it. */
export const localClock = { ...systemClock, monotonic: (): number => performance.now() };
