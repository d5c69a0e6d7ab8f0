// The Merkle tree of RFC 9162 section 2.1: leaf and node hashes, roots, and both kinds of proof.
import { hash } from "node:crypto";

export const hashBytes = 32;

/** MTH of no leaves: the SHA-256 of nothing. */
export const emptyRoot: Buffer = hash("sha256", "", "buffer");

/** HASH(0x00 || data); the data is text, as every leaf here is a line of JSON. */
export function leafHash(line: string): Buffer {
  return hash("sha256", `\u0000${line}`, "buffer");
}

const pair = Buffer.alloc(1 + 2 * hashBytes, 1);

/** HASH(0x01 || left || right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + hashBytes);
  return hash("sha256", pair, "buffer");
}

/**
 * A growing tree that keeps the hash of every complete subtree: 64 bytes a leaf; an append costs two hashes on average,
 * a root or a proof of any earlier size a few dozen.
 */
export class MerkleTree {
  /** Level 0 holds the leaves, level k the subtrees of 2^k of them. */
  readonly #levels: Row[] = [new Row()];

  get size(): number {
    return this.#level(0).count;
  }

  append(leaf: Uint8Array): void {
    let level = 0;
    let node = leaf;
    for (;;) {
      const row = this.#level(level);
      row.push(node);
      if (row.count % 2 === 1) return;
      node = nodeHash(row.at(row.count - 2), row.at(row.count - 1));
      level += 1;
      if (this.#levels.length === level) this.#levels.push(new Row());
    }
  }

  leaf(index: number): Buffer {
    return this.#level(0).at(index);
  }

  /** The root over the first `size` leaves. */
  root(size = this.size): Buffer {
    this.#mustHold(size);
    return size === 0 ? emptyRoot : this.#subtree(0, size);
  }

  /** From the leaf's sibling up (RFC 9162 section 2.1.3.1). */
  inclusionProof(index: number, size = this.size): readonly Buffer[] {
    this.#mustHold(size);
    if (!Number.isInteger(index) || index < 0 || index >= size)
      throw new Error(`no leaf ${index} in a tree of ${size}`);
    return this.#path(index, 0, size);
  }

  /** That the tree of `from` leaves is a prefix of the one of `to` leaves (section 2.1.4.1); empty when either is trivial. */
  consistencyProof(from: number, to = this.size): readonly Buffer[] {
    this.#mustHold(to);
    if (!Number.isInteger(from) || from < 0 || from > to) throw new Error(`no tree of ${from} leaves in one of ${to}`);
    if (from === 0 || from === to) return [];
    return this.#subproof(from, { start: 0, end: to, whole: true });
  }

  #path(index: number, start: number, end: number): readonly Buffer[] {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...this.#path(index, start, middle), this.#subtree(middle, end)]
      : [...this.#path(index, middle, end), this.#subtree(start, middle)];
  }

  #subproof(from: number, of: { readonly start: number; readonly end: number; readonly whole: boolean }): Buffer[] {
    const { start, end, whole } = of;
    if (from === end) return whole ? [] : [this.#subtree(start, end)];
    const middle = start + splitOf(end - start);
    return from <= middle
      ? [...this.#subproof(from, { start, end: middle, whole }), this.#subtree(middle, end)]
      : [...this.#subproof(from, { start: middle, end, whole: false }), this.#subtree(start, middle)];
  }

  #subtree(start: number, end: number): Buffer {
    const width = end - start;
    if (isPowerOfTwo(width)) return this.#level(Math.log2(width)).at(start / width);
    const middle = start + splitOf(width);
    return nodeHash(this.#subtree(start, middle), this.#subtree(middle, end));
  }

  #level(level: number): Row {
    const row = this.#levels[level];
    if (row === undefined) throw new Error(`the tree has no level ${level}`);
    return row;
  }

  #mustHold(size: number): void {
    if (!Number.isInteger(size) || size < 0 || size > this.size) {
      throw new Error(`the tree holds ${this.size} leaves, not ${size}`);
    }
  }
}

/** The largest power of two smaller than n, for n of at least 2. */
function splitOf(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}

function isPowerOfTwo(n: number): boolean {
  return 2 ** Math.floor(Math.log2(n)) === n;
}

const nodesOfPiece = 256;

/** Hashes one after another, in pieces of 8 KiB: it grows by one of them, and nothing is copied. */
export class Row {
  count = 0;
  readonly #pieces: Buffer[] = [];

  push(node: Uint8Array): void {
    const place = this.count % nodesOfPiece;
    if (place === 0) this.#pieces.push(Buffer.alloc(nodesOfPiece * hashBytes));
    this.#pieces.at(-1)?.set(node, place * hashBytes);
    this.count += 1;
  }

  at(index: number): Buffer {
    const piece = this.#pieces[Math.floor(index / nodesOfPiece)];
    if (piece === undefined || index >= this.count) throw new Error(`no node ${index} among ${this.count}`);
    const start = (index % nodesOfPiece) * hashBytes;
    return Buffer.from(piece.subarray(start, start + hashBytes));
  }
}
