// One transaction under way, as the queries see it: what each backend offers them.
import type { AuditHead } from "./audit.ts";
import type { Database } from "./dialect.ts";
import type { Statement } from "./messages.ts";

export interface Transaction {
  /** For the store's `committed` listener, and for what it keeps of delegations. */
  readonly wrote: { audit: number; jobs: number; outbox: number; delegations: number };
  /** Queries whose answer is needed; they see everything that the transaction wrote before. */
  readonly database: Database;
  /** A write whose answer nobody needs; `mustChange` of the statement holds all the same. */
  later(...statements: readonly Statement[]): void;
  /** The log's head as this transaction sees it. */
  readHead(): Promise<AuditHead>;
  moveHead(head: AuditHead): void;
}

export interface Writes {
  /** Durable when it resolves; when `work` throws, nothing of it stays and the error is passed on. */
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Resolves when what was begun before is committed or has failed. */
  settle(): Promise<void>;
}
