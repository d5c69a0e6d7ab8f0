// The files that a verifier is handed: an exported log, a directory of checkpoints, a public key.
import { createReadStream } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseVkey, type Verifier } from "./note.ts";

/** The lines of an export. Throws when the file cannot be read. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  // Opened first: a stream reports a missing file to nobody until it is read.
  await (await open(file, "r")).close();
  yield* linesIn(createReadStream(file));
}

const newline = 10;

/** Ended by newlines alone: node:readline would also end them at U+2028, which a record may hold. */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let open: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      yield textOf([...open, chunk.subarray(from, at)]);
      open = [];
      from = at + 1;
    }
    if (from < chunk.length) open.push(Buffer.from(chunk.subarray(from)));
  }
  if (open.length > 0) yield textOf(open);
}

/** A copy may have been given other line ends on its way; no record ends in a carriage return. */
function textOf(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString("utf8").replace(/\r$/, "");
}

/** Every `*.checkpoint` in a directory and its folders; those set aside (`abandoned-…`) only when that folder itself is named. */
export async function checkpointsIn(directory: string): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort(byName)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith("abandoned-")) notes.push(...(await checkpointsIn(path)));
    else if (entry.isFile() && entry.name.endsWith(".checkpoint")) notes.push(await readFile(path, "utf8"));
  }
  return notes;
}

/** A vkey, or a file that holds one; null when it is neither. */
export async function verifierFrom(text: string): Promise<Verifier | null> {
  return parseVkey(text) ?? parseVkey(await readFile(text, "utf8").catch(() => ""));
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
