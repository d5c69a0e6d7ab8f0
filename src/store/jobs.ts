// Jobs as rows: what is to be done when, one row per id, and in whose hands it is.
import type { RequestId } from "../core/ids.ts";
import type { Again, Claim, Job, JobKind, JobReads, StandingJob } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { JobTableRow } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

// What every job costs is said in SQL: building these three anew each time took a fifth of the time that a job takes.

export function putJob(transaction: Transaction, { id, kind, request, dueAt, targets }: Job): void {
  transaction.wrote.jobs += 1;
  transaction.later({
    sql: `INSERT INTO jobs (id, kind, request, due_at, since, targets, failures, claimed_by, claimed_until)
      VALUES (?, ?, ?, ?, ?, ?, 0, NULL, 0)
      ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at WHERE jobs.due_at > excluded.due_at`,
    params: [id, kind, request, dueAt, dueAt, targets === undefined ? null : JSON.stringify(targets)],
  });
}

export function claimJobs(
  transaction: Transaction,
  ids: readonly string[],
  claim: Claim & { readonly now: number },
): void {
  if (ids.length === 0) return;
  transaction.later({
    sql: `UPDATE jobs SET claimed_by = ?, claimed_until = ?
      WHERE id IN ${placesFor(ids)} AND due_at <= ? AND (claimed_by IS NULL OR claimed_by = ? OR claimed_until <= ?)`,
    params: [claim.by, claim.until, ...ids, claim.now, claim.by, claim.now],
  });
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
  transaction.later({ sql: `DELETE FROM jobs WHERE id IN ${placesFor(ids)} AND claimed_by = ?`, params: [...ids, by] });
}

const placesFor = (values: readonly unknown[]): string => `(${values.map(() => "?").join(", ")})`;

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
