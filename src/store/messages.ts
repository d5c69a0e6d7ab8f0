// What the main thread and the database's worker say to each other.

export type SqlValue = null | number | string | bigint | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** How many rows it must change; another count fails the whole transaction. */
  readonly mustChange?: number;
}

/** Statements for one connection, run in order without anything in between. */
export interface Errand {
  /** The writer holds at most one transaction; the reader sees the last commit. */
  readonly to: "writer" | "reader";
  /** Opens a transaction first. */
  readonly begin: boolean;
  readonly end: "commit" | "rollback" | "none";
  readonly statements: readonly Statement[];
}

export interface NumberedErrand extends Errand {
  readonly id: number;
  /** An errand of an earlier epoch was given up by whoever sent it: it is not run, and never committed. */
  readonly epoch: number;
}

export type Row = Readonly<Record<string, SqlValue>>;

export interface StatementResult {
  readonly rows: readonly Row[];
  readonly changes: number;
}

export type WorkerReply =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly why: "in-use" | "cannot-open"; readonly message: string }
  | { readonly kind: "done"; readonly id: number; readonly results: readonly StatementResult[] }
  | {
      readonly kind: "failed";
      readonly id: number;
      /** unavailable: disk, space, rights; stale: the epoch is over; conflict: `mustChange`; sql: a fault of ours. */
      readonly why: "unavailable" | "stale" | "conflict" | "sql";
      readonly message: string;
    };

export interface WorkerOrders {
  readonly directory: string;
  /** No transaction begins with less free space than this. */
  readonly minFreeBytes: number;
  readonly busyTimeoutMs: number;
  /** Shared: [0] the epoch, [1] non-zero makes the worker stand still, for tests of a hanging disk. */
  readonly shared: SharedArrayBuffer;
  /** Makes the disk full at so many pages, for tests. */
  readonly maxPages: number | null;
}
