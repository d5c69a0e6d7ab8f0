// One job in hand: its handler, and what came of it.
import type { JobsOptions } from "../core/ports/jobs.ts";
import type { Again, StandingJob } from "../core/ports/store.ts";

const firstRetryMs = 1_000;
const lastRetryMs = 60_000;

/** Pure. After the first failure a second, then twice as long each time, up to a minute. */
export function backOffMs(failures: number): number {
  return Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
}

export interface Signals {
  /** Of this job: the bot stops, or somebody else has it. */
  readonly job: AbortSignal;
  /** The bot stops. */
  readonly stop: AbortSignal;
}

/** null: done. Never rejects. */
export async function runJob(
  { handlers, clock, log }: JobsOptions,
  job: StandingJob,
  signals: Signals,
): Promise<Again | null> {
  // Cut short, not failed: whoever is there next does it at once.
  const untouched = { at: job.dueAt, failures: job.failures };
  if (signals.stop.aborted) return untouched;
  try {
    const again = await handlers[job.kind](job, signals.job);
    return again === undefined ? null : { at: again.againAt, failures: 0 };
  } catch (error) {
    if (signals.stop.aborted) return untouched;
    const failures = job.failures + 1;
    const fault = error instanceof Error ? error : String(error);
    log.warn("job failed and will be tried again", { job: job.id, request: job.request, failures, error: fault });
    return { at: clock.now() + backOffMs(failures), failures };
  }
}
