// The key that encrypts sensitive requests: made on first start, kept beside the database, never in it.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "../core/ids.ts";

const keyBytes = 32;

/** Reads `keys/requests.key`, or makes it with mode 0600. Throws when the file does not hold a key. */
export function requestsKey(directory: string, random: RandomBytes): Uint8Array {
  return keptKey(directory, "requests.key", random);
}

/** Reads `keys/NAME`, or makes it with mode 0600. Throws when the file does not hold a key. */
export function keptKey(directory: string, name: string, random: RandomBytes): Uint8Array {
  const folder = join(directory, "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const made = make(file, random);
  if (made !== null) return made;
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64");
  if (key.length !== keyBytes) {
    throw new Error(`${file} does not hold a key of ${keyBytes} bytes: put the right file back from the backup`);
  }
  return key;
}

function make(file: string, random: RandomBytes): Uint8Array | null {
  let handle: number;
  try {
    handle = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw error;
  }
  const key = random(keyBytes);
  writeSync(handle, `${Buffer.from(key).toString("base64")}\n`);
  fsyncSync(handle);
  closeSync(handle);
  return key;
}
