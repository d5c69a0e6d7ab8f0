// Logs made in memory with words pruned from them, for the tests of what a verifier believes.
import type { ChainHead } from "../../src/audit/chain.ts";
import { prunedLine } from "../../src/audit/entry.ts";
import type { Signer } from "../../src/audit/note.ts";
import { pruningDetails } from "../../src/audit/pruning/record.ts";
import type { Span } from "../../src/audit/pruning/spans.ts";
import { leafHash } from "../../src/audit/tree.ts";
import type { AuditEvent, AuditRecord } from "../../src/core/audit.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { sampleEvent } from "../store/samples.ts";

export function withoutWords(lines: readonly string[], seq: number): string {
  return prunedLine(seq, leafHash(lines[seq] ?? ""));
}

export function detailsFor(
  lines: readonly string[],
  spans: readonly Span[],
  signer: Signer,
  requests: readonly string[] = [],
): JsonObject {
  const leafAt = (seq: number): Buffer => leafHash(lines[seq] ?? "");
  return pruningDetails({ spans, requests, leafAt, reasons: { policy: "sha256:policy", archive: null } }, signer);
}

export function pruned(details: JsonObject): AuditEvent {
  return sampleEvent({ code: "log.pruned", details });
}

export function headOf(lines: readonly string[]): ChainHead {
  const { hash } = JSON.parse(lines.at(-1) ?? "{}") as AuditRecord;
  return { size: lines.length, hash };
}
