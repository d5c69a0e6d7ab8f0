// Grants as rows: the JSON document, and columns for what is searched by.
import type { Grant } from "../core/access.ts";
import type { GrantReads } from "../core/ports/store.ts";
import { type Database, statementOf } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function grantReads(database: Database): GrantReads {
  return {
    async get(id) {
      const row = await database.selectFrom("grants").select("body").where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : grantOf(row);
    },
    async list({ states, beneficiaryUserId, limit }) {
      let query = database.selectFrom("grants").select("body");
      // No state at all matches nothing, and no id is null.
      if (states !== undefined)
        query = states.length === 0 ? query.where("id", "is", null) : query.where("state", "in", [...states]);
      if (beneficiaryUserId !== undefined) query = query.where("beneficiary", "=", beneficiaryUserId);
      const rows = await query.orderBy("planned_at", "desc").orderBy("id", "desc").limit(limit).execute();
      return rows.map(grantOf);
    },
  };
}

export function insertGrant(transaction: Transaction, grant: Grant): void {
  transaction.later(statementOf(transaction.database.insertInto("grants").values(rowOf(grant)).compile()));
}

/** True, or false when the stored revision is another one. */
export async function replaceGrant(
  transaction: Transaction,
  of: { readonly next: Grant; readonly expectedRevision: number },
): Promise<boolean> {
  const { next, expectedRevision } = of;
  if (next.revision !== expectedRevision + 1)
    throw new Error(`revision ${next.revision} of grant ${next.id} cannot follow ${expectedRevision}`);
  const { id, ...columns } = rowOf(next);
  const changed = await transaction.database
    .updateTable("grants")
    .set(columns)
    .where("id", "=", id)
    .where("revision", "=", expectedRevision)
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

function rowOf(grant: Grant): Tables["grants"] {
  return {
    id: grant.id,
    state: grant.state,
    beneficiary: grant.beneficiary.userId,
    revision: grant.revision,
    planned_at: grant.plannedAt,
    body: JSON.stringify(grant),
  };
}

function grantOf({ body }: Pick<Tables["grants"], "body">): Grant {
  // Grants of before tokens were made ahead have none that waits.
  return { tokenOf: null, ...(JSON.parse(body) as Omit<Grant, "tokenOf">) } as Grant;
}
