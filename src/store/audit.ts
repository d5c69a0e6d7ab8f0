// The audit log's rows: appended under a compare-and-set of the head's own row, and changed only by pruning.
import type { AuditEvent, AuditFilter, AuditRecord } from "../core/audit.ts";
import type { AuditReads, StoredLine } from "../core/ports/store.ts";
import type { Database } from "./dialect.ts";
import type { Statement } from "./messages.ts";
import type { Transaction } from "./under-way.ts";

/** How many records there are, and the newest one's hash; "" of an empty log. */
export interface AuditHead {
  readonly size: number;
  readonly hash: string;
}

/** Chains an event to the log: `recordOf` and `lineOf` of `audit/chain.ts`, handed in by whoever composes. */
export type SealRecord = (
  event: AuditEvent,
  previous: AuditHead,
  at: number,
) => { readonly record: AuditRecord; readonly line: string };

export async function headQuery(database: Database): Promise<AuditHead> {
  return database.selectFrom("audit_head").select(["size", "hash"]).where("id", "=", 1).executeTakeFirstOrThrow();
}

export async function append(
  transaction: Transaction,
  event: AuditEvent,
  by: { readonly seal: SealRecord; readonly now: number },
): Promise<AuditRecord> {
  const head = await transaction.readHead();
  const { record, line } = by.seal(event, head, by.now);
  transaction.later(...appending(record, line, head));
  transaction.moveHead({ size: record.seq + 1, hash: record.hash });
  transaction.wrote.audit += 1;
  return record;
}

/** Written out, since every event passes here: compiling a query costs more than running it. */
function appending(record: AuditRecord, line: string, head: AuditHead): readonly Statement[] {
  return [
    {
      sql: "UPDATE audit_head SET size = ?, hash = ? WHERE id = 1 AND size = ? AND hash = ?",
      params: [record.seq + 1, record.hash, head.size, head.hash],
      mustChange: 1,
    },
    {
      sql: "INSERT INTO audit (seq, at, code, request, user_id, line) VALUES (?, ?, ?, ?, ?, ?)",
      params: [record.seq, record.at, record.code, record.request, record.actor?.userId ?? null, line],
      mustChange: 1,
    },
  ];
}

/** In place of a code, of what was pruned: a word that no event has. */
const prunedCode = "pruned";

export function prune(transaction: Transaction, lines: readonly StoredLine[]): void {
  for (const { seq, line } of lines) {
    transaction.later({
      sql: "UPDATE audit SET line = ?, code = ?, at = 0, request = NULL, user_id = NULL WHERE seq = ?",
      params: [line, prunedCode, seq],
      mustChange: 1,
    });
  }
}

/** With `afterSeq` the records that follow it; without, the newest ones that match. Always in the log's order. */
export function auditReads(database: Database): AuditReads {
  return {
    async list(filter: AuditFilter) {
      const forward = filter.afterSeq !== undefined;
      let query = database
        .selectFrom("audit")
        .select("line")
        .where("code", "<>", prunedCode)
        .orderBy("seq", forward ? "asc" : "desc")
        .limit(filter.limit);
      if (filter.afterSeq !== undefined) query = query.where("seq", ">", filter.afterSeq);
      if (filter.request !== undefined) query = query.where("request", "=", filter.request);
      if (filter.userId !== undefined) query = query.where("user_id", "=", filter.userId);
      if (filter.code !== undefined) query = query.where("code", "=", filter.code);
      if (filter.since !== undefined) query = query.where("at", ">=", filter.since);
      if (filter.until !== undefined) query = query.where("at", "<=", filter.until);
      const rows = await query.execute();
      return (forward ? rows : rows.reverse()).map(({ line }) => JSON.parse(line) as AuditRecord);
    },
    async lines({ afterSeq, limit }) {
      const query = database.selectFrom("audit").select(["seq", "line"]).where("seq", ">", afterSeq);
      return query.orderBy("seq").limit(limit).execute();
    },
    async head() {
      const row = await database.selectFrom("audit").select("line").orderBy("seq", "desc").limit(1).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.line) as AuditRecord);
    },
  };
}
