// A clock that moves only when a test says so, and remembers what was waited for.
import type { Clock } from "../../src/core/ports/clock.ts";

interface Waiting {
  readonly dueAt: number;
  readonly ms: number;
  readonly resolve: () => void;
}

export class HandClock implements Clock {
  #now: number;
  readonly #waiting = new Set<Waiting>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done) => {
      if (signal?.aborted === true) return done();
      const stop = (): void => waiting.resolve();
      const waiting: Waiting = {
        dueAt: this.#now + ms,
        ms,
        resolve: () => {
          this.#waiting.delete(waiting);
          signal?.removeEventListener("abort", stop);
          done();
        },
      };
      this.#waiting.add(waiting);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** What is being waited for now, in ms, shortest first. */
  get waits(): readonly number[] {
    return [...this.#waiting].map((one) => one.ms).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const one of [...this.#waiting]) if (one.dueAt <= this.#now) one.resolve();
  }
}

/** Lets everything else run until the check holds; the test's own timeout is the end. */
export async function eventually(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
}
