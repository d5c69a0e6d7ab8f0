// Links of accounts to subjects as rows: unique among those that have not ended, which the database itself holds.
import type { LinkReads } from "../core/ports/store.ts";
import type { AccountLink } from "../core/sign-in.ts";
import { countChange } from "./changes.ts";
import type { Database } from "./dialect.ts";
import type { LinkRow } from "./tables.ts";
import type { Transaction } from "./under-way.ts";

export function linkReads(database: Database): LinkReads {
  return {
    async all() {
      const rows = await database.selectFrom("links").select("body").orderBy("linked_at").orderBy("id").execute();
      return rows.map(({ body }) => JSON.parse(body) as AccountLink);
    },
  };
}

/** False when the account or the subject has another link that has not ended. */
export async function insertLink(transaction: Transaction, link: AccountLink): Promise<boolean> {
  const inserted = await transaction.database
    .insertInto("links")
    .values(rowOf(link))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  countChange(transaction, "links");
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** True, or false when the stored revision is another one or the link has ended. */
export async function replaceLink(
  transaction: Transaction,
  next: AccountLink,
  expectedRevision: number,
): Promise<boolean> {
  if (next.revision !== expectedRevision + 1) {
    throw new Error(`revision ${next.revision} of link ${next.id} cannot follow ${expectedRevision}`);
  }
  const { body, revision, ended_at } = rowOf(next);
  const changed = await transaction.database
    .updateTable("links")
    .set({ body, revision, ended_at })
    .where("id", "=", next.id)
    .where("revision", "=", expectedRevision)
    .where("ended_at", "is", null)
    .where("team_id", "=", next.account.teamId)
    .where("user_id", "=", next.account.userId)
    .where("issuer", "=", next.link.issuer)
    .where("subject", "=", next.link.subject)
    .executeTakeFirst();
  countChange(transaction, "links");
  return changed.numUpdatedRows === 1n;
}

function rowOf(link: AccountLink): LinkRow {
  return {
    id: link.id,
    team_id: link.account.teamId,
    user_id: link.account.userId,
    issuer: link.link.issuer,
    subject: link.link.subject,
    linked_at: link.link.linkedAt,
    ended_at: link.endedAt,
    revision: link.revision,
    body: JSON.stringify(link),
    pruned: 0,
  };
}
