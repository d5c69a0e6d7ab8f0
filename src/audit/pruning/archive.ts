// The archive: what is to be pruned, written where retention wants it, whole and flushed before anything is recorded of it.
import { hash } from "node:crypto";
import type { OldRequest } from "../../core/ports/pruning.ts";
import type { StoredLine } from "../../core/ports/store.ts";
import { writeWhole } from "../write-whole.ts";

export interface Archived {
  readonly file: string;
  /** Of the file's bytes: `sha256:` and hex. */
  readonly sha256: string;
}

export interface ArchivedWords {
  /** The records' lines, as an export has them. */
  readonly records: Archived | null;
  /** The requests' documents, one a line, as they were stored. */
  readonly requests: Archived | null;
}

/** The archive does not take what is to go. */
export class ArchiveUnwritable extends Error {
  override readonly name = "ArchiveUnwritable";
}

/**
 * The same words are written under the same names: doing it again does no more. The directory is not made: one that is not
 * mounted must not be taken for an empty one. Throws `ArchiveUnwritable`.
 */
export async function archive(directory: string, words: Words): Promise<ArchivedWords> {
  try {
    return await write(directory, words);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new ArchiveUnwritable(`the archive ${directory} cannot be written (${code}): nothing is pruned`, { cause });
  }
}

interface Words {
  readonly lines: readonly StoredLine[];
  readonly requests: readonly OldRequest[];
}

async function write(directory: string, { lines, requests }: Words): Promise<ArchivedWords> {
  const put = async (kind: string, from: string, lines: readonly string[]): Promise<Archived | null> => {
    if (lines.length === 0) return null;
    const text = lines.map((line) => `${line}\n`).join("");
    const digest = hash("sha256", text, "hex");
    const file = `${from}-${digest.slice(0, 12)}.${kind}.jsonl`;
    await writeWhole(directory, { name: file, text });
    return { file, sha256: `sha256:${digest}` };
  };
  const ends = [lines.at(0), lines.at(-1)].map((one) => String(one?.seq ?? 0).padStart(12, "0"));
  return {
    records: await put(
      "records",
      ends.join("-"),
      lines.map(({ line }) => line),
    ),
    requests: await put(
      "requests",
      String(requests.at(0)?.createdAt ?? 0),
      requests.map(({ body }) => body),
    ),
  };
}
