// Time, as handed in: nothing else reads a clock.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after at least `ms`, or at once when the signal aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
