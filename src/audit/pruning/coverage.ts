// Holds missing words against recorded prunings, while a log is read: what none of them covers was taken away by somebody.
import type { AuditRecord } from "../../core/audit.ts";
import { textAt } from "../../core/json.ts";
import type { Verifier } from "../note.ts";
import { isSignedBy, type Pruning, readPruning, rootOver } from "./record.ts";
import { countOf, type Span, without } from "./spans.ts";

/** The first record that is wrong, and a sentence about it without its full stop. */
export interface Uncovered {
  readonly seq: number;
  readonly why: string;
}

export class Coverage {
  readonly #verifier: Verifier;
  readonly #leafAt: (seq: number) => Buffer;
  readonly #missing: [number, number][] = [];
  readonly #lawful: Pruning[] = [];
  /** Signed with another key: they count once a person's acceptance of the change is read. */
  #former: Pruning[] = [];

  /** `leafAt` knows the leaves of all records that were read. */
  constructor(verifier: Verifier, leafAt: (seq: number) => Buffer) {
    this.#verifier = verifier;
    this.#leafAt = leafAt;
  }

  get pruned(): number {
    return countOf(this.#missing);
  }

  /** Those that cover something that is missing. */
  get prunings(): readonly Pruning[] {
    return this.#lawful.filter(({ spans }) => countOf(without(spans, this.#missing)) < countOf(spans));
  }

  /** A record without words was read. */
  lacks(seq: number): void {
    const open = this.#missing.at(-1);
    if (open !== undefined && open[1] === seq - 1) open[1] = seq;
    else this.#missing.push([seq, seq]);
  }

  /** A whole record was read; why it cannot be what it says that it is, or null. */
  read(record: AuditRecord): Uncovered | null {
    if (record.code === "setting.changed" && textAt(record.details, "setting") === "audit-log") this.#accept();
    const pruning = readPruning(record);
    if (pruning === null) return null;
    const bad = (says: string): Uncovered => ({ seq: record.seq, why: `Record ${record.seq}, a pruning, ${says}` });
    if ("wrong" in pruning) return bad(pruning.wrong);
    if (rootOver(pruning.spans, this.#leafAt) !== pruning.root) return bad("is not about the records that stand there");
    const { name, id } = this.#verifier;
    if (pruning.key !== `${name}+${id}`) this.#former.push(pruning);
    else if (isSignedBy(record, this.#verifier)) this.#lawful.push(pruning);
    else return bad(`is not signed by ${name}+${id}`);
    return null;
  }

  /** To be asked at the end, since a pruning stands after what it took: the first missing record that none covers, or null. */
  uncovered(): Uncovered | null {
    return this.#outside(this.#lawful);
  }

  /** The same, as if what another key signed counted: whether it does is a person's to decide. */
  uncoveredByAny(): Uncovered | null {
    return this.#outside([...this.#lawful, ...this.#former]);
  }

  #outside(prunings: readonly Pruning[]): Uncovered | null {
    const covered: readonly Span[] = prunings.flatMap(({ spans }) => spans);
    const [first] = without(this.#missing, covered);
    if (first === undefined) return null;
    const [seq] = first;
    return { seq, why: `Record ${seq} lacks its words, and no pruning that was recorded and signed covers it` };
  }

  /** A person decided that the log goes on as it stands, with another key: what the former one signed stays lawful. */
  #accept(): void {
    this.#lawful.push(...this.#former);
    this.#former = [];
  }
}
