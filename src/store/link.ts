// The main thread's end of the database's worker: errands with a deadline, so that a hanging disk stops nobody.
import { Worker } from "node:worker_threads";
import type { Log } from "../core/ports/log.ts";
import { StoreUnavailable } from "../core/ports/store.ts";
import type { Errand, StatementResult, WorkerOrders, WorkerReply } from "./messages.ts";

/** The directory is held by another process. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
}

export interface LinkOptions extends Omit<WorkerOrders, "shared"> {
  /** An errand unanswered for so long has failed; until the worker answers again, so has every other. */
  readonly deadlineMs: number;
  readonly log: Log;
}

/** Opening may have a journal of a killed process to go through. */
const openWithinMs = 15_000;

interface Waiting {
  readonly resolve: (results: readonly StatementResult[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Errands are carried out in the order of `send`. A deadline missed ends the epoch: what was sent before is given up
 * and the worker will not begin or go on with it, so nothing is written late except by a commit already under way.
 */
export class Link {
  readonly #worker: Worker;
  readonly #shared: Int32Array;
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #epoch = 0;
  #down: string | null = null;
  #closing = false;
  readonly #exited: Promise<void>;

  private constructor(worker: Worker, shared: Int32Array, options: LinkOptions) {
    this.#worker = worker;
    this.#shared = shared;
    this.#options = options;
    this.#exited = new Promise((resolve) => worker.once("exit", () => resolve()));
    worker.on("message", (reply: WorkerReply) => this.#hear(reply));
    worker.on("error", (error) => this.#fail(`the database's thread failed: ${error.message}`));
    worker.on("exit", () => this.#fail("the database's thread has ended"));
  }

  /** Opens the database. Throws `StoreInUse` when another process holds it, `StoreUnavailable` when it can't be opened. */
  static async open(options: LinkOptions): Promise<Link> {
    const { deadlineMs: _, log: __, ...orders } = options;
    const shared = new SharedArrayBuffer(8);
    const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
    const workerData: WorkerOrders = { ...orders, shared };
    const worker = new Worker(new URL(file, import.meta.url), { workerData });
    const first = await new Promise<WorkerReply>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new StoreUnavailable(`the database under ${options.directory} did not open in time`));
        worker.terminate().catch(() => undefined);
      }, openWithinMs);
      worker.once("message", (reply: WorkerReply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      worker.once("error", (error) => {
        clearTimeout(timer);
        reject(new StoreUnavailable("the database's thread did not start", { cause: error }));
      });
    });
    if (first.kind === "opened") return new Link(worker, new Int32Array(shared), options);
    const message = first.kind === "refused" ? first.message : "unexpected answer";
    if (first.kind === "refused" && first.why === "in-use") {
      throw new StoreInUse(
        `the data directory ${options.directory} is in use by another Countersign process: stop that one first, or name another directory`,
      );
    }
    throw new StoreUnavailable(`the database under ${options.directory} cannot be opened: ${message}`);
  }

  /** Changes whenever errands were given up: what was begun before is over. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Throws `StoreUnavailable`, or an Error for a fault of ours. */
  send(errand: Errand): Promise<readonly StatementResult[]> {
    if (this.#down !== null) return Promise.reject(new StoreUnavailable(this.#down));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      // One more turn of the loop: a main thread that was itself busy must not be taken for a hanging disk.
      const timer = setTimeout(() => setImmediate(() => this.#late(id)), this.#options.deadlineMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer });
      this.#worker.postMessage({ ...errand, id, epoch: this.#epoch });
    });
  }

  /** For tests of a hanging disk: the worker stands still before its next errand, or goes on. */
  standStill(on: boolean): void {
    Atomics.store(this.#shared, 1, on ? 1 : 0);
    Atomics.notify(this.#shared, 1);
  }

  /** After what was sent. Resolves when the files are closed, or when a hanging worker was given up. */
  async close(): Promise<void> {
    this.#closing = true;
    const timer = setTimeout(() => this.#worker.terminate().catch(() => undefined), this.#options.deadlineMs);
    this.#worker.postMessage("close");
    await this.#exited;
    clearTimeout(timer);
  }

  #hear(reply: WorkerReply): void {
    if (reply.kind !== "done" && reply.kind !== "failed") return;
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) {
      this.#down = null;
      return;
    }
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if (reply.kind === "done") waiting.resolve(reply.results);
    else if (reply.why === "unavailable" || reply.why === "stale") waiting.reject(new StoreUnavailable(reply.message));
    else waiting.reject(new Error(`the database refused a statement: ${reply.message}`));
  }

  #late(id: number): void {
    if (!this.#waiting.has(id)) return;
    this.#fail(`the disk did not answer within ${this.#options.deadlineMs} ms`);
  }

  #fail(why: string): void {
    if (!this.#closing) this.#options.log.error("store does not answer", { why });
    this.#down = why;
    this.#epoch += 1;
    Atomics.store(this.#shared, 0, this.#epoch);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new StoreUnavailable(why));
    }
    this.#waiting.clear();
  }
}
