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
}

/** True when this ended it; false when it had ended before, by time or by somebody, or never was. */
export async function endDelegation(transaction: Transaction, id: DelegationId, at: number): Promise<boolean> {
  const ended = await transaction.database
    .updateTable("delegations")
    .set({ ended_at: at })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .where("until", ">", at)
    .executeTakeFirst();
  return ended.numUpdatedRows === 1n;
}

export function delegationReads(database: Database): DelegationReads {
  return {
    async inForce(now) {
      const rows = await database
        .selectFrom("delegations")
        .selectAll()
        .where("ended_at", "is", null)
        .where("until", ">", now)
        .orderBy("until")
        .orderBy("id")
        .execute();
      return rows.map(delegationOf).filter((one) => one.madeAt <= now);
    },
  };
}

function delegationOf(row: Tables["delegations"]): Delegation {
  return { ...(JSON.parse(row.body) as Omit<Delegation, "endedAt">), endedAt: row.ended_at };
}
