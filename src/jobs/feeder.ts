// Feeds one lane of the queue from the store: what was just put, and by a sweep whatever is due and in nobody's hands.
import type { JobsOptions } from "../core/ports/jobs.ts";
import type { Job, StandingJob } from "../core/ports/store.ts";
import type { HintDesk } from "./desk.ts";
import type { QueueKeeper } from "./keeper.ts";
import type { Lane } from "./lanes.ts";
import type { Hint } from "./queue.ts";
import type { Work } from "./work.ts";

export interface FeederTimes {
  /** The longest time until something that nobody told of is found. */
  readonly sweepMs: number;
  /** A job that is due for so long while hands are free is begun here, whatever the queue says. */
  readonly patienceMs: number;
  /** What is due later than this waits in the store alone, so that the queue stays small. */
  readonly horizonMs: number;
}

export const usualTimes: FeederTimes = { sweepMs: 5_000, patienceMs: 4_000, horizonMs: 60_000 };

const afterFaultMs = 1_000;
const rowsAtOnce = 1_000;

export interface FeederParts {
  readonly options: JobsOptions;
  readonly work: Work;
  readonly desk: HintDesk;
  readonly keeper: QueueKeeper;
  readonly times: FeederTimes;
}

export class Feeder {
  readonly #parts: FeederParts;
  readonly #lane: Lane;
  /** Hints given, and when: what waits in the queue is not given to it at every sweep. */
  readonly #given = new Map<string, number>();
  #toGive: Job[] = [];
  #giving: Promise<void> | null = null;
  #nap = new AbortController();
  #isAsked = false;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(parts: FeederParts, lane: Lane) {
    this.#parts = parts;
    this.#lane = lane;
  }

  /** Look at the store now. */
  look(): void {
    this.#isAsked = true;
    this.#nap.abort("nudged");
  }

  /** A job of this lane has ended: whoever waited for its turn or its hands may go. */
  ended(): void {
    const { desk, keeper } = this.#parts;
    const isMissed = desk.hasMissed(this.#lane);
    if (this.#lane === "executions" || isMissed || keeper.state.kind === "away") this.look();
  }

  put(jobs: readonly Job[]): void {
    const { options, times } = this.#parts;
    // The clock went farther than the timer did: the machine slept, or the clock was set.
    if (options.clock.now() >= this.#wakesAt) this.look();
    const until = options.clock.now() + times.horizonMs;
    const soon = jobs.filter(({ dueAt }) => dueAt <= until);
    if (soon.length === 0) return;
    this.#toGive.push(...soon);
    this.#giving ??= this.#giveAll();
  }

  /** What is put while some are being given goes together as the next ones. */
  async #giveAll(): Promise<void> {
    while (this.#toGive.length > 0) await this.#give(this.#toGive.splice(0, rowsAtOnce));
    this.#giving = null;
  }

  async loop(): Promise<void> {
    const { options, work } = this.#parts;
    while (!work.signal.aborted) {
      this.#nap = new AbortController();
      this.#isAsked = false;
      let until = options.clock.now() + afterFaultMs;
      try {
        until = await this.#round();
      } catch (error) {
        options.log.warn("due jobs could not be read", { error: error instanceof Error ? error : String(error) });
      }
      this.#wakesAt = until;
      const napMs = until - options.clock.now();
      if (!this.#isAsked && napMs > 0) await options.clock.wait(napMs, this.#nap.signal);
      this.#wakesAt = Number.POSITIVE_INFINITY;
    }
  }

  async #round(): Promise<number> {
    const { options, work, keeper, times } = this.#parts;
    const now = options.clock.now();
    const standing = await work.standing(this.#lane, now + times.horizonMs, rowsAtOnce);
    const free = standing.filter(({ id, claim }) => !work.has(id) && (claim === null || claim.until <= now));
    const isAway = keeper.state.kind === "away";
    const mine = free.filter(({ dueAt }) => dueAt <= now && (isAway || now - dueAt >= times.patienceMs));
    const begun = await work.begin(
      this.#lane,
      mine.slice(0, Math.max(0, work.room(this.#lane))).map(({ id }) => id),
    );
    const rest = free.filter(({ id }) => !begun.has(id));
    this.#forget(standing, now);
    await this.#give(rest.filter((job) => this.#isNew(job, now)));
    return this.#wakes(standing, now);
  }

  /** Without the queue this is what wakes: at the next time that something is due. */
  #wakes(standing: readonly StandingJob[], now: number): number {
    const { keeper, times } = this.#parts;
    if (keeper.state.kind !== "away") return now + times.sweepMs;
    const next = Math.min(...standing.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now));
    return Math.min(now + times.sweepMs, next);
  }

  async #give(jobs: readonly Hint[]): Promise<void> {
    if (jobs.length === 0) return;
    const { options, keeper } = this.#parts;
    const now = options.clock.now();
    for (const job of jobs) this.#given.set(keyOf(job), now);
    const hints = jobs.map(({ id, dueAt }) => ({ id, dueAt }));
    if (await keeper.add(this.#lane, hints)) return;
    for (const job of jobs) this.#given.delete(keyOf(job));
    if (jobs.some(({ dueAt }) => dueAt <= now)) this.#lookOnceAway();
  }

  /** What the queue did not take is begun here, now; but a full lane is not looked at over and over. */
  #lookOnceAway(): void {
    if (this.#parts.work.room(this.#lane) > 0) this.look();
  }

  /** Not given yet; or due, given long ago, and not taken though hands are free: it may be lost. */
  #isNew(job: Hint, now: number): boolean {
    const given = this.#given.get(keyOf(job));
    if (given === undefined) return true;
    const { times, work } = this.#parts;
    return work.room(this.#lane) > 0 && job.dueAt <= now && now - Math.max(given, job.dueAt) >= times.sweepMs;
  }

  /** Of what is done nothing is kept. */
  #forget(standing: readonly Hint[], now: number): void {
    const there = new Set(standing.map(keyOf));
    for (const [key, at] of this.#given)
      if (!there.has(key) && now - at > this.#parts.times.sweepMs) this.#given.delete(key);
  }
}

function keyOf({ id, dueAt }: Hint): string {
  return `${id}@${dueAt}`;
}
