// One job in hand: its handler, what came of it, and its row put away, which must not be lost.
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

/** Resolves when the row says what came of it, or when the bot stops while the store does not take it. Never rejects. */
export async function runJob(options: JobsOptions, job: StandingJob, signals: Signals): Promise<void> {
  const again = await handle(options, job, signals);
  const { store, clock, log, runner } = options;
  for (;;) {
    try {
      await store.transact((tx) => tx.jobs.end(job.id, runner, again));
      return;
    } catch (error) {
      const fields = { job: job.id, request: job.request };
      log.error("job could not be put away", { ...fields, error: faultOf(error) });
    }
    // The handler has done its work, and the job stays in this hand: only putting it away is tried again.
    if (signals.stop.aborted) return;
    await clock.wait(firstRetryMs, signals.stop);
  }
}

async function handle(
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
    const fields = { job: job.id, request: job.request, failures };
    log.warn("job failed and will be tried again", { ...fields, error: faultOf(error) });
    return { at: clock.now() + backOffMs(failures), failures };
  }
}

function faultOf(error: unknown): Error | string {
  return error instanceof Error ? error : String(error);
}
