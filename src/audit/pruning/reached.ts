// How far earlier prunings came in the log, so that the next one does not read it from its start: a hint, believed only where it fits.
import { type Json, type JsonObject, listAt, numberAt, textAt } from "../../core/json.ts";
import type { MerkleTree } from "../tree.ts";
import { parseSpans, type Span, spansOf, spanText } from "./spans.ts";

/** Of the records before `to`, these are the ones that have their words and may lose them one day. */
export interface Reached {
  readonly to: number;
  readonly kept: readonly Span[];
  /** When the log was last read from its start, in ms. */
  readonly wholeAt: number;
}

export interface Standing {
  /** The log as it was checked against the checkpoint outside. */
  readonly tree: MerkleTree;
  /** `NAME+ID` of the key of now. */
  readonly key: string;
  readonly now: number;
}

/** So often it is read whole all the same: whatever was overlooked lasts no longer. */
const wholeEveryMs = 30 * 86_400_000;
/** What is kept is alive, and that is little; were it more, the reading begins earlier. */
const mostSpans = 1_000;

/**
 * Null where it is of another log, another key, or of too long ago: then the log is read from its start. One that somebody made up can
 * have words stay for a month at most, and none go: each record is looked at, and held against the tree, before it does.
 */
export function reachedIn(kept: Json | null, { tree, key, now }: Standing): Reached | null {
  const to = numberAt(kept, -1, "to");
  const wholeAt = numberAt(kept, Number.NaN, "wholeAt");
  const spans = parseSpans(listAt(kept, "kept"));
  if (!Number.isInteger(to) || to < 0 || to > tree.size || spans === null) return null;
  if (!(wholeAt <= now && now - wholeAt < wholeEveryMs)) return null;
  if ((spans.at(-1)?.[1] ?? -1) >= to) return null;
  if (textAt(kept, "key") !== key || textAt(kept, "root") !== rootAt(tree, to)) return null;
  return { to, kept: spans, wholeAt };
}

export function reachedJson({ to, kept, wholeAt }: Reached, { tree, key }: Standing): JsonObject {
  return { to, kept: kept.map(spanText), wholeAt, key, root: rootAt(tree, to) };
}

function rootAt(tree: MerkleTree, size: number): string {
  return `sha256:${tree.root(size).toString("hex")}`;
}

/** One reading of the log: over what is known to have no words left it goes without looking. */
export class Reading {
  readonly #before: Reached | null;
  readonly #now: number;
  readonly #kept: number[] = [];
  #to = 0;

  constructor(before: Reached | null, now: number) {
    this.#before = before;
    this.#now = now;
  }

  /** Where to read on, after that record. */
  after(seq: number): number {
    const { to = 0, kept = [] } = this.#before ?? {};
    if (seq + 1 >= to) return seq;
    const [first] = kept.find(([, last]) => last > seq) ?? [to];
    return Math.max(seq, first - 1);
  }

  /** Whether all that earlier prunings looked at is behind it: only then can nothing old follow. */
  isPast(seq: number): boolean {
    return seq + 1 >= (this.#before?.to ?? 0);
  }

  /** These have their words, stay now, and may go one day. */
  keeps(seqs: readonly number[]): void {
    for (const seq of seqs) this.#kept.push(seq);
  }

  /** It went up to that record, which was not looked at. */
  ended(to: number): void {
    this.#to = to;
  }

  reached(): Reached {
    const kept = spansOf(this.#kept.filter((seq) => seq < this.#to));
    const [to = this.#to] = kept[mostSpans] ?? [];
    return { to, kept: kept.slice(0, mostSpans), wholeAt: this.#before?.wholeAt ?? this.#now };
  }
}
