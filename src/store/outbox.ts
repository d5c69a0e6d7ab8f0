// Messages on their way to Slack: put with what causes them, sent later, remembered by key.
import { type RawBuilder, sql } from "kysely";
import type { OutboxMessage, OutboxRow } from "../core/outbox.ts";
import type { OutboxReads } from "../core/ports/store.ts";
import type { Database } from "./dialect.ts";
import { outboxMarks } from "./outbox-marks.ts";
import type { OutboxTableRow } from "./tables.ts";
import type { Transaction, Writes } from "./under-way.ts";

/**
 * A living message takes the place of its own row that was not sent yet, under a new id: a sender that has the older one
 * in hand marks that one, and the newer is still sent. Its claim is handed down: were the newer sent by another process
 * meanwhile, the older could arrive in Slack after it, and stay. So is the doubt whether an earlier one may still arrive.
 */
export function putMessage(transaction: Transaction, message: OutboxMessage, now: number): void {
  const body = JSON.stringify(message);
  const living = message.living ? 1 : 0;
  transaction.wrote.outbox += 1;
  transaction.later(
    { sql: "UPDATE counters SET value = value + 1 WHERE name = 'outbox'", params: [], mustChange: 1 },
    {
      sql: `INSERT INTO outbox (id, position, key, living, created_at, due_at, attempts, dropped, channel, body, claimed_by, claimed_until,
          doubt_until)
        SELECT counters.value,
          COALESCE((SELECT MIN(older.position) FROM outbox older
            WHERE older.key = ? AND older.living = 1 AND older.dropped IS NULL AND ? = 1), counters.value),
          ?, ?,
          COALESCE((SELECT MIN(older.created_at) FROM outbox older
            WHERE older.key = ? AND older.living = 1 AND older.dropped IS NULL AND ? = 1 AND older.created_at <= ?), ?),
          ?, 0, NULL, ?, ?,
          (SELECT older.claimed_by FROM outbox older
            WHERE older.key = ? AND older.living = 1 AND older.dropped IS NULL AND ? = 1 ORDER BY older.id DESC LIMIT 1),
          COALESCE((SELECT older.claimed_until FROM outbox older
            WHERE older.key = ? AND older.living = 1 AND older.dropped IS NULL AND ? = 1 ORDER BY older.id DESC LIMIT 1), 0),
          COALESCE((SELECT MAX(older.doubt_until) FROM outbox older
            WHERE older.key = ? AND older.living = 1 AND older.dropped IS NULL AND ? = 1), 0)
        FROM counters WHERE counters.name = 'outbox'`,
      params: [
        ...[message.key, living, message.key, living],
        ...[message.key, living, now, now, now, message.to.channelId, body],
        ...[message.key, living, message.key, living, message.key, living],
      ],
      mustChange: 1,
    },
  );
  if (message.living) {
    transaction.later({
      sql: `DELETE FROM outbox WHERE key = ? AND living = 1 AND dropped IS NULL
        AND id < (SELECT value FROM counters WHERE name = 'outbox')`,
      params: [message.key],
    });
  }
}

export interface OutboxOptions {
  readonly holder: string;
  readonly now: () => number;
}

export function outboxOn(database: Database, writer: Writes, { holder, now }: OutboxOptions): OutboxReads {
  return {
    async due(now, perChannel) {
      const { rows } = await firstOfEachChannel(now, perChannel).execute(database);
      return rows.map(outboxRowOf);
    },
    async sent(key) {
      const row = await database.selectFrom("sent").selectAll().where("key", "=", key).executeTakeFirst();
      return row === undefined ? null : { key: row.key, channelId: row.channel, ts: row.ts, sentAt: row.sent_at };
    },
    async keyOf(channelId, ts) {
      const row = await database
        .selectFrom("sent")
        .select("key")
        .where("channel", "=", channelId)
        .where("ts", "=", ts)
        .executeTakeFirst();
      return row?.key ?? null;
    },
    async backlog() {
      const row = await database
        .selectFrom("outbox")
        .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("created_at").as("oldest")])
        .where("dropped", "is", null)
        .where("created_at", "<=", now())
        .executeTakeFirstOrThrow();
      return { count: Number(row.count), oldestCreatedAt: row.oldest };
    },
    ...outboxMarks(database, writer, { holder, now }),
  };
}

/**
 * The channels are found by jumping from one to the next in the index, so that a line of many thousand costs no more than its
 * first rows.
 */
function firstOfEachChannel(now: number, perChannel: number): RawBuilder<OutboxTableRow> {
  return sql<OutboxTableRow>`
    WITH RECURSIVE channels (channel) AS (
      SELECT MIN(channel) FROM outbox WHERE dropped IS NULL
      UNION ALL
      SELECT (SELECT MIN(next.channel) FROM outbox next WHERE next.dropped IS NULL AND next.channel > channels.channel)
      FROM channels WHERE channels.channel IS NOT NULL
    )
    SELECT outbox.* FROM (
      SELECT channels.channel, (
        SELECT last.position FROM outbox last
        WHERE last.channel = channels.channel AND last.dropped IS NULL AND last.due_at <= ${now}
        ORDER BY last.position LIMIT 1 OFFSET ${perChannel - 1}
      ) AS last
      FROM channels WHERE channels.channel IS NOT NULL
    ) lines JOIN outbox ON outbox.channel = lines.channel AND outbox.position <= COALESCE(lines.last, ${Number.MAX_SAFE_INTEGER})
    WHERE outbox.dropped IS NULL AND outbox.due_at <= ${now}
    ORDER BY outbox.position`;
}

function outboxRowOf(row: OutboxTableRow): OutboxRow {
  const message = JSON.parse(row.body) as OutboxMessage;
  return {
    ...message,
    id: row.id,
    createdAt: row.created_at,
    attempts: row.attempts,
    dueAt: row.due_at,
    doubtUntil: row.doubt_until,
  };
}
