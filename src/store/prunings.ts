// Prunings as rows: each stands here from its record on, until the last of its words is gone.
import type { PruningReads } from "../core/ports/pruning.ts";
import type { Database } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export function pruningReads(database: Database): PruningReads {
  return {
    async unfinished() {
      const rows = await database
        .selectFrom("prunings")
        .select("seq")
        .where("ended_at", "is", null)
        .orderBy("seq")
        .execute();
      return rows.map(({ seq }) => seq);
    },
  };
}

export function beginPruning(transaction: Transaction, seq: number): void {
  transaction.later({ sql: "INSERT INTO prunings (seq, ended_at) VALUES (?, NULL)", params: [seq], mustChange: 1 });
}

export function endPruning(transaction: Transaction, seq: number, at: number): void {
  transaction.later({ sql: "UPDATE prunings SET ended_at = ? WHERE seq = ? AND ended_at IS NULL", params: [at, seq] });
}
