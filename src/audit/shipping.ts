// The log on its way to another keeper: in order, in batches, each known to have arrived before the next is sent.
import type { AuditRecord } from "../core/audit.ts";
import { prunedSeq } from "./entry.ts";
import type { Lines } from "./verify.ts";

export interface ShippedRecord {
  readonly seq: number;
  /** null of one whose words were pruned before they were sent: only its leaf is left. */
  readonly record: AuditRecord | null;
  /** The canonical line: the bytes that are hashed and proved. */
  readonly line: string;
}

export interface Batch {
  readonly first: number;
  readonly last: number;
  readonly records: readonly ShippedRecord[];
}

export interface LogSink {
  /** For people. */
  readonly title: string;
  /** Resolves when the batch is taken; the same batch twice does no harm. Throws with why otherwise. */
  send(batch: Batch): Promise<void>;
  close(): Promise<void>;
}

export interface Shipment {
  readonly lines: Lines;
  /** The last record that arrived before, or -1. */
  readonly after: number;
  readonly sink: LogSink;
  /** Called after each batch that arrived: whoever keeps the place writes it down now. */
  readonly arrived: (last: number) => void;
}

const batchRecords = 500;
const batchBytes = 1_000_000;

/**
 * How many records were sent. At least once: a batch that arrived and was not written down is sent again. Throws when a record
 * does not follow the one before, so that a gap is never shipped as if it were none.
 */
export async function ship({ lines, after, sink, arrived }: Shipment): Promise<number> {
  let sent = 0;
  let records: ShippedRecord[] = [];
  let bytes = 0;
  let seq = -1;
  const flush = async (): Promise<void> => {
    const [first] = records;
    if (first === undefined) return;
    await sink.send({ first: first.seq, last: seq, records });
    arrived(seq);
    sent += records.length;
    records = [];
    bytes = 0;
  };
  for await (const line of lines) {
    const pruned = prunedSeq(line);
    const record = pruned === null ? (JSON.parse(line) as AuditRecord) : null;
    if ((record?.seq ?? pruned) !== seq + 1)
      throw new Error(`record ${seq + 1} of the log is missing: nothing after it is sent`);
    seq += 1;
    if (seq <= after) continue;
    records.push({ seq, record, line });
    bytes += Buffer.byteLength(line);
    if (records.length >= batchRecords || bytes >= batchBytes) await flush();
  }
  if (seq < after)
    throw new Error(`${after + 1} records were sent before, and the log holds ${seq + 1}: is it another log?`);
  await flush();
  return sent;
}
