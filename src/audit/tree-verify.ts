// Checking the tree's proofs without the tree (RFC 9162 sections 2.1.3.2 and 2.1.4.2), and its root while streaming.
import { emptyRoot, hashBytes, nodeHash } from "./tree.ts";

export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** True only when the leaf stands at that index of the tree with that root. */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || ![leaf, root, ...proof].every(isHash)) return false;
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let hash: Uint8Array = leaf;
  for (const step of proof) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      hash = nodeHash(step, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, step);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && isSame(hash, root);
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * True only when the smaller tree is a prefix of the larger one. From the empty tree nothing can be proved, so that is false
 * (as in transparency-dev/merkle and its vectors).
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: Consistency): boolean {
  if (!isCount(from) || !isCount(to) || from === 0 || from > to) return false;
  if (from === to) return proof.length === 0 && isSame(fromRoot, toRoot);
  if (![fromRoot, toRoot, ...proof].every(isHash)) return false;
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let at = BigInt(from) - 1n;
  let last = BigInt(to) - 1n;
  while ((at & 1n) === 1n) {
    at >>= 1n;
    last >>= 1n;
  }
  let older: Uint8Array = first;
  let newer: Uint8Array = first;
  for (const step of path) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      newer = nodeHash(newer, step);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && isSame(older, fromRoot) && isSame(newer, toRoot);
}

/** The right-most frontier of a growing tree: its root at each size, in memory of a few hashes. */
export class Frontier {
  #size = 0;
  /** Complete subtrees from the widest to the narrowest, one per set bit of the size. */
  readonly #peaks: Buffer[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    let node = leaf;
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      const left = this.#peaks.pop();
      if (left === undefined) throw new Error("the frontier lost a peak");
      node = nodeHash(left, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): Buffer {
    const narrow = this.#peaks.at(-1);
    if (narrow === undefined) return emptyRoot;
    return this.#peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), narrow);
  }
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isPowerOfTwo(n: number): boolean {
  return 2 ** Math.floor(Math.log2(n)) === n;
}
