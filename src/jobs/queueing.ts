// Tells what the first in line wait for: each of them once for each thing, and never in anybody's way.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Behind, JobsOptions } from "../core/ports/jobs.ts";
import type { Turns } from "./turns.ts";

/** Farther behind in line nothing is told again when the one before them changes. */
const firstInLine = 50;
const mostRemembered = 10_000;

export class Queueing {
  readonly #options: Pick<JobsOptions, "waits" | "log">;
  readonly #told = new Map<string, string>();
  /** Who is behind whom is found within a transaction; telling it is a transaction of its own. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #telling: Promise<void> = Promise.resolve();

  constructor(options: Pick<JobsOptions, "waits" | "log">) {
    this.#options = options;
  }

  tell(blocked: Turns["blocked"]): void {
    const { waits, log } = this.#options;
    if (waits === undefined) return;
    for (const [index, { job, behind }] of blocked.entries()) {
      const what = textOf(behind);
      const before = this.#told.get(job.id);
      if (before === what || (before !== undefined && index >= firstInLine)) continue;
      if (this.#told.size >= mostRemembered) this.#told.clear();
      this.#told.set(job.id, what);
      this.#telling = this.#telling
        .then(() => this.#outside(() => waits(job, behind)))
        .catch((error: unknown) =>
          log.warn("what a job waits for was not told", {
            job: job.id,
            error: error instanceof Error ? error : String(error),
          }),
        );
    }
  }

  settle(): Promise<void> {
    return this.#telling;
  }
}

function textOf(behind: Behind): string {
  return behind.kind === "job" ? `${behind.before.id} ${behind.isUnderWay}` : `${behind.cluster} ${behind.underWay}`;
}
