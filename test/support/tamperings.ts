// The ways to tamper with a log, by what an attacker with the database could do, and what verification must name (F4, T25).
import { chainStart, recordOf } from "../../src/audit/chain.ts";
import type { AuditEvent, AuditRecord } from "../../src/core/audit.ts";
import { canonicalJson, digestOf } from "../../src/core/digest.ts";
import type { Json } from "../../src/core/json.ts";
import { eventNumber, linesOf, timeOf } from "../audit/logs.ts";

const parse = (line: string | undefined): AuditRecord => JSON.parse(line ?? "") as AuditRecord;
const text = (record: object): string => canonicalJson(record as Json);
const edited = (line: string | undefined): AuditRecord => {
  const record = parse(line);
  return { ...record, details: { ...record.details, index: -1 } };
};
const rehashed = (record: AuditRecord): AuditRecord => {
  const { hash: _, ...rest } = record;
  return { ...rest, hash: digestOf(rest as unknown as Json) };
};

export interface Tampered {
  readonly lines: readonly string[];
  /** What verification must name; a number means exactly that, otherwise any record up to the first altered one. */
  readonly exactly: number | null;
  readonly upTo: number;
}

export interface Anchored {
  readonly events: readonly AuditEvent[];
  /** Sizes of the log for which there is a checkpoint, the last of them the whole log. */
  readonly anchored: readonly number[];
}

/** `a` and `b` pick the records. */
export type Tamper = (a: number, b: number) => Tampered | null;

export function tamperings({ events, anchored }: Anchored): Readonly<Record<string, Tamper>> {
  const lines = linesOf(events);
  const size = lines.length;
  /** Every event from `at` on goes through `change`, and the chain is computed anew. */
  function forged(at: number, change: (event: AuditEvent, index: number) => readonly AuditEvent[]): readonly string[] {
    return linesOf(events.flatMap((event, index) => (index < at ? [event] : change(event, index))));
  }
  return {
    // Without the last one it is a shorter log.
    delete: (a) => ({ lines: lines.toSpliced(a, 1), exactly: a === size - 1 ? null : a, upTo: a }),
    swap: (a, b) => {
      if (a === b) return null;
      const [one = "", other = ""] = [lines[a], lines[b]];
      return { lines: lines.with(a, other).with(b, one), exactly: Math.min(a, b), upTo: Math.min(a, b) };
    },
    edit: (a) => ({ lines: lines.with(a, text(edited(lines[a]))), exactly: a, upTo: a }),
    "edit and hash again": (a) => ({
      lines: lines.with(a, text(rehashed(edited(lines[a])))),
      // The last record before a checkpoint: it is the checkpoint that misses it, before the next record does.
      exactly: anchored.includes(a + 1) ? null : a + 1,
      upTo: a + 1,
    }),
    "change the time": (a) => ({ lines: lines.with(a, text({ ...parse(lines[a]), at: 1 })), exactly: a, upTo: a }),
    "add a member": (a) => ({ lines: lines.with(a, text({ ...parse(lines[a]), more: 1 })), exactly: a, upTo: a }),
    "write otherwise": (a) => ({
      lines: lines.with(a, JSON.stringify({ ...parse(lines[a]) }, null, 1)),
      exactly: a,
      upTo: a,
    }),
    "a key twice": (a) => ({
      lines: lines.with(a, (lines[a] ?? "").replace('"outcome":"ok"', '"outcome":"refused","outcome":"ok"')),
      exactly: a,
      upTo: a,
    }),
    "flip a character": (a, b) => {
      const line = lines[a] ?? "";
      const at = (b * 31) % line.length;
      const flipped = line.slice(0, at) + (line[at] === "x" ? "y" : "x") + line.slice(at + 1);
      return { lines: lines.with(a, flipped), exactly: a, upTo: a };
    },
    truncate: (a) => ({ lines: lines.slice(0, a), exactly: anchored.findLast((at) => at <= a) ?? 0, upTo: a }),
    "cut the start": (a) => ({ lines: lines.slice(a + 1), exactly: 0, upTo: 0 }),
    duplicate: (a) => ({ lines: lines.toSpliced(a, 0, lines[a] ?? ""), exactly: a + 1, upTo: a + 1 }),
    insert: (a) => {
      const before = a === 0 ? null : parse(lines[a - 1]);
      const record = recordOf(eventNumber(99), { size: a, hash: before?.hash ?? chainStart }, timeOf(a));
      return {
        lines: lines.toSpliced(a, 0, text(record)),
        exactly: anchored.includes(a + 1) ? null : a + 1,
        upTo: a + 1,
      };
    },
    "edit, chain computed anew": (a) => ({
      lines: forged(a, (event, index) => [index === a ? eventNumber(-1) : event]),
      exactly: null,
      upTo: a,
    }),
    "delete, chain computed anew": (a) => ({
      lines: forged(a, (event, index) => (index === a ? [] : [event])),
      exactly: null,
      upTo: a,
    }),
    "insert, chain computed anew": (a) => ({
      lines: forged(a, (event, index) => (index === a ? [eventNumber(-1), event] : [event])),
      exactly: null,
      upTo: a,
    }),
    fork: (a, b) => ({
      lines: forged(a, (event, index) => [{ ...event, details: { fork: index, by: b } }]),
      exactly: null,
      upTo: a,
    }),
    "fork that grew longer": (a) => ({
      lines: linesOf([...events.slice(0, a), ...Array.from({ length: size }, (_, index) => eventNumber(index + 500))]),
      exactly: null,
      upTo: a,
    }),
  };
}
