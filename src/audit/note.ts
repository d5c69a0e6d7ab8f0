// Signed notes with Ed25519 (c2sp.org/signed-note) and the keys that verify them.
import { createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";

/** Who verifies: the name and the public key of a vkey, `NAME+ID+KEY`. */
export interface Verifier {
  readonly name: string;
  /** Eight hex digits. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface Signer extends Verifier {
  readonly privateKey: KeyObject;
}

/** Signature type of the specification. */
const ed25519 = 0x01;
/** The DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 bytes of the key follow. */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
const keyBytes = 32;
const signatureBytes = 64;
const maxSignatures = 32;

/** Non-empty, without spaces or plus. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s\p{White_Space}+\p{Cc}]/u.test(name);
}

export function verifierOf(name: string, publicKey: KeyObject): Verifier {
  return { name, id: keyIdOf(name, rawOf(publicKey)).toString("hex"), publicKey };
}

/** The line that verifiers are configured with, as Go's `note` package and others write it. */
export function vkeyOf(verifier: Verifier): string {
  const key = Buffer.concat([Buffer.of(ed25519), rawOf(verifier.publicKey)]);
  return `${verifier.name}+${verifier.id}+${key.toString("base64")}`;
}

/** Null when the text is no Ed25519 vkey, or its id is not that of its key. */
export function parseVkey(text: string): Verifier | null {
  const [name, id, ...rest] = text.trim().split("+");
  const key = decode(rest.join("+"));
  if (name === undefined || id === undefined || key === null || !isKeyName(name)) return null;
  if (key.length !== 1 + keyBytes || key[0] !== ed25519) return null;
  const raw = key.subarray(1);
  if (keyIdOf(name, raw).toString("hex") !== id) return null;
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
  return { name, id, publicKey };
}

/** The text, which must end in a newline, with one signature under it. */
export function signNote(text: string, signer: Signer): string {
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  const bytes = Buffer.concat([Buffer.from(signer.id, "hex"), signature]);
  return `${text}\n— ${signer.name} ${bytes.toString("base64")}\n`;
}

export type OpenedNote =
  | { readonly kind: "signed"; readonly text: string }
  /** malformed: no note at all; unsigned: not by this key; bad-signature: in this key's name, and not by it. */
  | { readonly kind: "malformed" | "unsigned" | "bad-signature" };

/** The text of a note that the key signed. Signatures of other keys are passed over, as the specification asks. */
export function openNote(note: string, verifier: Verifier): OpenedNote {
  const end = note.lastIndexOf("\n\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids all but newlines
  if (end < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return { kind: "malformed" };
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > maxSignatures) return { kind: "malformed" };
  let signed = false;
  for (const line of lines) {
    const signature = signatureOf(line);
    if (signature === null) return { kind: "malformed" };
    if (signature.name !== verifier.name || signature.id !== verifier.id) continue;
    const genuine =
      signature.bytes.length === signatureBytes && verify(null, Buffer.from(text), verifier.publicKey, signature.bytes);
    if (!genuine) return { kind: "bad-signature" };
    signed = true;
  }
  return signed ? { kind: "signed", text } : { kind: "unsigned" };
}

function signatureOf(line: string): { readonly name: string; readonly id: string; readonly bytes: Buffer } | null {
  const [dash, name, base64, ...rest] = line.split(" ");
  if (dash !== "—" || name === undefined || !isKeyName(name) || base64 === undefined || rest.length > 0) return null;
  const bytes = decode(base64);
  if (bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.subarray(0, 4).toString("hex"), bytes: bytes.subarray(4) };
}

function keyIdOf(name: string, raw: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519), raw]), "buffer").subarray(0, 4);
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: "der", type: "spki" }).subarray(spkiPrefix.length);
}

/** Standard base64 that encodes again to the same text; null otherwise, since Node's decoder forgives everything. */
export function decode(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes : null;
}
