// Runs due jobs from the store's own table: one timer, a nudge, and a sweep that finds whatever was missed.
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { Job, JobKind, Store } from "../core/ports/store.ts";

/**
 * Does the job; done when it resolves, unless it says when to come again. Throwing postpones it. It may run again after a
 * crash, so it must find out by itself what was already done. The signal aborts when the bot stops.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<undefined | { readonly againAt: number }>;

export interface EmbeddedJobsOptions {
  readonly store: Pick<Store, "transact" | "jobs">;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: Readonly<Record<JobKind, JobHandler>>;
  /** At most so many at once. Default 8. */
  readonly concurrency?: number;
}

export interface EmbeddedJobs {
  /** Something was put, or became due earlier: look now. Cheap, and never wrong to call. */
  nudge(): void;
  /** What waits to be run by anybody, and what runs here. Throws the store's errors. */
  standing(): Promise<JobsStanding>;
  /** Takes nothing new, aborts the handlers' signal, and resolves when those under way have ended. */
  stop(): Promise<void>;
}

export interface JobsStanding {
  readonly all: number;
  /** Due, and not under way in this process. */
  readonly due: number;
  readonly running: number;
  /** When the first of those became due, or null. */
  readonly oldestDueAt: number | null;
}

/** A job may be put by something that does not nudge: the longest time until it is found. */
const sweepMs = 15_000;
const firstRetryMs = 1_000;
const lastRetryMs = 60_000;

/** Starts at once with what is due: after a crash that is the sweep. */
export function startEmbeddedJobs(options: EmbeddedJobsOptions): EmbeddedJobs {
  const runner = new Runner(options);
  const loop = runner.loop();
  return {
    nudge: () => runner.nudge(),
    standing: () => runner.standing(),
    async stop() {
      runner.stop();
      await loop;
    },
  };
}

class Runner {
  readonly #options: EmbeddedJobsOptions;
  readonly #concurrency: number;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  #nap = new AbortController();
  #nudged = false;

  constructor(options: EmbeddedJobsOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency ?? 8;
  }

  nudge(): void {
    this.#nudged = true;
    this.#nap.abort();
  }

  stop(): void {
    this.#stopping.abort();
    this.nudge();
  }

  async standing(): Promise<JobsStanding> {
    const { clock, store } = this.#options;
    const now = clock.now();
    const { all, due } = await store.jobs.counts(now);
    // Rows of what is under way are still there, and due.
    const first = await store.jobs.due(now, this.#running.size + 1);
    const running = first.filter(({ id }) => this.#running.has(id)).length;
    const oldest = first.find(({ id }) => !this.#running.has(id));
    return { all, due: due - running, running: this.#running.size, oldestDueAt: oldest?.dueAt ?? null };
  }

  async loop(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#nap = new AbortController();
      this.#nudged = false;
      let napMs = firstRetryMs;
      try {
        napMs = await this.#startDue();
      } catch (error) {
        log.warn("due jobs could not be read", { error: error instanceof Error ? error : String(error) });
      }
      if (!this.#nudged) await clock.wait(napMs, this.#nap.signal);
    }
    await Promise.all(this.#running.values());
  }

  /** Starts what is due and not under way; how long until there may be more. Whatever ends nudges. */
  async #startDue(): Promise<number> {
    const { clock, store } = this.#options;
    const room = this.#concurrency - this.#running.size;
    if (room <= 0) return sweepMs;
    const now = clock.now();
    // Rows of what is under way are still there: so many more are asked for.
    const soon = await store.jobs.due(now + sweepMs, this.#running.size + room + 1);
    if (this.#stopping.signal.aborted) return 0;
    const waiting = soon.filter(({ id }) => !this.#running.has(id));
    for (const job of waiting.filter(({ dueAt }) => dueAt <= now).slice(0, room)) this.#start(job);
    const next = waiting.find(({ dueAt }) => dueAt > now);
    return next === undefined ? sweepMs : next.dueAt - now;
  }

  #start(job: Job): void {
    const run = this.#run(job).finally(() => {
      this.#running.delete(job.id);
      this.nudge();
    });
    this.#running.set(job.id, run);
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { clock, log, store, handlers } = this.#options;
    const fields = { job: job.id, request: job.request };
    try {
      const again = await this.#handle(handlers[job.kind], job);
      await store.transact((tx) =>
        again === undefined ? tx.jobs.done(job.id) : tx.jobs.postpone(job.id, again.againAt),
      );
    } catch (error) {
      // Neither done nor postponed: the row stays due, and waiting here keeps it from being tried again at once.
      log.error("job could not be put away", { ...fields, error: error instanceof Error ? error : String(error) });
      await clock.wait(firstRetryMs, this.#stopping.signal);
    }
  }

  async #handle(handler: JobHandler, job: Job): Promise<undefined | { readonly againAt: number }> {
    const { clock, log } = this.#options;
    try {
      const again = await handler(job, this.#stopping.signal);
      this.#failures.delete(job.id);
      return again;
    } catch (error) {
      const failures = (this.#failures.get(job.id) ?? 0) + 1;
      this.#failures.set(job.id, failures);
      const fields = { job: job.id, request: job.request, failures };
      log.warn("job failed and will be tried again", {
        ...fields,
        error: error instanceof Error ? error : String(error),
      });
      return { againAt: clock.now() + Math.min(lastRetryMs, firstRetryMs * 2 ** (failures - 1)) };
    }
  }
}
