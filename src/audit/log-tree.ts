// The Merkle tree over the store's log: reads what is new, checks the chain on the way.
import type { Store } from "../core/ports/store.ts";
import { chainStart, hashedAgain } from "./chain.ts";
import { leafHash, MerkleTree } from "./tree.ts";

const page = 500;

export class LogTree {
  readonly #store: Pick<Store, "audit">;
  #tree = new MerkleTree();
  #last: string = chainStart;

  constructor(store: Pick<Store, "audit">) {
    this.#store = store;
  }

  get tree(): MerkleTree {
    return this.#tree;
  }

  /** Why the log is broken where it goes on, or null. Reads page by page, so that others have their turn. */
  async catchUp(): Promise<string | null> {
    for (;;) {
      const records = await this.#store.audit.list({ afterSeq: this.#tree.size - 1, limit: page });
      for (const record of records) {
        const { hash, line } = hashedAgain(record);
        const follows = record.seq === this.#tree.size && record.previous === this.#last && record.hash === hash;
        if (!follows) return `record ${this.#tree.size} of the log is missing or was altered`;
        this.#tree.append(leafHash(line));
        this.#last = record.hash;
      }
      if (records.length < page) return this.#againstHead();
    }
  }

  /** Forgets what was read. */
  readAgain(): Promise<string | null> {
    this.#tree = new MerkleTree();
    this.#last = chainStart;
    return this.catchUp();
  }

  /** A log that was rolled back under a running process is shorter than what was read of it. */
  async #againstHead(): Promise<string | null> {
    const head = await this.#store.audit.head();
    const size = head === null ? 0 : head.seq + 1;
    return size >= this.#tree.size ? null : `the log held ${this.#tree.size} records and now holds ${size}`;
  }
}
