// Delegations as rows: made once, ended once.
import type { Delegation } from "../core/delegation.ts";
import type { DelegationId } from "../core/ids.ts";
import type { DelegationReads } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function insertDelegation(transaction: Transaction, delegation: Delegation): void {
  const { endedAt, ...body } = delegation;
  const insert = transaction.database.insertInto("delegations").values({
    id: delegation.id,
    from_user: delegation.from.userId,
    to_user: delegation.to.userId,
    until: delegation.until,
    ended_at: endedAt,
    body: JSON.stringify(body),
  });
  transaction.later(statementOf(insert.compile(), 1));
  transaction.wrote.delegations += 1;
}

/** True when this ended it; false when it had ended before, by time or by somebody, or never was. */
export async function endDelegation(transaction: Transaction, id: DelegationId, at: number): Promise<boolean> {
  transaction.wrote.delegations += 1;
  const ended = await transaction.database
    .updateTable("delegations")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .where("until", ">", at)
    .executeTakeFirst();
  return ended.numUpdatedRows === 1n;
}

export interface KeptDelegations extends DelegationReads {
  /** To be called after each commit that touched delegations, before anybody hears of it. */
  forget(): void;
}

/** What other processes commit is seen after so long at the latest; what this one commits, at once. */
const keptMs = 1_000;

/** Kept for a moment, since every look at a person asks; a question that failed is not kept. */
export function keptDelegations(database: Database): KeptDelegations {
  let kept: { readonly answer: Promise<readonly Delegation[]>; readonly at: number } | null = null;
  const ask = (at: number): Promise<readonly Delegation[]> => {
    const asked = { answer: notOver(database, at), at };
    kept = asked;
    asked.answer.catch(() => {
      if (kept === asked) kept = null;
    });
    return asked.answer;
  };
  return {
    async inForce(now) {
      // The age counts from the question. One that is asked as of earlier than the last is a new one.
      const isYoung = kept !== null && now >= kept.at && now - kept.at < keptMs;
      const all = await (kept !== null && isYoung ? kept.answer : ask(now));
      return all.filter((one) => one.madeAt <= now && one.until > now);
    },
    forget() {
      kept = null;
    },
  };
}

async function notOver(database: Database, now: number): Promise<readonly Delegation[]> {
  const rows = await database
    .selectFrom("delegations")
    .selectAll()
    .where("ended_at", "is", null)
    .where("until", ">", now)
    .orderBy("until")
    .orderBy("id")
    .execute();
  return rows.map(delegationOf);
}

function delegationOf(row: Tables["delegations"]): Delegation {
  return { ...(JSON.parse(row.body) as Omit<Delegation, "endedAt">), endedAt: row.ended_at };
}
