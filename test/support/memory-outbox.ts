// The outbox part of a store in memory, with the rules of its port, for tests of what sends it.
import type { OutboxMessage, OutboxRow, SentMessage } from "../../src/core/outbox.ts";
import type { OutboxReads } from "../../src/core/ports/store.ts";

export interface MemoryOutbox extends OutboxReads {
  put(message: OutboxMessage, now: number): number;
  /** Puts a row back as it was, as when the process ended before it could be marked. */
  restore(row: OutboxRow): void;
  readonly waiting: () => readonly OutboxRow[];
  readonly dropped: ReadonlyMap<number, string>;
  readonly sentRows: readonly number[];
}

export function memoryOutbox(): MemoryOutbox {
  const rows = new Map<number, OutboxRow>();
  const sent = new Map<string, SentMessage>();
  const dropped = new Map<number, string>();
  const sentRows: number[] = [];
  let last = 0;
  return {
    put: (message, now) => {
      last += 1;
      rows.set(last, { ...message, id: last, createdAt: now, attempts: 0, dueAt: now, doubtUntil: 0 });
      return last;
    },
    restore: (row) => {
      rows.set(row.id, row);
      sent.delete(row.key);
    },
    waiting: () => [...rows.values()],
    dropped,
    sentRows,
    due: async (now, perChannel, leftOut = []) => {
      const lines = Map.groupBy(
        [...rows.values()].filter(({ to }) => !leftOut.includes(to.channelId)),
        ({ to }) => to.channelId,
      );
      const first = [...lines.values()].flatMap((line) => line.filter((row) => row.dueAt <= now).slice(0, perChannel));
      return first.sort((one, other) => one.id - other.id);
    },
    sent: async (key) => sent.get(key) ?? null,
    keyOf: async (channelId, ts) =>
      [...sent.values()].find((one) => one.channelId === channelId && one.ts === ts)?.key ?? null,
    claim: async (ids) => (ids.every((id) => rows.has(id)) ? "claimed" : "refused"),
    markSent: async (ids, one, { again }) => {
      for (const id of ids) {
        const row = rows.get(id);
        if (row === undefined) continue;
        rows.delete(id);
        sentRows.push(id);
        if (!sent.has(row.key) || row.living) sent.set(row.key, { ...one, key: row.key });
        const { at } = again ?? {};
        if (again?.row === id && at !== undefined)
          rows.set(id, { ...row, dueAt: at, createdAt: at, doubtUntil: at, attempts: 0 });
      }
    },
    markLater: async ({ id }, { dueAt, doubtUntil }) => {
      const row = rows.get(id);
      if (row === undefined) return;
      rows.set(id, { ...row, dueAt, attempts: row.attempts + 1, doubtUntil: doubtUntil ?? row.doubtUntil });
    },
    markDropped: async (id, reason) => {
      rows.delete(id);
      dropped.set(id, reason);
    },
    backlog: async () => ({
      count: rows.size,
      oldestCreatedAt: rows.size === 0 ? null : Math.min(...[...rows.values()].map((row) => row.createdAt)),
    }),
  };
}
