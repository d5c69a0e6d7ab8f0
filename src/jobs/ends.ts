// Puts jobs away whose handlers have ended, those that end together in one transaction; none of them may be lost.
import type { JobsOptions } from "../core/ports/jobs.ts";
import type { Again } from "../core/ports/store.ts";

const againMs = 1_000;

interface Ended {
  readonly id: string;
  readonly again: Again | null;
  readonly putAway: () => void;
}

export class Ends {
  readonly #options: JobsOptions;
  readonly #stop: AbortSignal;
  #waiting: Ended[] = [];
  #running: Promise<void> | null = null;

  constructor(options: JobsOptions, stop: AbortSignal) {
    this.#options = options;
    this.#stop = stop;
  }

  /** Resolves when the row says so, or when the bot stops while the store does not take it. Never rejects. */
  put(id: string, again: Again | null): Promise<void> {
    return new Promise((putAway) => {
      this.#waiting.push({ id, again, putAway });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // Whoever is ready in this turn of the loop joins.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const ended = this.#waiting.splice(0, 500);
      const isDone = await this.#write(ended);
      if (isDone || this.#stop.aborted) for (const { putAway } of ended) putAway();
      else {
        // The handlers have done their work, and the jobs stay in this hand: only putting them away is tried again.
        this.#waiting.unshift(...ended);
        await this.#options.clock.wait(againMs, this.#stop);
      }
    }
    this.#running = null;
  }

  async #write(ended: readonly Ended[]): Promise<boolean> {
    const { store, log, runner } = this.#options;
    const done = ended.filter(({ again }) => again === null).map(({ id }) => id);
    try {
      await store.transact(async (tx) => {
        await tx.jobs.end(done, runner);
        for (const { id, again } of ended) if (again !== null) await tx.jobs.postpone(id, runner, again);
      });
      return true;
    } catch (error) {
      const fault = error instanceof Error ? error : String(error);
      log.error("jobs could not be put away", { count: ended.length, error: fault });
      return false;
    }
  }
}
