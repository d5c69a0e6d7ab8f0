// Whether a log is whole: from its lines, its checkpoints and the public key, and nothing else.
import type { AuditRecord } from "../core/audit.ts";
import { chainStart, hashedAgain } from "./chain.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import type { Verifier } from "./note.ts";
import { leafHash } from "./tree.ts";
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
  return verifyAgainst(lines, anchors);
}

/** The same, with checkpoints whose signatures were found genuine. */
export async function verifyAgainst(lines: Lines, anchors: readonly Checkpoint[]): Promise<Verdict> {
  const walk = new Walk(anchors.toSorted((one, other) => one.size - other.size));
  for await (const line of lines) {
    const bad = walk.step(line);
    if (bad !== null) return bad;
  }
  return walk.end();
}

class Walk {
  readonly #anchors: readonly Checkpoint[];
  readonly #frontier = new Frontier();
  #previous: string = chainStart;
  #next = 0;
  #vouched = 0;

  constructor(anchors: readonly Checkpoint[]) {
    this.#anchors = anchors;
  }

  step(line: string): Verdict | null {
    const atStart = this.#frontier.size === 0 ? this.#meetAnchors() : null;
    if (atStart !== null) return atStart;
    const index = this.#frontier.size;
    const wrong = this.#wrongOf(line, index);
    if (wrong !== null) return this.#bad(index, `Record ${index} ${wrong}.`);
    this.#frontier.append(leafHash(line));
    return this.#meetAnchors();
  }

  end(): Verdict {
    const atStart = this.#meetAnchors();
    if (atStart !== null) return atStart;
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
    const tail = size - this.#vouched;
    const open =
      tail === 0 ? "" : ` The last ${tail} are newer than every checkpoint: only the chain vouches for them.`;
    return {
      ...this.#bad(null, `${size} records are whole, and ${this.#anchors.length} checkpoints vouch for them.${open}`),
      ok: true,
    };
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

  #wrongOf(line: string, index: number): string | null {
    const record = parse(line);
    if (record === null) return "is not a record";
    if (record.seq !== index) return `stands where number ${index} belongs, and calls itself ${String(record.seq)}`;
    if (record.previous !== this.#previous) return "does not follow the record before it";
    const again = hashAgain(record);
    if (again === null || again.hash !== record.hash) return "does not have the hash that it names";
    if (again.line !== line) return "is not in canonical form";
    this.#previous = record.hash;
    return null;
  }

  #bad(firstBad: number | null, says: string): Verdict {
    const { size } = this.#frontier;
    return verdict({ records: size, checkpoints: this.#anchors.length, vouched: this.#vouched, firstBad, says });
  }
}

function verdict(over: Partial<Verdict> & { readonly says: string }): Verdict {
  return { ok: false, records: 0, checkpoints: 0, vouched: 0, firstBad: null, ...over };
}

function parse(line: string): AuditRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as AuditRecord) : null;
  } catch {
    return null;
  }
}

function hashAgain(record: AuditRecord): ReturnType<typeof hashedAgain> | null {
  try {
    return hashedAgain(record);
  } catch {
    return null;
  }
}
