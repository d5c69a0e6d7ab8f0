// The main loop's last turn in a word of shared memory, so that another thread can tell how long ago it was.

/** Whole milliseconds of the process's own monotonic clock: the same in all its threads, and no clock change moves it. */
function monotonicMs(): bigint {
  return process.hrtime.bigint() / 1_000_000n;
}

const everyMs = 500;

export interface Heartbeat {
  readonly memory: SharedArrayBuffer;
  stop(): void;
}

/** Beats whenever the loop of the thread that calls this gets to its timers. Keeps no process alive. */
export function startHeartbeat(): Heartbeat {
  const memory = new SharedArrayBuffer(8);
  const word = new BigInt64Array(memory);
  const beat = (): void => void Atomics.store(word, 0, monotonicMs());
  beat();
  const timer = setInterval(beat, everyMs).unref();
  return { memory, stop: () => clearInterval(timer) };
}

/** How long ago the last beat was, in ms; for any thread. */
export function beatAgeMs(memory: SharedArrayBuffer): number {
  return Number(monotonicMs() - Atomics.load(new BigInt64Array(memory), 0));
}
