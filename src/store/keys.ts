// The key that encrypts sensitive requests: made on first start, kept beside the database, never in it.
import { join } from "node:path";
import type { RandomBytes } from "../core/ids.ts";
import { keptOnce } from "../files/kept-once.ts";

const keyBytes = 32;

/** Reads `keys/requests.key`, or makes it with mode 0600. Throws when the file does not hold a key. */
export function requestsKey(directory: string, random: RandomBytes): Uint8Array {
  return keptKey(directory, "requests.key", random);
}

/** Reads `keys/NAME`, or makes it with mode 0600. Throws when the file does not hold a key. */
export function keptKey(directory: string, name: string, random: RandomBytes): Uint8Array {
  const file = join(directory, "keys", name);
  const make = (): string => `${Buffer.from(random(keyBytes)).toString("base64")}\n`;
  const key = Buffer.from(keptOnce(file, { mode: 0o600, make }).trim(), "base64");
  if (key.length !== keyBytes) {
    throw new Error(`${file} does not hold a key of ${keyBytes} bytes: put the right file back from the backup`);
  }
  return key;
}
