// Whether a log is whole: from its lines, its checkpoints and the public key, and nothing else.
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { entryOf, firstPlace, placeAfter } from "./entry.ts";
import type { Verifier } from "./note.ts";
import { Coverage, type Uncovered } from "./pruning/coverage.ts";
import { Row } from "./tree.ts";
import { Frontier } from "./tree-verify.ts";

/** A log as exported: one record's canonical JSON per line, in order, without newlines. */
export type Lines = Iterable<string> | AsyncIterable<string>;

export interface LogToVerify {
  readonly lines: Lines;
  /** Signed notes, in any order, from wherever they were kept. */
  readonly checkpoints: readonly string[];
  readonly verifier: Verifier;
}

export interface Verdict {
  readonly ok: boolean;
  /** Records that were read. */
  readonly records: number;
  /** Of these the ones whose words were pruned, lawfully. */
  readonly pruned: number;
  readonly checkpoints: number;
  /** So many records, from the first, are vouched for by a checkpoint; what follows only by the chain. */
  readonly vouched: number;
  /**
   * The first record that is not as it was written. When somebody cut the log or computed the chain anew no record itself looks
   * wrong: then it is the first one that no fitting checkpoint vouches for, and `says` names the range.
   */
  readonly firstBad: number | null;
  readonly says: string;
}

/** Stops at the first thing wrong. A log without any checkpoint is refused: its end could be cut off unseen. */
export async function verifyLog({ lines, checkpoints, verifier }: LogToVerify): Promise<Verdict> {
  const anchors: Checkpoint[] = [];
  for (const [index, note] of checkpoints.entries()) {
    const opened = openCheckpoint(note, verifier);
    if (opened.kind === "bad") {
      return verdict({ says: `Checkpoint ${index + 1} of ${checkpoints.length} does not count: ${opened.why}.` });
    }
    anchors.push(opened.checkpoint);
  }
  return verifyAgainst(lines, { anchors, verifier });
}

/** The same, with checkpoints whose signatures were found genuine. */
export async function verifyAgainst(
  lines: Lines,
  { anchors, verifier }: { readonly anchors: readonly Checkpoint[]; readonly verifier: Verifier },
): Promise<Verdict> {
  const walk = new Walk(
    anchors.toSorted((one, other) => one.size - other.size),
    verifier,
  );
  for await (const line of lines) {
    const bad = walk.step(line);
    if (bad !== null) return bad;
  }
  return walk.end();
}

class Walk {
  readonly #anchors: readonly Checkpoint[];
  readonly #frontier = new Frontier();
  /** 32 bytes a record: a pruning is about leaves long before it. */
  readonly #leaves = new Row();
  readonly #coverage: Coverage;
  #place = firstPlace;
  #lastPruned = -1;
  #next = 0;
  #vouched = 0;

  constructor(anchors: readonly Checkpoint[], verifier: Verifier) {
    this.#anchors = anchors;
    this.#coverage = new Coverage(verifier, (seq) => this.#leaves.at(seq));
  }

  step(line: string): Verdict | null {
    const atStart = this.#frontier.size === 0 ? this.#meetAnchors() : null;
    if (atStart !== null) return atStart;
    const { seq } = this.#place;
    const entry = entryOf(line, this.#place);
    if (entry.kind === "bad") return this.#bad(seq, `${entry.why}.`);
    this.#place = placeAfter(this.#place, entry);
    this.#frontier.append(entry.leaf);
    this.#leaves.push(entry.leaf);
    if (entry.kind === "pruned") {
      this.#coverage.lacks(seq);
      this.#lastPruned = seq;
    }
    const wrong = entry.kind === "whole" ? this.#coverage.read(entry.record) : null;
    return wrong === null ? this.#meetAnchors() : this.#uncovered(wrong);
  }

  end(): Verdict {
    return this.#meetAnchors() ?? this.#tooShort() ?? this.#unlawful() ?? this.#whole();
  }

  #tooShort(): Verdict | null {
    const size = this.#frontier.size;
    const beyond = this.#anchors[this.#next];
    if (beyond !== undefined) {
      const from = this.#vouched;
      const other = from < size ? `, and those from ${from} on may have been replaced` : "";
      return this.#bad(
        from,
        `The log ends after ${size} records, but a checkpoint vouches for ${beyond.size}${other}.`,
      );
    }
    if (this.#anchors.length === 0) return this.#bad(null, "There is no checkpoint, so nothing vouches for the log.");
    return null;
  }

  /** Words may lack only where a pruning says so, and where a checkpoint vouches: the chain alone does not cross the gap. */
  #unlawful(): Verdict | null {
    const uncovered = this.#coverage.uncovered();
    if (uncovered !== null) return this.#uncovered(uncovered);
    if (this.#lastPruned < this.#vouched) return null;
    return this.#bad(this.#vouched, `Record ${this.#lastPruned} was pruned, and no checkpoint vouches for it.`);
  }

  #whole(): Verdict {
    const size = this.#frontier.size;
    const pruned = this.#coverage.pruned;
    const tail = size - this.#vouched;
    const vouch = `${this.#anchors.length} checkpoints vouch for them`;
    const says = pruned === 0 ? `${size} records are whole, and ${vouch}.` : this.#prunedWords(size, pruned, vouch);
    const open =
      tail === 0 ? "" : ` The last ${tail} are newer than every checkpoint: only the chain vouches for them.`;
    return { ...this.#bad(null, `${says}${open}`), ok: true, pruned };
  }

  #prunedWords(size: number, pruned: number, vouch: string): string {
    const by = this.#coverage.prunings.map(({ seq }) => seq);
    const under =
      by.length === 1
        ? `under record ${by[0]}`
        : `under ${by.length} recorded prunings, the last in record ${by.at(-1)}`;
    return `${size - pruned} records are whole and ${pruned} were pruned ${under}; ${vouch}.`;
  }

  #uncovered({ seq, why }: Uncovered): Verdict {
    return this.#bad(seq, `${why}.`);
  }

  /** Every checkpoint of this size must have this root. */
  #meetAnchors(): Verdict | null {
    const size = this.#frontier.size;
    for (;;) {
      const anchor = this.#anchors[this.#next];
      if (anchor === undefined || anchor.size !== size) return null;
      if (!this.#frontier.root().equals(anchor.root)) {
        const from = this.#vouched;
        const where = size - from > 1 ? `one of the records ${from} to ${size - 1}` : `record ${from}`;
        return this.#bad(from, `The log does not fit its checkpoint of ${size} records: ${where} was replaced.`);
      }
      this.#vouched = size;
      this.#next += 1;
    }
  }

  #bad(firstBad: number | null, says: string): Verdict {
    const { size } = this.#frontier;
    return verdict({ records: size, checkpoints: this.#anchors.length, vouched: this.#vouched, firstBad, says });
  }
}

function verdict(over: Partial<Verdict> & { readonly says: string }): Verdict {
  return { ok: false, records: 0, pruned: 0, checkpoints: 0, vouched: 0, firstBad: null, ...over };
}
