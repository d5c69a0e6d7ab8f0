// One line of a log: a whole record, or what is left of one whose words were pruned.
import type { AuditRecord } from "../core/audit.ts";
import { canonicalJson } from "../core/digest.ts";
import { chainStart, hashedAgain } from "./chain.ts";
import { leafHash } from "./tree.ts";

export type Entry =
  | { readonly kind: "whole"; readonly record: AuditRecord; readonly leaf: Buffer }
  | { readonly kind: "pruned"; readonly leaf: Buffer }
  /** `why`: "Record 7 …". */
  | { readonly kind: "bad"; readonly why: string };

/** Where the next line belongs: its number, and the hash of the record before; null after a pruned one, which has none. */
export interface Place {
  readonly seq: number;
  readonly previous: string | null;
}

export const firstPlace: Place = { seq: 0, previous: chainStart };

export function placeAfter({ seq }: Place, entry: Exclude<Entry, { kind: "bad" }>): Place {
  return { seq: seq + 1, previous: entry.kind === "whole" ? entry.record.hash : null };
}

/** What a record's line becomes: the hash of the leaf that it was, and its number. */
export function prunedLine(seq: number, leaf: Uint8Array): string {
  return canonicalJson({ seq, leaf: `sha256:${Buffer.from(leaf).toString("hex")}` });
}

/** Its number, when the line is that of a pruned record, in exactly that form; null otherwise. */
export function prunedSeq(line: string): number | null {
  const seq = prunedForm.exec(line)?.[2];
  return seq === undefined ? null : Number(seq);
}

/** The leaf of a pruned record's line; null of any other line. */
export function prunedLeaf(line: string): Buffer | null {
  const leaf = prunedForm.exec(line)?.[1];
  return leaf === undefined ? null : Buffer.from(leaf, "hex");
}

const prunedForm = /^\{"leaf":"sha256:([0-9a-f]{64})","seq":(0|[1-9][0-9]{0,15})\}$/;

/** Reads the line that stands at that place: its own hash, its link to the one before, its form to the byte. */
export function entryOf(line: string, place: Place): Entry {
  const pruned = prunedForm.exec(line);
  if (pruned !== null) {
    const [, leaf = "", seq] = pruned;
    const bad = misplaced(Number(seq), place);
    return bad ?? { kind: "pruned", leaf: Buffer.from(leaf, "hex") };
  }
  const record = parse(line);
  if (record === null) return badAt(place, "is not a record");
  return wrongOf(record, line, place) ?? { kind: "whole", record, leaf: leafHash(line) };
}

function wrongOf(record: AuditRecord, line: string, place: Place): Entry | null {
  const bad = misplaced(record.seq, place);
  if (bad !== null) return bad;
  const follows = place.previous === null || record.previous === place.previous;
  if (!follows) return badAt(place, "does not follow the record before it");
  const again = hashAgain(record);
  if (again === null || again.hash !== record.hash) return badAt(place, "does not have the hash that it names");
  return again.line === line ? null : badAt(place, "is not in canonical form");
}

function misplaced(seq: unknown, place: Place): Entry | null {
  if (seq === place.seq) return null;
  return badAt(place, `stands where number ${place.seq} belongs, and calls itself ${String(seq)}`);
}

function badAt({ seq }: Place, says: string): Entry {
  return { kind: "bad", why: `Record ${seq} ${says}` };
}

function parse(line: string): AuditRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as AuditRecord) : null;
  } catch {
    return null;
  }
}

function hashAgain(record: AuditRecord): ReturnType<typeof hashedAgain> | null {
  try {
    return hashedAgain(record);
  } catch {
    return null;
  }
}
