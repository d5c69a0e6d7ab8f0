// Jobs as rows: what is to be done when, one row per id, and in whose hands it is.
import type { RequestId } from "../core/ids.ts";
import type { Again, Claim, Job, JobKind, JobReads, StandingJob } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { JobTableRow } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function putJob(transaction: Transaction, job: Job): void {
  const targets = job.targets === undefined ? null : JSON.stringify(job.targets);
  const put = transaction.database
    .insertInto("jobs")
    .values({
      ...{ id: job.id, kind: job.kind, request: job.request, due_at: job.dueAt },
      ...{ since: job.dueAt, targets, failures: 0, claimed_by: null, claimed_until: 0 },
    })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ due_at: job.dueAt }).where("jobs.due_at", ">", job.dueAt),
    );
  transaction.wrote.jobs += 1;
  transaction.later(statementOf(put.compile()));
}

export function claimJobs(
  transaction: Transaction,
  ids: readonly string[],
  claim: Claim & { readonly now: number },
): void {
  if (ids.length === 0) return;
  const { database } = transaction;
  const change = database
    .updateTable("jobs")
    .set({ claimed_by: claim.by, claimed_until: claim.until })
    .where("id", "in", ids)
    .where("due_at", "<=", claim.now)
    .where(({ eb, or }) =>
      or([eb("claimed_by", "is", null), eb("claimed_by", "=", claim.by), eb("claimed_until", "<=", claim.now)]),
    );
  transaction.later(statementOf(change.compile()));
}

export async function renewJobs(
  transaction: Transaction,
  ids: readonly string[],
  claim: Claim,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { database } = transaction;
  const change = database
    .updateTable("jobs")
    .set({ claimed_until: claim.until })
    .where("id", "in", ids)
    .where("claimed_by", "=", claim.by);
  transaction.later(statementOf(change.compile()));
  const mine = database.selectFrom("jobs").select("id").where("id", "in", ids).where("claimed_by", "=", claim.by);
  return (await mine.execute()).map(({ id }) => id);
}

export function endJobs(transaction: Transaction, ids: readonly string[], by: string): void {
  if (ids.length === 0) return;
  const end = transaction.database.deleteFrom("jobs").where("id", "in", ids).where("claimed_by", "=", by);
  transaction.later(statementOf(end.compile()));
}

export function postponeJob(
  transaction: Transaction,
  id: string,
  { by, again }: { readonly by: string; readonly again: Again },
): void {
  const change = transaction.database
    .updateTable("jobs")
    .set({ due_at: again.at, failures: again.failures, claimed_by: null, claimed_until: 0 })
    .where("id", "=", id)
    .where("claimed_by", "=", by);
  transaction.wrote.jobs += 1;
  transaction.later(statementOf(change.compile()));
}

export function releaseJobs(transaction: Transaction): void {
  const change = transaction.database
    .updateTable("jobs")
    .set({ claimed_by: null, claimed_until: 0 })
    .where("claimed_by", "is not", null);
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
    async standing({ kinds, by, limit }) {
      const rows = await database
        .selectFrom("jobs")
        .selectAll()
        .where("kind", "in", kinds)
        .where("due_at", "<=", by)
        .orderBy("due_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(standingOf);
    },
    async claimed(ids, { by, until }) {
      if (ids.length === 0) return [];
      const mine = database.selectFrom("jobs").selectAll().where("id", "in", ids).where("claimed_by", "=", by);
      return (await mine.where("claimed_until", "=", until).execute()).map(standingOf);
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
        await counting
          .where("due_at", "<=", now)
          .where(({ eb, or }) => or([eb("claimed_by", "is", null), eb("claimed_until", "<=", now)]))
          .executeTakeFirstOrThrow(),
      ];
      return { all: Number(all.count), due: Number(due.count) };
    },
  };
}

function jobOf(row: JobTableRow): Job {
  const targets = row.targets === null ? {} : { targets: JSON.parse(row.targets) as readonly string[] };
  return { id: row.id, kind: row.kind as JobKind, request: row.request as RequestId, dueAt: row.due_at, ...targets };
}

function standingOf(row: JobTableRow): StandingJob {
  const claim = row.claimed_by === null ? null : { by: row.claimed_by, until: row.claimed_until };
  return { ...jobOf(row), since: row.since, failures: row.failures, claim };
}
