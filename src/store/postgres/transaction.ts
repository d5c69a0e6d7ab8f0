// One piece of work within a round: what fails of it is taken back to its own savepoint, or with the round that it was the first of.
import { StoreUnavailable } from "../../core/ports/store.ts";
import type { AuditHead } from "../audit.ts";
import { type Database, databaseOn } from "../dialect.ts";
import type { Statement, StatementResult } from "../messages.ts";
import type { Transaction } from "../under-way.ts";
import { postgres } from "./dialect.ts";
import type { Round } from "./round.ts";
import { command } from "./send.ts";

const enter = command("SAVEPOINT work");
const leave = command("RELEASE SAVEPOINT work");
const takeBack = command("ROLLBACK TO SAVEPOINT work");

export class Work implements Transaction {
  readonly wrote = { audit: 0, jobs: 0, outbox: 0, delegations: 0 };
  readonly #round: Round;
  #kept: Statement[] = [];
  #entered: "not" | "alone" | "savepoint" = "not";
  #over = false;
  #broken = false;
  #head: AuditHead;
  #database: Database | null = null;

  constructor(round: Round) {
    this.#round = round;
    this.#head = round.head;
  }

  get database(): Database {
    this.#database ??= databaseOn((statement) => this.#ask(statement), postgres);
    return this.#database;
  }

  later(...statements: readonly Statement[]): void {
    this.#mustBeUnderWay();
    this.#kept.push(...statements);
  }

  /** The round holds the head's row: nobody else moves it. */
  async readHead(): Promise<AuditHead> {
    return this.#head;
  }

  moveHead(head: AuditHead): void {
    this.#head = head;
  }

  /** What was kept back is sent, or left to the round where nothing was asked: from here on only its commit is missing. */
  async finish(): Promise<void> {
    this.#mustBeUnderWay();
    this.#over = true;
    if (this.#entered === "not") this.#round.later(this.#kept);
    else if (this.#entered === "savepoint") await this.#round.send([...this.#kept, leave]);
    else if (this.#kept.length > 0) await this.#round.send(this.#kept);
    this.#round.keepHead(this.#head);
  }

  /** Never throws: a round whose work cannot be taken back is lost as a whole. */
  async rollBack(): Promise<void> {
    this.#over = true;
    if (this.#entered === "not" || this.#round.isLost) return;
    if (this.#entered === "alone") await this.#round.giveUp();
    else await this.#round.send([takeBack, leave]).catch(() => undefined);
  }

  async #ask(statement: Statement): Promise<StatementResult> {
    this.#mustBeUnderWay();
    const statements = [...this.#opening(), ...this.#kept, statement];
    this.#kept = [];
    try {
      const last = (await this.#round.send(statements)).at(-1);
      if (last === undefined) throw new Error("the database gave no result");
      return last;
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  #opening(): readonly Statement[] {
    if (this.#entered !== "not") return [];
    this.#entered = this.#round.isUntouched ? "alone" : "savepoint";
    return this.#entered === "alone" ? [] : [enter];
  }

  #mustBeUnderWay(): void {
    if (this.#over) throw new Error("the transaction is over");
    if (this.#broken) throw new Error("the transaction was rolled back after a failed statement");
    if (this.#round.isLost) throw new StoreUnavailable("the transaction was given up: the connection was lost");
  }
}
