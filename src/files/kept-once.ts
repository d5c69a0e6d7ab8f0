// A file that whoever comes first makes, and everybody then reads: there whole or not at all.
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

export interface Kept {
  readonly mode: number;
  /** Called where the file is not there. */
  readonly make: () => string;
}

/**
 * What the file says. Where it is missing it is made, with its folder (mode 0700); of processes that do so at once, all read
 * the one that was first. A process that is killed meanwhile leaves at most a draft beside it, which nobody reads.
 */
export function keptOnce(file: string, { mode, make }: Kept): string {
  const there = read(file);
  if (there !== null) return there;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const text = make();
  const draft = writeDraft(file, { text, mode });
  try {
    linkSync(draft, file);
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && withoutLinks.has(code)) writeFirst(file, { text, mode });
    else if (code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  sync(dirname(file));
  return readFileSync(file, "utf8");
}

/** What file systems without hard links say, as shares of a network are: there the file is made in place by whoever is first. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function writeFirst(file: string, { text, mode }: { readonly text: string; readonly mode: number }): void {
  try {
    writeFileSync(file, text, { mode, flag: "wx", flush: true });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Of this process alone; the name of one that a killed process left is passed over. */
function writeDraft(file: string, { text, mode }: { readonly text: string; readonly mode: number }): string {
  for (let number = 0; ; number += 1) {
    const draft = `${file}.${number}.draft`;
    let handle: number;
    try {
      handle = openSync(draft, "wx", mode);
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue;
      throw error;
    }
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return draft;
  }
}

function sync(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
