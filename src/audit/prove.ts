// Proofs for one request: each of its records with a tlog-proof against the newest checkpoint that covers it.
import type { AuditRecord } from "../core/audit.ts";
import type { RequestId } from "../core/ids.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { prunedLeaf } from "./entry.ts";
import type { Verifier } from "./note.ts";
import { tlogProof } from "./proof.ts";
import { leafHash, MerkleTree } from "./tree.ts";
import type { Lines } from "./verify.ts";

export interface ProvedRecord {
  readonly seq: number;
  readonly code: string;
  /** The record as exported. */
  readonly line: string;
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
}

export type Proved =
  | {
      readonly kind: "proved";
      readonly records: readonly ProvedRecord[];
      /** Records of the request that no checkpoint covers yet. */
      readonly uncovered: number;
    }
  | { readonly kind: "refused"; readonly why: string };

/** Reads the log once. Refuses when no checkpoint counts, or when the log does not have the root that it names. */
export async function proveRequest(of: {
  readonly request: RequestId;
  readonly lines: Lines;
  readonly checkpoints: readonly string[];
  readonly verifier: Verifier;
}): Promise<Proved> {
  const anchor = largest(of.checkpoints, of.verifier);
  if (anchor === null) return { kind: "refused", why: "no checkpoint of this log counts under this key" };
  const tree = new MerkleTree();
  const found: { readonly record: AuditRecord; readonly line: string }[] = [];
  let pruned = 0;
  for await (const line of of.lines) {
    const entry = read(line);
    if (entry.record === null) pruned += 1;
    else if (entry.record.request === of.request) found.push({ record: entry.record, line });
    if (tree.size < anchor.checkpoint.size) tree.append(entry.leaf);
  }
  const { size, root } = anchor.checkpoint;
  if (tree.size < size || !tree.root(size).equals(root)) {
    return { kind: "refused", why: `the log does not fit its checkpoint of ${size} records: verify it first` };
  }
  if (found.length === 0)
    return { kind: "refused", why: `the log holds no record of ${of.request}${prunedWords(pruned)}` };
  const covered = found.filter(({ record }) => record.seq < size);
  const records = covered.map(({ record, line }) => ({
    seq: record.seq,
    code: record.code,
    line,
    proof: tlogProof(tree, { index: record.seq, size, note: anchor.note }),
  }));
  return { kind: "proved", records, uncovered: found.length - covered.length };
}

function read(line: string): { readonly record: AuditRecord | null; readonly leaf: Buffer } {
  const leaf = prunedLeaf(line);
  return leaf === null ? { record: JSON.parse(line) as AuditRecord, leaf: leafHash(line) } : { record: null, leaf };
}

function prunedWords(pruned: number): string {
  if (pruned === 0) return "";
  return `; ${pruned} records were pruned: name the archive that has their words with --archive DIR, or keep to the proofs that were made before`;
}

function largest(
  notes: readonly string[],
  verifier: Verifier,
): { readonly note: string; readonly checkpoint: Checkpoint } | null {
  let best: { readonly note: string; readonly checkpoint: Checkpoint } | null = null;
  for (const note of notes) {
    const opened = openCheckpoint(note, verifier);
    if (opened.kind === "bad") continue;
    if (best === null || opened.checkpoint.size > best.checkpoint.size) best = { note, checkpoint: opened.checkpoint };
  }
  return best;
}
