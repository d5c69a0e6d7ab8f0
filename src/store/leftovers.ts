// What is over and has no document of its own: found by its age, and taken a few rows at a time.
import { type RawBuilder, sql } from "kysely";
import type { LeftoverReads, Leftovers } from "../core/ports/pruning.ts";
import type { AccountLink } from "../core/sign-in.ts";
import { countChange } from "./changes.ts";
import { type Database, statementOf } from "./dialect.ts";
import { digestedOf } from "./digests.ts";
import type { Transaction } from "./under-way.ts";

const endedLinks = (before: number) => sql`ended_at IS NOT NULL AND ended_at < ${before} AND pruned = 0`;

const endedDelegations = (before: number) => sql`until < ${before} OR (ended_at IS NOT NULL AND ended_at < ${before})`;

const unsent = (before: number) => sql`dropped IS NOT NULL AND created_at < ${before}`;

/** The card of a request that has its document is known for as long as that. */
const sentLong = (before: number) => sql`sent_at < ${before} AND NOT EXISTS (
  SELECT 1 FROM requests WHERE requests.card_channel = sent.channel AND requests.card_ts = sent.ts)`;

const page = 500;

export function leftoverReads(database: Database): LeftoverReads {
  const count = async (from: RawBuilder<unknown>): Promise<number> => {
    const { rows } = await sql<{ count: number }>`SELECT COUNT(*) AS count FROM ${from}`.execute(database);
    return Number(rows[0]?.count ?? 0);
  };
  return {
    async count(before): Promise<Leftovers> {
      return {
        links: await count(sql`links WHERE ${endedLinks(before)}`),
        delegations: await count(sql`delegations WHERE ${endedDelegations(before)}`),
        digests: (await oldDigests(database, before, Number.MAX_SAFE_INTEGER)).length,
        unsent: await count(sql`outbox WHERE ${unsent(before)}`),
        sent: await count(sql`sent WHERE ${sentLong(before)}`),
      };
    },
  };
}

/** At most so many of each kind; how many there were in all, so that 0 means that none is left. */
export async function pruneLeftovers(transaction: Transaction, before: number, limit: number): Promise<number> {
  const { database } = transaction;
  const gone = async (statement: RawBuilder<unknown>): Promise<number> =>
    Number((await statement.execute(database)).numAffectedRows ?? 0);
  const delegations = await gone(
    sql`DELETE FROM delegations WHERE id IN (SELECT id FROM delegations WHERE ${endedDelegations(before)} LIMIT ${limit})`,
  );
  transaction.wrote.delegations += delegations;
  return (
    delegations +
    (await emptyLinks(transaction, before, limit)) +
    (await dropDigests(transaction, before, limit)) +
    (await gone(sql`DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ${unsent(before)} LIMIT ${limit})`)) +
    (await gone(
      sql`DELETE FROM sent WHERE key IN (SELECT key FROM sent WHERE ${sentLong(before)} ORDER BY sent_at LIMIT ${limit})`,
    ))
  );
}

/** That the two are of one human stays for ever, whatever ended: what the provider said of them goes (R10). */
async function emptyLinks(transaction: Transaction, before: number, limit: number): Promise<number> {
  const { database } = transaction;
  const { rows } = await sql<{ body: string }>`
    SELECT body FROM links WHERE ${endedLinks(before)} LIMIT ${limit}`.execute(database);
  for (const { body } of rows) {
    const link = JSON.parse(body) as AccountLink;
    const revision = link.revision + 1;
    const left = { ...link, link: { ...link.link, claims: {}, groups: [] }, revision } satisfies AccountLink;
    const columns = { body: JSON.stringify(left), revision, pruned: 1 };
    const change = database.updateTable("links").set(columns).where("id", "=", link.id);
    transaction.later(statementOf(change.where("revision", "=", link.revision).compile(), 1));
  }
  if (rows.length > 0) countChange(transaction, "links");
  return rows.length;
}

async function dropDigests(transaction: Transaction, before: number, limit: number): Promise<number> {
  const old = await oldDigests(transaction.database, before, limit);
  if (old.length > 0) await transaction.database.deleteFrom("digests").where("user_id", "in", old).execute();
  return old.length;
}

/** Of people who have nothing waiting, and had nothing for so long. One row a person: they are looked through. */
async function oldDigests(database: Database, before: number, limit: number): Promise<readonly string[]> {
  const old: string[] = [];
  for (let after = ""; old.length < limit; ) {
    const quiet = database.selectFrom("digests").selectAll().where("quiet", "=", 1).where("user_id", ">", after);
    const rows = (await quiet.orderBy("user_id").limit(page).execute()).map(digestedOf);
    const found = rows.filter(({ openedAt, pingedAt }) => Math.max(openedAt, pingedAt) < before);
    old.push(...found.slice(0, limit - old.length).map(({ userId }) => userId));
    after = rows.at(-1)?.userId ?? after;
    if (rows.length < page) break;
  }
  return old;
}
