// What to send next from the rows that are due: each line in order, one thing at a time, newest of a living message.
import type { Message, Part } from "../../../core/message.ts";
import type { OutboxRow } from "../../../core/outbox.ts";

/** One thing to send: a row, with the rows that it stands for besides itself. */
export interface Sending {
  readonly row: OutboxRow;
  readonly message: Message;
  /** Older rows of the same living message, or the other audit lines in it: sent with it. */
  readonly alsoSent: readonly number[];
}

/** Audit lines that go into one message at most, and about how many characters. */
const gatherMost = 30;
const gatherChars = 6_000;

/** An audit line waits so long for those that follow from the same cause: one message in place of many, and one write that says so. */
const gatherMs = 500;

/** From when on it may be sent. */
export function gatheredAt({ row, alsoSent }: Sending): number {
  return row.lane === "audit" && alsoSent.length + 1 < gatherMost ? row.createdAt + gatherMs : row.createdAt;
}

/** What is in one line goes out in its order, one thing at a time; lines go on side by side, so that one slow message holds up its own. */
export function lineOf({ living, key, to }: Pick<OutboxRow, "living" | "key" | "to">): string {
  if (living) return `message ${key}`;
  if (to.thread === null) return `channel ${to.channelId}`;
  return `thread ${to.channelId} ${"ts" in to.thread ? to.thread.ts : to.thread.key}`;
}

/** Pure. The rows are the due ones, oldest first; the answer holds at most one sending for each line. */
export function nextSendings(rows: readonly OutboxRow[]): readonly Sending[] {
  const lines = Map.groupBy(
    [...rows].sort((one, other) => one.id - other.id),
    lineOf,
  );
  return [...lines.values()].flatMap((line) => {
    const first = line[0];
    return first === undefined ? [] : [sendingOf(first, line)];
  });
}

function sendingOf(first: OutboxRow, list: readonly OutboxRow[]): Sending {
  if (first.living) return newestOf(list);
  if (first.lane === "audit") return gathered(first, list);
  return { row: first, message: first.message, alsoSent: [] };
}

function newestOf(same: readonly OutboxRow[]): Sending {
  const [newest, ...older] = same.toReversed();
  if (newest === undefined) throw new Error("a line without rows");
  return { row: newest, message: newest.message, alsoSent: older.map(({ id }) => id) };
}

/** Lines that follow each other in the same place; the first message that is something else ends it. */
function gathered(first: OutboxRow, list: readonly OutboxRow[]): Sending {
  const lines: OutboxRow[] = [];
  let chars = 0;
  for (const row of list) {
    const samePlace = JSON.stringify(row.to) === JSON.stringify(first.to);
    if (row.lane !== "audit" || !samePlace || row.message.attachments.length > 0) break;
    chars += JSON.stringify(row.message.parts).length;
    if (lines.length > 0 && (chars > gatherChars || lines.length >= gatherMost)) break;
    lines.push(row);
  }
  if (lines.length < 2) return { row: first, message: first.message, alsoSent: [] };
  const parts: Part[] = lines.flatMap((row) => row.message.parts);
  const summary = `${lines.length} events: ${first.message.summary}`;
  return { row: first, message: { summary, parts, attachments: [] }, alsoSent: lines.slice(1).map((row) => row.id) };
}
