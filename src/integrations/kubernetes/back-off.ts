// How long to wait after a failure: doubling, with jitter, so that many bots do not return at once.
import type { RandomBytes } from "../../core/ids.ts";
import type { Timing } from "./api.ts";

export class BackOff {
  readonly #timing: Timing;
  readonly #random: RandomBytes;
  #failures = 0;

  constructor(timing: Timing, random: RandomBytes) {
    this.#timing = timing;
    this.#random = random;
  }

  /** In ms, from half to the whole of the doubled wait; never less than the server asked for. */
  next(askedMs: number | null): number {
    const whole = Math.min(this.#timing.backOffMs * 2 ** this.#failures, this.#timing.maxBackOffMs);
    this.#failures = Math.min(this.#failures + 1, 16);
    const jittered = whole / 2 + (whole / 2) * ((this.#random(1)[0] ?? 0) / 255);
    return Math.round(askedMs === null ? jittered : askedMs + jittered / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
