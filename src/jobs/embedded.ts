// Runs due jobs from the store's own table, without a queue: for each concern one timer, a nudge, and a sweep.
import type { Jobs, JobsOptions } from "../core/ports/jobs.ts";
import { type Lane, laneOf, lanes } from "./lanes.ts";
import { Work } from "./work.ts";

/** A job may be put by something that does not nudge: the longest time until it is found. */
const sweepMs = 15_000;
const afterFaultMs = 1_000;
/** More than are in hands anywhere, so that among them there is one to begin where there is one. */
const enoughRows = 200;

/** Starts at once with what is due: after a crash that is the sweep. */
export function startEmbeddedJobs(options: JobsOptions): Jobs {
  const work: Work = new Work(options, (lane) => rounds[lane].nudge());
  const rounds = Object.fromEntries(lanes.map((lane) => [lane, new Round(options, work, lane)])) as Record<Lane, Round>;
  const running = begin(options, work, Object.values(rounds));
  return {
    nudge: (put) => {
      const hit = new Set(put.map(({ kind }) => laneOf(kind)));
      for (const lane of lanes) if (hit.has(lane) || rounds[lane].isLate()) rounds[lane].nudge();
    },
    standing: () => work.counted(),
    queue: () => ({ kind: "none" }),
    async stop() {
      const stopped = work.stop();
      for (const round of Object.values(rounds)) round.nudge();
      await Promise.all([running, stopped]);
    },
  };
}

async function begin(options: JobsOptions, work: Work, rounds: readonly Round[]): Promise<void> {
  if (options.isAlone) await releaseAll(options, work.signal);
  await Promise.all(rounds.map((round) => round.loop()));
}

/** What was in somebody's hands when the last process ended is nobody's now. */
export async function releaseAll({ store, clock, log }: JobsOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await store.transact((tx) => tx.jobs.release());
      return;
    } catch (error) {
      log.warn("jobs could not be read", { error: error instanceof Error ? error : String(error) });
      await clock.wait(afterFaultMs, signal);
    }
  }
}

class Round {
  readonly #options: JobsOptions;
  readonly #work: Work;
  readonly #lane: Lane;
  #nap = new AbortController();
  #nudged = false;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(options: JobsOptions, work: Work, lane: Lane) {
    this.#options = options;
    this.#work = work;
    this.#lane = lane;
  }

  nudge(): void {
    this.#nudged = true;
    this.#nap.abort("nudged");
  }

  /** The clock went farther than the timer did: the machine slept, or the clock was set. */
  isLate(): boolean {
    return this.#options.clock.now() >= this.#wakesAt;
  }

  async loop(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#work.signal.aborted) {
      this.#nap = new AbortController();
      this.#nudged = false;
      let until = clock.now() + afterFaultMs;
      try {
        until = await this.#beginDue();
      } catch (error) {
        log.warn("due jobs could not be read", { error: error instanceof Error ? error : String(error) });
      }
      this.#wakesAt = until;
      const napMs = until - clock.now();
      if (!this.#nudged && napMs > 0) await clock.wait(napMs, this.#nap.signal);
      this.#wakesAt = Number.POSITIVE_INFINITY;
    }
  }

  /** Begins what is due and in nobody's hands; when there may be more. Whatever ends nudges. */
  async #beginDue(): Promise<number> {
    const work = this.#work;
    const room = work.room(this.#lane);
    const now = this.#options.clock.now();
    if (room <= 0) return now + sweepMs;
    const standing = await work.standing(this.#lane, now + sweepMs, enoughRows);
    const free = standing.filter(({ id, claim }) => !work.has(id) && (claim === null || claim.until <= now));
    const due = free.filter(({ dueAt }) => dueAt <= now).slice(0, room);
    await work.begin(
      this.#lane,
      due.map(({ id }) => id),
    );
    const held = standing.flatMap(({ id, claim }) => (claim === null || work.has(id) ? [] : [claim.until]));
    const next = Math.min(...free.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now), ...held);
    return Math.min(now + sweepMs, next);
  }
}
