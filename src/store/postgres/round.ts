// One transaction of the database, in which several pieces of work are done one after another and committed together.
import type { PoolClient } from "pg";
import { StoreUnavailable } from "../../core/ports/store.ts";
import type { AuditHead } from "../audit.ts";
import type { Statement, StatementResult } from "../messages.ts";
import { faultOf } from "./faults.ts";
import { command, send, together } from "./send.ts";

/** By what it is recognised afterwards whether a round was committed. */
export interface Evidence {
  /** The round's own transaction, as `pg_xact_status` knows it. */
  readonly transaction: string;
  /** The newest record that it appended; null when it appended none. */
  readonly record: { readonly seq: number; readonly hash: string } | null;
}

/**
 * The first statement locks the row of the audit log's head, and the lock goes with the transaction: whoever writes is alone,
 * among all replicas. "Durable" means on the disk, whatever the server's default is; stronger settings, for standbys, stay
 * as they are.
 */
const lockLane = command(`SELECT size, hash, pg_current_xact_id()::text AS transaction,
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END AS durable
  FROM audit_head WHERE id = 1 FOR UPDATE`);
export const beginLane: readonly Statement[] = [command("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), lockLane];

export class Round {
  readonly #client: PoolClient;
  readonly #where: string;
  readonly #transaction: string;
  readonly #began: AuditHead;
  #head: AuditHead;
  #pending: Statement[] = [];
  #isUntouched = true;
  #isGivenUp = false;
  #isLost = false;
  #why: Error | null = null;

  private constructor(client: PoolClient, where: string, row: StatementResult["rows"][number]) {
    this.#client = client;
    this.#where = where;
    this.#head = { size: Number(row.size), hash: String(row.hash) };
    this.#began = this.#head;
    this.#transaction = String(row.transaction);
  }

  /** Throws `StoreUnavailable` when the others do not let it in in time; the connection is then of no more use. */
  static async begin(client: PoolClient, where: string): Promise<Round> {
    const began = await send(client, beginLane).catch((error: unknown) => {
      throw faultOf(error, where);
    });
    const row = began.at(-1)?.rows[0];
    if (row === undefined)
      throw new Error("the database has no head of the audit log: its tables were changed by hand");
    return new Round(client, where, row);
  }

  get head(): AuditHead {
    return this.#head;
  }

  /** Nothing was asked or written in it yet: what fails first takes all of it back, and loses nobody else's work. */
  get isUntouched(): boolean {
    return this.#isUntouched;
  }

  /** It was taken back as a whole; its connection is as good as before. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Nothing of it can be committed any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Why it was lost, where it was not the connection. */
  get why(): Error | null {
    return this.#why;
  }

  get evidence(): Evidence {
    const { size, hash } = this.#head;
    const record = size === this.#began.size ? null : { seq: size - 1, hash };
    return { transaction: this.#transaction, record };
  }

  keepHead(head: AuditHead): void {
    this.#head = head;
  }

  /** Of work that asked nothing: it travels with what is sent next, and all of the round fails with it. */
  later(statements: readonly Statement[]): void {
    if (statements.length > 0) this.#isUntouched = false;
    this.#pending.push(...statements);
  }

  /** Throws `StoreUnavailable`, or an Error for a fault of ours. */
  async send(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    if (this.#isLost) throw new StoreUnavailable("what came before it in the same transaction could not be written");
    const pending = this.#pending;
    this.#pending = [];
    this.#isUntouched = false;
    // One after the other on the wire, without waiting in between.
    const [before, mine] = await together(this.#client, () =>
      Promise.allSettled([send(this.#client, pending), send(this.#client, statements)]),
    );
    if (before.status === "rejected") {
      this.#isLost = true;
      this.#why = faultOf(before.reason, this.#where);
      throw new StoreUnavailable("what came before it in the same transaction could not be written", {
        cause: this.#why,
      });
    }
    return mine.status === "fulfilled" ? mine.value : this.#failed(mine.reason);
  }

  #failed(error: unknown): never {
    const fault = faultOf(error, this.#where);
    if (fault instanceof StoreUnavailable) this.#isLost = true;
    throw fault;
  }

  /** Of a round with one piece of work in it, which failed. Never throws: a round that cannot be taken back is lost. */
  async giveUp(): Promise<void> {
    this.#isGivenUp = true;
    await this.send([command("ROLLBACK")]).catch(() => {
      this.#isLost = true;
    });
  }

  /** Durable when it resolves; when it throws, nobody can say. */
  async commit(): Promise<void> {
    await this.send([command("COMMIT")]);
  }

  /** Everything but the commit: whether all of it changed what it must is known before that. */
  async settle(): Promise<void> {
    if (this.#pending.length > 0) await this.send([]);
  }
}
