// What to send next from the rows that are due: per channel in order, one thing at a time, newest of a living message.
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

/** Pure. The rows are the due ones, oldest first; the answer holds at most one sending for each channel. */
export function nextSendings(rows: readonly OutboxRow[]): readonly Sending[] {
  const byChannel = new Map<string, OutboxRow[]>();
  for (const row of [...rows].sort((one, other) => one.id - other.id)) {
    const list = byChannel.get(row.to.channelId);
    if (list === undefined) byChannel.set(row.to.channelId, [row]);
    else list.push(row);
  }
  return [...byChannel.values()].flatMap((list) => {
    const first = list[0];
    return first === undefined ? [] : [sendingOf(first, list)];
  });
}

function sendingOf(first: OutboxRow, list: readonly OutboxRow[]): Sending {
  if (first.living) return newestOf(first, list);
  if (first.lane === "audit") return gathered(first, list);
  return { row: first, message: first.message, alsoSent: [] };
}

function newestOf(first: OutboxRow, list: readonly OutboxRow[]): Sending {
  const same = list.filter((row) => row.living && row.key === first.key);
  const newest = same.at(-1) ?? first;
  return { row: newest, message: newest.message, alsoSent: same.filter((row) => row !== newest).map((row) => row.id) };
}

/** Lines that follow each other in the same place; the first message that is something else ends it. */
function gathered(first: OutboxRow, list: readonly OutboxRow[]): Sending {
  const lines: OutboxRow[] = [];
  let chars = 0;
  for (const row of list) {
    if (row.lane !== "audit" || row.living) break;
    // Lines of other requests are in threads of their own: what comes between there is no matter here.
    if (JSON.stringify(row.to) !== JSON.stringify(first.to)) continue;
    if (row.message.attachments.length > 0) break;
    chars += JSON.stringify(row.message.parts).length;
    if (lines.length > 0 && (chars > gatherChars || lines.length >= gatherMost)) break;
    lines.push(row);
  }
  if (lines.length < 2) return { row: first, message: first.message, alsoSent: [] };
  const parts: Part[] = lines.flatMap((row) => row.message.parts);
  const summary = `${lines.length} events: ${first.message.summary}`;
  return { row: first, message: { summary, parts, attachments: [] }, alsoSent: lines.slice(1).map((row) => row.id) };
}
