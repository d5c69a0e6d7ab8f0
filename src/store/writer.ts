// One transaction after another, and group commit for those that only write without looking.
import { AsyncLocalStorage } from "node:async_hooks";
import { StoreUnavailable } from "../core/ports/store.ts";
import type { AuditHead } from "./audit.ts";
import { Batches } from "./batches.ts";
import type { Link } from "./link.ts";
import { Transaction } from "./transaction.ts";

/**
 * Transactions are serialised. One whose statements need no answer never goes to the disk by itself: its statements join
 * those of its neighbours, and all are committed together while the next ones gather. Whoever awaits `transact` waits for
 * that commit.
 */
export class Writer {
  readonly #link: Link;
  readonly #batches: Batches;
  readonly #inside = new AsyncLocalStorage<{ over: boolean }>();
  #last: Promise<void> = Promise.resolve();
  /** The log's head as the last transaction leaves it, once its batch is committed; null when it must be read. */
  #head: AuditHead | null = null;

  constructor(link: Link) {
    this.#link = link;
    this.#batches = new Batches(link, () => {
      this.#head = null;
    });
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.over === false) throw new Error("a transaction was asked for inside a transaction");
    const leave = await this.#enter();
    let committed: Promise<void> | null = null;
    let value: T;
    const mark = { over: false };
    const transaction = new Transaction(this.#link, this.#batches, this.#head);
    try {
      value = await this.#inside.run(mark, () => work(transaction));
      mark.over = true;
      committed = transaction.isOpen ? await transaction.commit() : this.#batches.add(transaction.close());
      this.#head = transaction.head;
    } catch (error) {
      await transaction.rollBack();
      if (error instanceof StoreUnavailable || transaction.isOpen) this.#head = null;
      throw error;
    } finally {
      mark.over = true;
      leave();
    }
    await committed;
    return value;
  }

  /** Resolves when what was begun before is committed or has failed. */
  async settle(): Promise<void> {
    const leave = await this.#enter();
    leave();
    await this.#batches.settle();
  }

  /** Puts the journal's pages into the database and cuts it to nothing. Throws when somebody else reads just then. */
  async overwrite(): Promise<void> {
    const leave = await this.#enter();
    try {
      await this.#batches.settle();
      const cut = { sql: "PRAGMA wal_checkpoint(TRUNCATE)", params: [] };
      const [done] = await this.#link.send({ to: "writer", begin: false, end: "none", statements: [cut] });
      if (done?.rows[0]?.busy !== 0)
        throw new Error("the journal could not be emptied: something else reads the database");
    } finally {
      leave();
    }
  }

  async #enter(): Promise<() => void> {
    const before = this.#last;
    let leave: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }
}
