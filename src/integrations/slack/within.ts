// A wait with an end.
import type { Clock } from "../../core/ports/clock.ts";

/** The promise's value, or `late` when it takes longer than `ms`. The promise's own failure is passed on. */
export async function within<T, L>(clock: Clock, ms: number, promise: Promise<T>, late: () => L): Promise<T | L> {
  const stop = new AbortController();
  try {
    return await Promise.race([promise, clock.wait(ms, stop.signal).then(late)]);
  } finally {
    // A reason of its own: without one, each abort would make an exception with its stack.
    stop.abort("over");
  }
}
