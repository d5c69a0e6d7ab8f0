// A log with its pruned words put back from an archive: where a line fits the leaf that stands there, and nowhere else.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { prunedLine, prunedSeq } from "../entry.ts";
import { leafHash } from "../tree.ts";
import type { Lines } from "../verify.ts";

const fileForm = /^([0-9]{12,16})-([0-9]{12,16})-[0-9a-f]{12}\.records\.jsonl$/;
/** Files whose lines are in memory at once. */
const mostOpen = 8;

interface File {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Throws when the directory cannot be read. */
export async function* restored(lines: Lines, directory: string): AsyncGenerator<string> {
  const archive = new Archive(directory, await filesIn(directory));
  for await (const line of lines) {
    const seq = prunedSeq(line);
    yield seq === null ? line : ((await archive.lineOf(seq, line)) ?? line);
  }
}

async function filesIn(directory: string): Promise<readonly File[]> {
  return (await readdir(directory)).sort().flatMap((name) => {
    const [, first, last] = fileForm.exec(name) ?? [];
    return first === undefined || last === undefined ? [] : [{ name, first: Number(first), last: Number(last) }];
  });
}

class Archive {
  readonly #directory: string;
  readonly #files: readonly File[];
  readonly #open = new Map<string, ReadonlyMap<string, string>>();

  constructor(directory: string, files: readonly File[]) {
    this.#directory = directory;
    this.#files = files;
  }

  /** The line that the record was, or null: nothing in an archive is believed that the leaf does not prove. */
  async lineOf(seq: number, pruned: string): Promise<string | null> {
    for (const { name, first, last } of this.#files) {
      if (seq < first || seq > last) continue;
      const found = (await this.#linesOf(name)).get(pruned);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** By what each would have become. */
  async #linesOf(name: string): Promise<ReadonlyMap<string, string>> {
    const open = this.#open.get(name);
    if (open !== undefined) return open;
    const text = await readFile(join(this.#directory, name), "utf8");
    const lines = new Map(text.split("\n").flatMap((line) => becomes(line)));
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= mostOpen) this.#open.delete(oldest);
    this.#open.set(name, lines);
    return lines;
  }
}

function becomes(line: string): readonly (readonly [string, string])[] {
  const seq = /,"seq":([0-9]{1,16})[,}]/.exec(line.slice(line.lastIndexOf(',"seq":')))?.[1];
  return seq === undefined ? [] : [[prunedLine(Number(seq), leafHash(line)), line]];
}
