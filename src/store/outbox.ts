// Messages on their way to Slack: put with what causes them, sent later, remembered by key.
import { type RawBuilder, sql } from "kysely";
import type { OutboxMessage, OutboxRow } from "../core/outbox.ts";
import type { OutboxReads } from "../core/ports/store.ts";
import type { Database } from "./dialect.ts";
import { outboxMarks } from "./outbox-marks.ts";
import type { OutboxTableRow } from "./tables.ts";
import type { Transaction, Writes } from "./under-way.ts";

/** So many go in one statement. */
const together = 16;

/**
 * What one transaction puts, in its order. A living message takes the place of its own row that was not sent yet, under a new
 * id: a sender that has the older one in hand marks that one, and the newer is still sent. Place and claim stay: were the
 * newer sent by another process meanwhile, the older could arrive in Slack after it, and stay. So does the doubt whether an
 * earlier one may still arrive.
 */
export function putMessages(transaction: Transaction, messages: readonly OutboxMessage[], now: number): void {
  const rows = newestForms(messages);
  for (let first = 0; first < rows.length; first += together)
    putSome(transaction, rows.slice(first, first + together), now);
}

function putSome(transaction: Transaction, messages: readonly OutboxMessage[], now: number): void {
  const { length } = messages;
  const row = `SELECT value - CAST(? AS BIGINT), value - CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS INTEGER),
      CAST(? AS BIGINT), CAST(? AS BIGINT), 0, NULL, CAST(? AS TEXT), CAST(? AS TEXT), NULL, 0
    FROM counters WHERE name = 'outbox'`;
  transaction.wrote.outbox += length;
  transaction.later(
    { sql: "UPDATE counters SET value = value + ? WHERE name = 'outbox'", params: [length], mustChange: 1 },
    {
      sql: `INSERT INTO outbox (id, position, key, living, created_at, due_at, attempts, dropped, channel, body, claimed_by, claimed_until)
        ${messages.map(() => row).join(" UNION ALL ")}
        ON CONFLICT (key) WHERE living = 1 AND dropped IS NULL
        DO UPDATE SET id = excluded.id, due_at = excluded.due_at, attempts = 0, channel = excluded.channel, body = excluded.body,
          created_at = CASE WHEN outbox.created_at < excluded.created_at THEN outbox.created_at ELSE excluded.created_at END`,
      params: messages.flatMap((message, index) => {
        const before = length - 1 - index;
        return [
          ...[before, before, message.key, message.living ? 1 : 0, now, now],
          ...[message.to.channelId, JSON.stringify(message)],
        ];
      }),
      mustChange: length,
    },
  );
}

/** Of a living message only the form that was put last, where its first one was. */
function newestForms(messages: readonly OutboxMessage[]): readonly OutboxMessage[] {
  const lines = Map.groupBy(messages.entries(), ([index, { key, living }]) => (living ? key : index));
  return [...lines.values()].flatMap((forms) => forms.at(-1)?.[1] ?? []);
}

export interface OutboxOptions {
  readonly holder: string;
  /** Nobody else can have this store open: whoever has a claim besides the holder is dead. */
  readonly exclusive: boolean;
  readonly now: () => number;
}

export function outboxOn(database: Database, writer: Writes, options: OutboxOptions): OutboxReads {
  const { now } = options;
  return {
    async due(now, perChannel, leftOut = []) {
      const { rows } = await firstOfEachChannel(now, perChannel, leftOut).execute(database);
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
    ...outboxMarks(database, writer, options),
  };
}

/**
 * The channels are found by jumping from one to the next in the index, so that a line of many thousand costs no more than its
 * first rows.
 */
function firstOfEachChannel(now: number, perChannel: number, leftOut: readonly string[]): RawBuilder<OutboxTableRow> {
  const others = leftOut.length === 0 ? sql`` : sql`AND channels.channel NOT IN (${sql.join(padded(leftOut))})`;
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
      FROM channels WHERE channels.channel IS NOT NULL ${others}
    ) lines JOIN outbox ON outbox.channel = lines.channel AND outbox.position <= COALESCE(lines.last, ${Number.MAX_SAFE_INTEGER})
    WHERE outbox.dropped IS NULL AND outbox.due_at <= ${now}
    ORDER BY outbox.position`;
}

/** To a power of two, so that few statements are planned. */
function padded(values: readonly string[]): readonly string[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return Array.from({ length }, (_, index) => values[index] ?? values[0] ?? "");
}

function outboxRowOf(row: OutboxTableRow): OutboxRow {
  const message = JSON.parse(row.body) as OutboxMessage;
  return {
    ...message,
    ...{
      id: row.id,
      createdAt: row.created_at,
      attempts: row.attempts,
      dueAt: row.due_at,
      doubtUntil: row.doubt_until,
    },
  };
}
