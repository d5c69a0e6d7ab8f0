// The one lane on which this process writes: work waits its turn, and what waits together is committed together.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Pool, PoolClient } from "pg";
import type { Log } from "../../core/ports/log.ts";
import { StoreUnavailable } from "../../core/ports/store.ts";
import type { Loss } from "../store-on.ts";
import type { Transaction, Writes } from "../under-way.ts";
import { Continuity, WentBack } from "./continuity.ts";
import { faultOf } from "./faults.ts";
import type { LookUp } from "./look-up.ts";
import { Round } from "./round.ts";
import { Work } from "./transaction.ts";

export interface LaneOptions {
  /** Of one connection. */
  readonly pool: Pool;
  readonly where: string;
  readonly log: Log;
  /** Whether a round was committed whose answer did not come. */
  readonly lookUp: LookUp;
  /** Told before anything is written into a log that lacks what this process saw in it. */
  readonly wentBack: (loss: Loss) => void;
}

/** So much for one commit is enough: the other replicas wait meanwhile. */
const maxWorks = 200;

interface Waiting {
  /** Does the work; what is given is to be called once it is durable. */
  readonly run: (transaction: Transaction) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

interface Done extends Pick<Waiting, "fail"> {
  readonly settle: () => void;
}

export class Lane implements Writes {
  readonly #options: LaneOptions;
  readonly #inside = new AsyncLocalStorage<{ over: boolean }>();
  readonly #continuity = new Continuity();
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.over === false)
      return Promise.reject(new Error("a transaction was asked for inside a transaction"));
    // The work is done on the lane's turn and in its caller's context.
    const inContext = AsyncLocalStorage.snapshot();
    return new Promise<T>((resolve, reject) => {
      const run = async (transaction: Transaction): Promise<() => void> => {
        const mark = { over: false };
        try {
          const value = await inContext(() => this.#inside.run(mark, () => work(transaction)));
          return () => resolve(value);
        } finally {
          mark.over = true;
        }
      };
      this.#waiting.push({ run, fail: reject });
      this.#running ??= this.#run();
    });
  }

  async settle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#oneRound();
    this.#running = null;
  }

  async #oneRound(): Promise<void> {
    const { pool, where, log } = this.#options;
    let client: PoolClient | null = null;
    let round: Round;
    try {
      client = await pool.connect();
      round = await Round.begin(client, where);
      await this.#continuity.look(client, round);
    } catch (error) {
      client?.release(true);
      if (error instanceof WentBack) this.#options.wentBack(error.loss);
      const fault = faultOf(error, where);
      log.error("store does not answer", { why: fault.message });
      // Whatever waits has waited for this: the next one to come tries anew.
      for (const { fail } of this.#waiting.splice(0)) fail(fault);
      return;
    }
    const done = await this.#work(round);
    if (round.isGivenUp && !round.isLost) {
      client.release();
      // Whatever else was in it had nothing to write.
      for (const { settle } of done) settle();
      return;
    }
    // What fails here is the round's, which is lost then; a commit is sent only once all changed what it must.
    await round.settle().catch(() => undefined);
    await this.#end(round, client, done);
  }

  async #work(round: Round): Promise<readonly Done[]> {
    const done: Done[] = [];
    for (let count = 0; count < maxWorks && !round.isLost && !round.isGivenUp; count += 1) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const work = new Work(round);
      try {
        const settle = await next.run(work);
        await work.finish();
        done.push({ settle, fail: next.fail });
      } catch (error) {
        await work.rollBack();
        next.fail(error);
      }
    }
    return done;
  }

  async #end(round: Round, client: PoolClient, done: readonly Done[]): Promise<void> {
    if (round.isLost) {
      client.release(true);
      const lost = new StoreUnavailable("the connection to the database was lost before anything was committed");
      const fault = round.why ?? lost;
      this.#options.log.error("a transaction was given up", { why: fault.message });
      for (const { fail } of done) fail(fault);
      return;
    }
    try {
      await round.commit();
    } catch (error) {
      client.release(true);
      await this.#lookUp(round, done, error);
      return;
    }
    client.release();
    this.#continuity.committed(round.head);
    for (const { settle } of done) settle();
  }

  /** The commit was sent and not answered: what became of it is read, and never done again. */
  async #lookUp(round: Round, done: readonly Done[], error: unknown): Promise<void> {
    const { log, lookUp, where } = this.#options;
    log.warn("a commit was not answered: looking what became of it", { why: faultOf(error, where).message });
    const outcome = await lookUp(round.evidence);
    log.warn("what became of the commit", { outcome });
    if (outcome === "committed") {
      this.#continuity.committed(round.head);
      for (const { settle } of done) settle();
      return;
    }
    const says = outcome === "not-committed" ? "nothing was written" : "whether it was written is not known";
    const fault = new StoreUnavailable(`the database ${where} did not answer to a commit: ${says}`, { cause: error });
    for (const { fail } of done) fail(fault);
  }
}
