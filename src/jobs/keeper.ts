// Keeps the queue open: opened again until it is, looked at regularly, and its state known to whoever asks.
import type { JobsOptions, QueueState } from "../core/ports/jobs.ts";
import type { Lane } from "./lanes.ts";
import type { Hint, Queue, QueueNeeds, QueueSource } from "./queue.ts";

const openAgainMs = 2_000;
const checkEveryMs = 3_000;

export class QueueKeeper {
  readonly #source: QueueSource;
  readonly #needs: QueueNeeds;
  readonly #options: Pick<JobsOptions, "clock" | "log">;
  readonly #changed: () => void;
  #queue: Queue | null = null;
  #state: QueueState;

  /** `changed` is told when the queue went or came. */
  constructor(
    source: QueueSource,
    needs: QueueNeeds,
    options: Pick<JobsOptions, "clock" | "log"> & { readonly changed: () => void },
  ) {
    this.#source = source;
    this.#needs = needs;
    this.#options = options;
    this.#changed = options.changed;
    this.#state = { kind: "away", what: source.what, since: options.clock.now(), says: "it is being opened" };
  }

  get state(): QueueState {
    return this.#state;
  }

  /** True when the queue took them. */
  async add(lane: Lane, hints: readonly Hint[]): Promise<boolean> {
    if (this.#queue === null) return false;
    try {
      await this.#queue.add(lane, hints, this.#options.clock.now());
      this.#ready();
      return true;
    } catch (error) {
      this.#away(error);
      return false;
    }
  }

  /** Until the signal aborts; then the queue is closed. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#queue === null) this.#queue = await this.#source.open(this.#needs);
        else await this.#queue.check();
        this.#ready();
      } catch (error) {
        this.#away(error);
      }
      await clock.wait(this.#queue === null ? openAgainMs : checkEveryMs, signal);
    }
    await this.#queue?.close();
  }

  #ready(): void {
    if (this.#state.kind === "ready") return;
    this.#state = { kind: "ready", what: this.#source.what };
    this.#options.log.info("the queue of jobs is there", { queue: this.#source.what });
    this.#changed();
  }

  /** Said once, not at every try. */
  #away(error: unknown): void {
    const says = error instanceof Error ? error.message : String(error);
    const isNews = this.#state.kind !== "away" || this.#state.says !== says;
    const since = this.#state.kind === "away" ? this.#state.since : this.#options.clock.now();
    this.#state = { kind: "away", what: this.#source.what, since, says };
    if (!isNews) return;
    const fields = { queue: this.#source.what, says };
    this.#options.log.error("the queue of jobs is away: due jobs are found in the store meanwhile", fields);
    this.#changed();
  }
}
