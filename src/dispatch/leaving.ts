// When a runner that is told to stop leaves what it carries out to another: soon, and between two changes only.
import type { Clock } from "../core/ports/clock.ts";

/** Most executions end within this; what does not is handed over where it can be. Shorter than a claim lives. */
const finishWithinMs = 5_000;

/** True from then on: nothing more is begun here. */
export type MustLeave = () => boolean;

export function leavingSoon(signal: AbortSignal, clock: Pick<Clock, "now">): MustLeave {
  let since: number | null = signal.aborted ? clock.now() : null;
  const stop = (): void => {
    since ??= clock.now();
  };
  signal.addEventListener("abort", stop, { once: true });
  return () => since !== null && clock.now() - since >= finishWithinMs;
}
