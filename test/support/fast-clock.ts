// A clock that runs many times faster than the machine's, for scenarios that are about something else than Slack's pace.

import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/core/ports/clock.ts";

export function fastClock(times: number): Clock {
  const startedAt = systemClock.now();
  return {
    now: () => Math.floor(startedAt + (systemClock.now() - startedAt) * times),
    wait: (ms, signal) => systemClock.wait(Math.ceil(ms / times), signal),
  };
}
