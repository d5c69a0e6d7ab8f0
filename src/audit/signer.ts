// The log's signing key: made on first start, kept beside the database, its public half written out for verifiers.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "../core/ids.ts";
import { keptOnce } from "../files/kept-once.ts";
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
  const secret = join(folder, "audit.pem");
  const open = join(folder, "audit.vkey");
  // The public half is written last: where it is missing the first start was cut short and nothing was signed yet; where it is there,
  // a new key would be another one than whoever verifies knows.
  const make = existsSync(open) ? missing : newKey;
  const privateKey = createPrivateKey(keptOnce(secret, { mode: 0o600, make }));
  const listed = parseVkey(keptOnce(open, { mode: 0o644, make: () => newVkey(privateKey, random) }));
  if (listed === null || !isKeyName(listed.name)) throw new Error(`${open} is not a vkey: put it back from the backup`);
  if (!createPublicKey(privateKey).equals(listed.publicKey)) {
    throw new Error(`${open} is not the public half of ${secret}: put both back from the same backup`);
  }
  return { ...listed, privateKey };
}

function missing(): never {
  throw new Error("audit.vkey is there and audit.pem, its private half, is not: put both back from the same backup");
}

function newKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

function newVkey(privateKey: KeyObject, random: RandomBytes): string {
  const name = `countersign.dev/log/${Buffer.from(random(8)).toString("hex")}`;
  return `${vkeyOf(verifierOf(name, createPublicKey(privateKey)))}\n`;
}
