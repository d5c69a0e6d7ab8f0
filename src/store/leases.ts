// Offices that one process holds at a time, each until a moment, so that the death of the holder frees it.
import { statementOf } from "./dialect.ts";
import type { Transaction } from "./under-way.ts";

export interface LeaseQuestion {
  readonly name: string;
  readonly holder: string;
  readonly until: number;
  readonly now: number;
}

/** True when the holder has it until then: nobody had it, its time was over, or it was the holder's already. */
export async function takeLease(transaction: Transaction, of: LeaseQuestion): Promise<boolean> {
  const { name, holder, until, now } = of;
  const taken = await transaction.database
    .insertInto("leases")
    .values({ name, holder, until })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({ holder, until })
        .where(({ eb, or }) => or([eb("leases.until", "<=", now), eb("leases.holder", "=", holder)])),
    )
    .executeTakeFirst();
  return taken.numInsertedOrUpdatedRows === 1n;
}

export function freeLease(transaction: Transaction, name: string, holder: string): void {
  const gone = transaction.database.deleteFrom("leases").where("name", "=", name).where("holder", "=", holder);
  transaction.later(statementOf(gone.compile()));
}
