// Jobs as rows: what is to be done when, one row per id.
import type { RequestId } from "../core/ids.ts";
import type { Job, JobKind, JobReads } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function putJob(transaction: Transaction, job: Job): void {
  const put = transaction.database
    .insertInto("jobs")
    .values({ id: job.id, kind: job.kind, request: job.request, due_at: job.dueAt })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ due_at: job.dueAt }).where("jobs.due_at", ">", job.dueAt),
    );
  transaction.wrote.jobs += 1;
  transaction.later(statementOf(put.compile()));
}

export function finishJob(transaction: Transaction, id: string): void {
  transaction.later(statementOf(transaction.database.deleteFrom("jobs").where("id", "=", id).compile()));
}

export function postponeJob(transaction: Transaction, id: string, dueAt: number): void {
  const change = transaction.database.updateTable("jobs").set({ due_at: dueAt }).where("id", "=", id);
  transaction.wrote.jobs += 1;
  transaction.later(statementOf(change.compile()));
}

export function jobReads(database: Database): JobReads {
  return {
    async due(now, limit) {
      const rows = await database
        .selectFrom("jobs")
        .selectAll()
        .where("due_at", "<=", now)
        .orderBy("due_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(jobOf);
    },
    async next() {
      const row = await database
        .selectFrom("jobs")
        .select(({ fn }) => fn.min("due_at").as("next"))
        .executeTakeFirstOrThrow();
      return row.next;
    },
    async counts(now) {
      const counting = database.selectFrom("jobs").select(({ fn }) => fn.countAll<number>().as("count"));
      const [all, due] = [
        await counting.executeTakeFirstOrThrow(),
        await counting.where("due_at", "<=", now).executeTakeFirstOrThrow(),
      ];
      return { all: Number(all.count), due: Number(due.count) };
    },
  };
}

function jobOf(row: Tables["jobs"]): Job {
  return { id: row.id, kind: row.kind as JobKind, request: row.request as RequestId, dueAt: row.due_at };
}
