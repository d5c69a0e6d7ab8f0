// The Merkle tree over the store's log: reads what is new, checks the chain and the prunings on the way.
import type { AuditRecord } from "../core/audit.ts";
import type { Store } from "../core/ports/store.ts";
import { chainStart } from "./chain.ts";
import { entryOf, firstPlace, placeAfter } from "./entry.ts";
import type { Verifier } from "./note.ts";
import { Coverage } from "./pruning/coverage.ts";
import { MerkleTree } from "./tree.ts";

const page = 500;

export type Caught =
  | { readonly kind: "whole" }
  /** Its chain is broken. */
  | { readonly kind: "altered"; readonly why: string }
  /** A whole log, and not the one that was read before: a backup, or a standby that had not got all. */
  | { readonly kind: "went-back"; readonly why: string };

export class LogTree {
  readonly #store: Pick<Store, "audit">;
  readonly #verifier: Verifier;
  #tree = new MerkleTree();
  #place = firstPlace;
  #coverage: Coverage;
  #acceptedAt = -1;

  constructor(store: Pick<Store, "audit">, verifier: Verifier) {
    this.#store = store;
    this.#verifier = verifier;
    this.#coverage = this.#newCoverage();
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

  /** Why words lack that only another key's pruning covers, which nobody has accepted; null when none do. */
  unaccepted(): string | null {
    return this.#coverage.uncovered()?.why ?? null;
  }

  /** Forgets what was read. Why the log is broken, or null. */
  readAgain(): Promise<string | null> {
    this.#tree = new MerkleTree();
    this.#place = firstPlace;
    this.#coverage = this.#newCoverage();
    this.#acceptedAt = -1;
    return this.#readOn();
  }

  /** Why the log is broken where it goes on, or null. Reads page by page, so that others have their turn. */
  async #readOn(): Promise<string | null> {
    for (;;) {
      const stored = await this.#store.audit.lines({ afterSeq: this.#tree.size - 1, limit: page });
      for (const { line } of stored) {
        const wrong = this.#take(line);
        if (wrong !== null) return wrong;
      }
      if (stored.length < page) return this.#coverage.uncoveredByAny()?.why ?? this.#againstHead();
    }
  }

  #take(line: string): string | null {
    const { seq } = this.#place;
    const entry = entryOf(line, this.#place);
    if (entry.kind === "bad") return `record ${seq} of the log is missing or was altered`;
    this.#tree.append(entry.leaf);
    this.#place = placeAfter(this.#place, entry);
    if (entry.kind === "whole") return this.#read(entry.record);
    this.#coverage.lacks(seq);
    return null;
  }

  #read(record: AuditRecord): string | null {
    if (record.code === "setting.changed" && record.details.setting === "audit-log") this.#acceptedAt = record.seq;
    return this.#coverage.read(record)?.why ?? null;
  }

  #newCoverage(): Coverage {
    return new Coverage(this.#verifier, (seq) => this.#tree.leaf(seq));
  }

  /** A log that was rolled back under a running process is shorter than what was read of it, or ends otherwise by now. */
  async #againstHead(): Promise<string | null> {
    const head = await this.#store.audit.head();
    const { seq: size, previous } = this.#place;
    const held = head === null ? 0 : head.seq + 1;
    const endsSo = previous === null || (head?.hash ?? chainStart) === previous;
    return held > size || (held === size && endsSo) ? null : `the log held ${size} records and now holds ${held}`;
  }
}
