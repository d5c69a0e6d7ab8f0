// The machine's clock, for suites that talk to real servers.
import { setTimeout as after } from "node:timers/promises";
import type { Clock } from "../../src/core/ports/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  async wait(ms, signal) {
    await after(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).catch(() => undefined);
  },
};
