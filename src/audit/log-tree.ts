// The Merkle tree over the store's log: reads what is new, checks the chain and the prunings on the way.
import type { Store } from "../core/ports/store.ts";
import { entryOf, firstPlace, placeAfter } from "./entry.ts";
import type { Verifier } from "./note.ts";
import { Coverage } from "./pruning/coverage.ts";
import { MerkleTree } from "./tree.ts";

const page = 500;

export class LogTree {
  readonly #store: Pick<Store, "audit">;
  readonly #verifier: Verifier;
  #tree = new MerkleTree();
  #place = firstPlace;
  #coverage: Coverage;

  constructor(store: Pick<Store, "audit">, verifier: Verifier) {
    this.#store = store;
    this.#verifier = verifier;
    this.#coverage = this.#newCoverage();
  }

  get tree(): MerkleTree {
    return this.#tree;
  }

  /** Why the log is broken where it goes on, or null. Reads page by page, so that others have their turn. */
  async catchUp(): Promise<string | null> {
    for (;;) {
      const stored = await this.#store.audit.lines({ afterSeq: this.#tree.size - 1, limit: page });
      for (const { line } of stored) {
        const wrong = this.#take(line);
        if (wrong !== null) return wrong;
      }
      if (stored.length < page) return this.#coverage.uncoveredByAny()?.why ?? this.#againstHead();
    }
  }

  /** Why words lack that only another key's pruning covers, which nobody has accepted; null when none do. */
  unaccepted(): string | null {
    return this.#coverage.uncovered()?.why ?? null;
  }

  /** Forgets what was read. */
  readAgain(): Promise<string | null> {
    this.#tree = new MerkleTree();
    this.#place = firstPlace;
    this.#coverage = this.#newCoverage();
    return this.catchUp();
  }

  #take(line: string): string | null {
    const { seq } = this.#place;
    const entry = entryOf(line, this.#place);
    if (entry.kind === "bad") return `record ${seq} of the log is missing or was altered`;
    this.#tree.append(entry.leaf);
    this.#place = placeAfter(this.#place, entry);
    if (entry.kind === "whole") return this.#coverage.read(entry.record)?.why ?? null;
    this.#coverage.lacks(seq);
    return null;
  }

  #newCoverage(): Coverage {
    return new Coverage(this.#verifier, (seq) => this.#tree.leaf(seq));
  }

  /** A log that was rolled back under a running process is shorter than what was read of it. */
  async #againstHead(): Promise<string | null> {
    const head = await this.#store.audit.head();
    const size = head === null ? 0 : head.seq + 1;
    return size >= this.#tree.size ? null : `the log held ${this.#tree.size} records and now holds ${size}`;
  }
}
