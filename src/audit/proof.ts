// Proofs that a record is in the log, for whoever has only the record, the proof and the public key (c2sp.org/tlog-proof).
import { openCheckpoint } from "./checkpoint.ts";
import { decode, type Verifier } from "./note.ts";
import { hashBytes, leafHash, type MerkleTree } from "./tree.ts";
import { verifyInclusion } from "./tree-verify.ts";

const header = "c2sp.org/tlog-proof@v1";

/** `note` is the signed checkpoint, verbatim, and `size` what it says. */
export function tlogProof(
  tree: MerkleTree,
  of: { readonly index: number; readonly size: number; readonly note: string },
): string {
  const hashes = tree.inclusionProof(of.index, of.size).map((hash) => `${hash.toString("base64")}\n`);
  return `${header}\nindex ${of.index}\n${hashes.join("")}\n${of.note}`;
}

export type CheckedProof =
  | { readonly kind: "proved"; readonly index: number; readonly size: number }
  | { readonly kind: "not-proved"; readonly why: string };

/** Whether the proof shows that the line (a record as exported, without its newline) stands in the log. */
export function checkTlogProof(proof: string, line: string, verifier: Verifier): CheckedProof {
  const parsed = parse(proof);
  if (parsed === null) return { kind: "not-proved", why: "the file is not a tlog-proof" };
  const opened = openCheckpoint(parsed.note, verifier);
  if (opened.kind === "bad") return { kind: "not-proved", why: `the proof's checkpoint does not count: ${opened.why}` };
  const { size, root } = opened.checkpoint;
  const { index, hashes } = parsed;
  if (verifyInclusion({ leaf: leafHash(line), index, size, proof: hashes, root })) {
    return { kind: "proved", index, size };
  }
  return { kind: "not-proved", why: `the record is not number ${index} of the log's first ${size}` };
}

interface ParsedProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly note: string;
}

function parse(proof: string): ParsedProof | null {
  const end = proof.indexOf("\n\n");
  if (end < 0) return null;
  const [first, ...lines] = proof.slice(0, end).split("\n");
  if (first !== header) return null;
  // Extra data is not authenticated and means nothing here.
  if (lines[0]?.startsWith("extra ") === true) lines.shift();
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "")?.[1];
  const hashes = lines.map(decode);
  if (index === undefined || !hashes.every((hash) => hash !== null && hash.length === hashBytes)) return null;
  return { index: Number(index), hashes: hashes.filter((hash) => hash !== null), note: proof.slice(end + 2) };
}
