// Where hints arrive: those that come together are claimed together, and each one lasts as long as its job.
import type { JobsOptions } from "../core/ports/jobs.ts";
import type { Lane } from "./lanes.ts";
import type { Hint } from "./queue.ts";
import type { Work } from "./work.ts";

/** Clocks of processes may differ by as much; a hint that is farther ahead comes again by the sweep. */
const mostEarlyMs = 10_000;

interface Waiting {
  readonly id: string;
  readonly begun: (ended: Promise<void> | undefined) => void;
}

export class HintDesk {
  readonly #options: Pick<JobsOptions, "clock" | "log">;
  readonly #work: Work;
  readonly #waiting = new Map<Lane, Waiting[]>();
  /** Lanes whose claim is under way: what comes meanwhile is the next one. */
  readonly #claiming = new Set<Lane>();
  /** Lanes that a hint came for while no hand was free. */
  readonly #missed = new Set<Lane>();

  constructor(options: Pick<JobsOptions, "clock" | "log">, work: Work) {
    this.#options = options;
    this.#work = work;
  }

  /** Never rejects: a hint that comes to nothing is found by the sweep. */
  async take(lane: Lane, { id, dueAt }: Hint): Promise<void> {
    const early = dueAt - this.#options.clock.now();
    if (early > mostEarlyMs) return;
    if (early > 0) await this.#options.clock.wait(early, this.#work.signal);
    if (this.#work.has(id) || this.#work.signal.aborted) return;
    if (this.#work.room(lane) <= 0) this.#missed.add(lane);
    else await (await this.#begun(lane, id))?.ended;
  }

  /** Whether a hint came to nothing for want of hands since this was asked. */
  hasMissed(lane: Lane): boolean {
    return this.#missed.delete(lane);
  }

  async #begun(lane: Lane, id: string): Promise<{ readonly ended: Promise<void> } | undefined> {
    return new Promise((resolve) => {
      const one = { id, begun: (ended: Promise<void> | undefined) => resolve(ended && { ended }) };
      const waiting = this.#waiting.get(lane);
      if (waiting !== undefined) {
        waiting.push(one);
        return;
      }
      this.#waiting.set(lane, [one]);
      if (!this.#claiming.has(lane)) setImmediate(() => void this.#claimAll(lane));
    });
  }

  async #claimAll(lane: Lane): Promise<void> {
    if (this.#claiming.has(lane)) return;
    this.#claiming.add(lane);
    while (this.#waiting.has(lane)) await this.#claim(lane);
    this.#claiming.delete(lane);
  }

  async #claim(lane: Lane): Promise<void> {
    const waiting = this.#waiting.get(lane) ?? [];
    this.#waiting.delete(lane);
    let begun: ReadonlyMap<string, Promise<void>> = new Map();
    try {
      begun = await this.#work.begin(
        lane,
        waiting.map(({ id }) => id),
      );
    } catch (error) {
      this.#options.log.warn("jobs could not be claimed", { error: error instanceof Error ? error : String(error) });
    }
    for (const { id, begun: tell } of waiting) tell(begun.get(id));
  }
}
