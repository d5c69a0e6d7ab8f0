// One transaction under way: writes that need no answer are kept back and travel with the next one that does.
import { StoreUnavailable } from "../core/ports/store.ts";
import { type AuditHead, headQuery } from "./audit.ts";
import type { Batches } from "./batches.ts";
import { type Database, databaseOn } from "./dialect.ts";
import type { Link } from "./link.ts";
import type { Statement, StatementResult } from "./messages.ts";

export class Transaction {
  /** For the store's `committed` listener, and for what is kept of the reader's answers. */
  readonly wrote = { audit: 0, jobs: 0, outbox: 0, delegations: 0 };
  readonly #link: Link;
  readonly #batches: Batches;
  readonly #epoch: number;
  readonly #generation: number;
  #kept: Statement[] = [];
  #open = false;
  #over = false;
  #broken = false;
  #head: AuditHead | null;
  #database: Database | null = null;

  constructor(link: Link, batches: Batches, head: AuditHead | null) {
    this.#link = link;
    this.#batches = batches;
    this.#epoch = link.epoch;
    this.#generation = batches.generation;
    this.#head = head;
  }

  /** The database has begun it. */
  get isOpen(): boolean {
    return this.#open;
  }

  get head(): AuditHead | null {
    return this.#head;
  }

  /** Queries whose answer is needed; they see everything that the transaction wrote before. */
  get database(): Database {
    this.#database ??= databaseOn((statement) => this.#ask(statement));
    return this.#database;
  }

  /** A write whose answer nobody needs; `mustChange` of the statement holds all the same. */
  later(...statements: readonly Statement[]): void {
    this.#mustBeUnderWay();
    this.#kept.push(...statements);
  }

  /** The log's head as this transaction sees it. */
  async readHead(): Promise<AuditHead> {
    this.#head ??= await headQuery(this.database);
    return this.#head;
  }

  moveHead(head: AuditHead): void {
    this.#head = head;
  }

  /** Ends it without the database having begun it: what it would write. */
  close(): { readonly statements: readonly Statement[]; readonly generation: number } {
    this.#mustBeUnderWay();
    this.#over = true;
    return { statements: this.#kept, generation: this.#generation };
  }

  /** Durable when it resolves. */
  async commit(): Promise<null> {
    this.#mustBeUnderWay();
    this.#over = true;
    await this.#link.send({ to: "writer", begin: false, end: "commit", statements: this.#kept });
    this.#open = false;
    return null;
  }

  /** Never throws: what cannot be rolled back is rolled back by the worker when it answers again. */
  async rollBack(): Promise<void> {
    this.#over = true;
    if (!this.#open || this.#epoch !== this.#link.epoch) return;
    await this.#link.send({ to: "writer", begin: false, end: "rollback", statements: [] }).catch(() => undefined);
  }

  async #ask(statement: Statement): Promise<StatementResult> {
    this.#mustBeUnderWay();
    if (!this.#open) await this.#batches.settle();
    this.#mustBeUnderWay();
    const begin = !this.#open;
    const statements = [...this.#kept, statement];
    this.#kept = [];
    this.#open = true;
    const results = await this.#link.send({ to: "writer", begin, end: "none", statements }).catch((error: unknown) => {
      // The worker has rolled all of it back: going on would write the rest outside any transaction.
      this.#broken = true;
      throw error;
    });
    const last = results.at(-1);
    if (last === undefined) throw new Error("the database gave no result");
    return last;
  }

  #mustBeUnderWay(): void {
    if (this.#over) throw new Error("the transaction is over");
    if (this.#broken) throw new Error("the transaction was rolled back after a failed statement");
    if (this.#epoch !== this.#link.epoch || this.#generation !== this.#batches.generation) {
      throw new StoreUnavailable("the transaction was given up: what came before it could not be written");
    }
  }
}
