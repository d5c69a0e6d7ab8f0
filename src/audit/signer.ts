// The log's signing key: made on first start, kept beside the database, its public half written out for verifiers.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "../core/ids.ts";
import { isKeyName, parseVkey, type Signer, verifierOf, vkeyOf } from "./note.ts";

export interface SignerFiles {
  /** The data directory's `keys/`. */
  readonly folder: string;
  readonly random: RandomBytes;
}

/**
 * Reads `audit.pem` (PKCS #8, mode 0600) and `audit.vkey` (public), or makes both. The log's name is chosen then, once:
 * it is the origin of every checkpoint. Throws when the two files do not belong together.
 */
export function openSigner({ folder, random }: SignerFiles): Signer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = join(folder, "audit.pem");
  const open = join(folder, "audit.vkey");
  // The public half is written last: where it is missing the first start was cut short and nothing was signed yet.
  if (!existsSync(open)) {
    const name = `countersign.dev/log/${Buffer.from(random(8)).toString("hex")}`;
    if (!existsSync(secret)) {
      const { privateKey } = generateKeyPairSync("ed25519");
      write(secret, { text: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), mode: 0o600 });
    }
    const publicKey = createPublicKey(readFileSync(secret));
    write(open, { text: `${vkeyOf(verifierOf(name, publicKey))}\n`, mode: 0o644 });
  }
  return read(secret, open);
}

function read(secret: string, open: string): Signer {
  const listed = parseVkey(readFileSync(open, "utf8"));
  if (listed === null || !isKeyName(listed.name)) throw new Error(`${open} is not a vkey: put it back from the backup`);
  const privateKey = createPrivateKey(readFileSync(secret));
  if (!createPublicKey(privateKey).equals(listed.publicKey)) {
    throw new Error(`${open} is not the public half of ${secret}: put both back from the same backup`);
  }
  return { ...listed, privateKey };
}

function write(file: string, of: { readonly text: string; readonly mode: number }): void {
  const handle = openSync(file, "wx", of.mode);
  try {
    writeSync(handle, of.text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
