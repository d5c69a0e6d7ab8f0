// The Merkle tree over the store's log: reads what is new, checks the chain on the way.
import type { AuditRecord } from "../core/audit.ts";
import type { Store } from "../core/ports/store.ts";
import { chainStart, hashedAgain } from "./chain.ts";
import { leafHash, MerkleTree } from "./tree.ts";

const page = 500;

export type Caught =
  | { readonly kind: "whole" }
  /** Its chain is broken. */
  | { readonly kind: "altered"; readonly why: string }
  /** A whole log, and not the one that was read before: a backup, or a standby that had not got all. */
  | { readonly kind: "went-back"; readonly why: string };

export class LogTree {
  readonly #store: Pick<Store, "audit">;
  #tree = new MerkleTree();
  #last: string = chainStart;
  #acceptedAt = -1;

  constructor(store: Pick<Store, "audit">) {
    this.#store = store;
  }

  get tree(): MerkleTree {
    return this.#tree;
  }

  /** Where a person last accepted the log as it stood, by the record of it; -1 where nobody did. */
  get acceptedAt(): number {
    return this.#acceptedAt;
  }

  /** Reads what is new. A log that no longer holds what was read of it before is read again from its start. */
  async catchUp(): Promise<Caught> {
    const before = this.#tree.size;
    const why = await this.#readOn();
    if (why === null) return { kind: "whole" };
    const altered = before === 0 ? why : await this.readAgain();
    if (altered !== null) return { kind: "altered", why: altered };
    const now = this.#tree.size;
    const left = now < before ? `now holds ${now}` : "the last of them are others now";
    return { kind: "went-back", why: `the log held ${before} records, and ${left}: something took records away` };
  }

  /** Forgets what was read. Why the log is broken, or null. */
  readAgain(): Promise<string | null> {
    this.#tree = new MerkleTree();
    this.#last = chainStart;
    this.#acceptedAt = -1;
    return this.#readOn();
  }

  /** Why the log is broken where it goes on, or null. Reads page by page, so that others have their turn. */
  async #readOn(): Promise<string | null> {
    for (;;) {
      const records = await this.#store.audit.list({ afterSeq: this.#tree.size - 1, limit: page });
      for (const record of records) {
        const { hash, line } = hashedAgain(record);
        const follows = record.seq === this.#tree.size && record.previous === this.#last && record.hash === hash;
        if (!follows) return `record ${this.#tree.size} of the log is missing or was altered`;
        this.#tree.append(leafHash(line));
        this.#last = record.hash;
        if (isAcceptance(record)) this.#acceptedAt = record.seq;
      }
      if (records.length < page) return this.#againstHead();
    }
  }

  /** A log that was rolled back under a running process is shorter than what was read of it, or ends otherwise by now. */
  async #againstHead(): Promise<string | null> {
    const head = await this.#store.audit.head();
    const size = head === null ? 0 : head.seq + 1;
    if (size > this.#tree.size || (size === this.#tree.size && (head?.hash ?? chainStart) === this.#last)) return null;
    return `the log held ${this.#tree.size} records and now holds ${size}`;
  }
}

function isAcceptance({ code, details }: AuditRecord): boolean {
  return code === "setting.changed" && details.setting === "audit-log";
}
