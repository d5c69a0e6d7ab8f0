// The jobs in this process's hands: taken from the store by compare-and-set, held as long as they run, never twice at once.
import type { JobsOptions, JobsStanding } from "../core/ports/jobs.ts";
import type { JobReads, StandingJob, Tx } from "../core/ports/store.ts";
import { Ends } from "./ends.ts";
import { handsOf, kindsOf, type Lane, lanes } from "./lanes.ts";
import { runJob } from "./one-job.ts";
import { Queueing } from "./queueing.ts";
import { type Turns, turnsAmong } from "./turns.ts";

/** A claim that is not renewed is over after this: so long the jobs of a process that died wait for another one. */
export const leaseMs = 30_000;
const renewEveryMs = 10_000;
/** So many standing executions are looked at for the order on their targets. */
const mostInLine = 5_000;

interface Hand {
  readonly lane: Lane;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  /** The handler has ended: only its row is still being taken away. */
  isOver: boolean;
}

export class Work {
  readonly #options: JobsOptions;
  readonly #ended: (lane: Lane) => void;
  readonly #stopping = new AbortController();
  readonly #hands = new Map<string, Hand>();
  /** Asked of the store and not answered yet. */
  readonly #asked = new Map<string, Lane>();
  readonly #queueing: Queueing;
  readonly #ends: Ends;
  readonly #renewing: Promise<void>;

  /** `ended` is told after each job whose hands are free again. */
  constructor(options: JobsOptions, ended: (lane: Lane) => void) {
    this.#options = options;
    this.#ended = ended;
    this.#queueing = new Queueing(options);
    this.#ends = new Ends(options, this.#stopping.signal);
    this.#renewing = this.#renew();
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** How many more may be begun now. */
  room(lane: Lane): number {
    const used = [...this.#hands.values(), ...[...this.#asked.values()].map((asked) => ({ lane: asked }))];
    return handsOf(lane, this.#options.limits) - used.filter((one) => one.lane === lane).length;
  }

  has(id: string): boolean {
    return this.#hands.has(id) || this.#asked.has(id);
  }

  /** Of the lane, by then; those whose turn it is, where there are turns. Whoever has to wait is told what for. */
  async standing(lane: Lane, by: number, limit: number): Promise<readonly StandingJob[]> {
    const { store, clock } = this.#options;
    if (lane !== "executions") return this.#seen(await store.jobs.standing({ kinds: kindsOf(lane), by, limit }));
    const jobs = this.#seen(await store.jobs.standing({ kinds: kindsOf(lane), by, limit: mostInLine }));
    const { blocked } = this.#turns(jobs);
    this.#queueing.tell(blocked);
    const waiting = new Set(blocked.map(({ job }) => job.id));
    return jobs.filter(({ id, dueAt }) => dueAt > clock.now() || !waiting.has(id));
  }

  /** What waits for a turn could not be begun, and is not late. */
  async counted(): Promise<JobsStanding> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const { all, due } = await store.jobs.counts(now);
    const executions = this.#seen(
      await store.jobs.standing({ kinds: kindsOf("executions"), by: now, limit: mostInLine }),
    );
    const kinds = lanes.filter((lane) => lane !== "executions").flatMap(kindsOf);
    const others = this.#seen(await store.jobs.standing({ kinds, by: now, limit: this.#hands.size + 100 }));
    const free = others.filter(({ id, claim }) => !this.has(id) && (claim === null || claim.until <= now));
    const waiting = [...free, ...this.#turns(executions).go].map(({ dueAt }) => dueAt);
    return { all, due, running: this.#hands.size, oldestDueAt: waiting.length === 0 ? null : Math.min(...waiting) };
  }

  /**
   * Claims of these as many as there is room for and as may run now, and begins them. Resolves to those that were begun, each with
   * its end. Throws when the store does not answer; then nothing was begun that is not found again at the next look.
   */
  async begin(lane: Lane, ids: readonly string[]): Promise<ReadonlyMap<string, Promise<void>>> {
    const chosen = [...new Set(ids)].filter((id) => !this.has(id)).slice(0, Math.max(0, this.room(lane)));
    if (chosen.length === 0 || this.#stopping.signal.aborted) return new Map();
    for (const id of chosen) this.#asked.set(id, lane);
    try {
      const { store, runner } = this.#options;
      const claim = await store.transact((tx) => this.#claim(tx, lane, chosen));
      const claimed = await store.jobs.claimed(chosen, { by: runner, until: claim.until });
      return new Map(claimed.map((job) => [job.id, this.#start(lane, job)]));
    } finally {
      for (const id of chosen) this.#asked.delete(id);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { abort } of this.#hands.values()) abort.abort();
    while (this.#hands.size > 0 || this.#asked.size > 0) {
      await Promise.all([...this.#hands.values()].map(({ ended }) => ended));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([this.#renewing, this.#queueing.settle()]);
  }

  async #claim(tx: Tx, lane: Lane, ids: readonly string[]): Promise<{ readonly until: number }> {
    const { clock, runner } = this.#options;
    const mine = lane === "executions" ? await this.#inTurn(tx.jobs, ids) : ids;
    const now = clock.now();
    await tx.jobs.claim(mine, { by: runner, until: now + leaseMs, now });
    return { until: now + leaseMs };
  }

  /** Within the transaction that claims: nobody else claims in between, so no target and no cluster is overdrawn. */
  async #inTurn(reads: JobReads, ids: readonly string[]): Promise<readonly string[]> {
    const by = this.#options.clock.now();
    const standing = await reads.standing({ kinds: kindsOf("executions"), by, limit: mostInLine });
    const wanted = new Set(ids);
    const { go, blocked } = this.#turns(this.#seen(standing, wanted));
    this.#queueing.tell(blocked);
    return go.map(({ id }) => id).filter((id) => wanted.has(id));
  }

  /**
   * A claim of this process's for which it has nothing in hand: the store was lost between its commit and its answer. Nobody else may
   * take it before its time is over, and this process need not wait for that.
   */
  #seen(jobs: readonly StandingJob[], asking: ReadonlySet<string> = new Set()): readonly StandingJob[] {
    const { runner } = this.#options;
    const isInHand = (id: string): boolean => this.#hands.has(id) || (this.#asked.has(id) && !asking.has(id));
    return jobs.map((job) => (job.claim?.by === runner && !isInHand(job.id) ? { ...job, claim: null } : job));
  }

  #turns(standing: readonly StandingJob[]): Turns {
    const { clock, limits } = this.#options;
    return turnsAmong(standing, { now: clock.now(), perCluster: limits.executionsPerCluster });
  }

  #start(lane: Lane, job: StandingJob): Promise<void> {
    const abort = new AbortController();
    if (this.#stopping.signal.aborted) abort.abort();
    const signals = { job: abort.signal, stop: this.#stopping.signal };
    const run = runJob(this.#options, job, signals);
    const noted = run.then((again) => {
      const hand = this.#hands.get(job.id);
      if (hand !== undefined) hand.isOver = true;
      return this.#ends.put(job.id, again);
    });
    const ended = noted.then(() => {
      this.#hands.delete(job.id);
      this.#ended(lane);
    });
    this.#hands.set(job.id, { lane, abort, ended, isOver: false });
    return ended;
  }

  /** What is not ours any more, since this process stood still for too long, is let go. */
  async #renew(): Promise<void> {
    const { clock, log, store, runner } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await clock.wait(renewEveryMs, signal);
      const ids = [...this.#hands.keys()];
      if (ids.length === 0 || signal.aborted) continue;
      try {
        const until = clock.now() + leaseMs;
        const kept = new Set(await store.transact((tx) => tx.jobs.renew(ids, { by: runner, until })));
        for (const id of ids) if (!kept.has(id)) this.#lost(id);
      } catch (error) {
        log.warn("claims could not be renewed", { error: error instanceof Error ? error : String(error) });
      }
    }
  }

  #lost(id: string): void {
    const hand = this.#hands.get(id);
    // Ended meanwhile: its row is away, or in the very transaction before this one.
    if (hand === undefined || hand.isOver) return;
    this.#options.log.warn("job was taken over by another process", { job: id });
    hand.abort.abort();
  }
}
