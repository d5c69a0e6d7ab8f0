// Checkpoints: the log's size and root as a signed note (c2sp.org/tlog-checkpoint).
import { decode, openNote, type Signer, signNote, type Verifier } from "./note.ts";
import { hashBytes } from "./tree.ts";

export interface Checkpoint {
  /** The log's identity; the signing key bears the same name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString("base64")}\n`;
}

export function signCheckpoint(of: { readonly size: number; readonly root: Buffer }, signer: Signer): string {
  return signNote(checkpointText({ origin: signer.name, ...of }), signer);
}

export type OpenedCheckpoint =
  | { readonly kind: "genuine"; readonly checkpoint: Checkpoint }
  | { readonly kind: "bad"; readonly why: string };

/** The checkpoint in a note, when it is of this log and signed by its key; otherwise why not. */
export function openCheckpoint(note: string, verifier: Verifier): OpenedCheckpoint {
  const opened = openNote(note, verifier);
  switch (opened.kind) {
    case "malformed":
      return { kind: "bad", why: "it is not a signed note" };
    case "unsigned":
      return { kind: "bad", why: `it is not signed by ${verifier.name}+${verifier.id}` };
    case "bad-signature":
      return { kind: "bad", why: `its signature is not by ${verifier.name}+${verifier.id}` };
    case "signed": {
      const checkpoint = parse(opened.text);
      if (checkpoint === null) return { kind: "bad", why: "its text is not a checkpoint" };
      if (checkpoint.origin !== verifier.name) return { kind: "bad", why: `it is of the log ${checkpoint.origin}` };
      return { kind: "genuine", checkpoint };
    }
    default:
      return opened satisfies never;
  }
}

/** Extension lines are allowed, and mean nothing here. */
function parse(text: string): Checkpoint | null {
  const [origin, size, base64, ...rest] = text.slice(0, -1).split("\n");
  if (origin === undefined || origin === "" || size === undefined || base64 === undefined) return null;
  if (rest.includes("") || !/^(0|[1-9][0-9]{0,15})$/.test(size)) return null;
  const root = decode(base64);
  if (root === null || root.length !== hashBytes) return null;
  return { origin, size: Number(size), root };
}
