// The machine's clock moved forward by hand: everything runs in real time, and a jump wakes whatever falls due.
import type { Clock } from "../../src/core/ports/clock.ts";

export class JumpClock implements Clock {
  #ahead = 0;
  readonly #waiting = new Set<() => void>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  jump(ms: number): void {
    this.#ahead += ms;
    for (const look of [...this.#waiting]) look();
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const look = (): void => {
        clearTimeout(timer);
        const left = until - this.now();
        if (left <= 0) done();
        else timer = setTimeout(look, Math.min(left, 2_147_483_647));
      };
      let timer: NodeJS.Timeout | undefined;
      this.#waiting.add(look);
      signal?.addEventListener("abort", done, { once: true });
      look();
    });
  }
}
