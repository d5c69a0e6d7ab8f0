// The time of the local Slack: the system's, or one that a test moves by hand.

/** Runs a thing later; the returned function calls it off. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export interface HandClock extends Clock {
  /** Moves time on; what falls due on the way runs in order, each at its own time. */
  readonly advance: (byMs: number) => void;
}

/** A clock that stands still until it is moved. */
export function handClock(startMs: number): HandClock {
  let now = startMs;
  let waiting: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const entry = { at: now + delayMs, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance: (byMs) => {
      const until = now + byMs;
      for (;;) {
        const due = waiting.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        waiting = waiting.filter((entry) => entry !== due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
    },
  };
}
