// The hash chain: each record holds the hash of the one before, and its own over everything else it says.
import type { AuditEvent, AuditRecord } from "../core/audit.ts";
import { canonicalJson, type Digest, digestOfText } from "../core/digest.ts";

/** Where a log stands: how many records it holds, and the newest one's hash ("" of an empty log). */
export interface ChainHead {
  readonly size: number;
  readonly hash: string;
}

/** What the first record names as the one before it. */
export const chainStart = `sha256:${"0".repeat(64)}` as Digest;

export const emptyChain: ChainHead = { size: 0, hash: "" };

export interface SealedRecord {
  readonly record: AuditRecord;
  /** The record's canonical JSON (RFC 8785): the line of an export, and the data of the tree's leaf. */
  readonly line: string;
}

/** The event as the log's next record. Pure: the same three give the same record. */
export function recordOf(event: AuditEvent, previous: ChainHead, at: number): AuditRecord {
  return sealRecord(event, previous, at).record;
}

export function sealRecord(event: AuditEvent, previous: ChainHead, at: number): SealedRecord {
  const { code, outcome, actor, request, version, digest, channel, details } = event;
  const unhashed = {
    ...{ code, outcome, actor, request, version, digest, channel, details },
    seq: previous.size,
    at,
    previous: previous.size === 0 ? chainStart : (previous.hash as Digest),
  };
  const text = textOf(unhashed);
  const hash = digestOfText(text);
  return { record: { ...unhashed, hash }, line: withHash(text, hash) };
}

export function lineOf(record: AuditRecord): string {
  return textOf(record);
}

/** What a record's hash must be, and the line that it must stand in. Throws on what is not JSON. */
export function hashedAgain(record: AuditRecord): { readonly hash: Digest; readonly line: string } {
  const { hash: _, ...unhashed } = record;
  const text = textOf(unhashed);
  const hash = digestOfText(text);
  return { hash, line: withHash(text, hash) };
}

function textOf(value: object): string {
  return canonicalJson(value as Parameters<typeof canonicalJson>[0]);
}

/**
 * Puts the hash where RFC 8785's order of keys has it, right before `outcome`, without sorting everything once more. Only
 * `previous`, `request`, `seq` and `version` follow, and none of them can hold that text.
 */
function withHash(text: string, hash: Digest): string {
  const place = text.lastIndexOf(',"outcome":');
  return `${text.slice(0, place)},"hash":"${hash}"${text.slice(place)}`;
}
