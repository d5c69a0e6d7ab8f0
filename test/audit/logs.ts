// Logs made in memory for the tests of the audit log: events, lines, keys, checkpoints.
import { generateKeyPairSync } from "node:crypto";
import { type ChainHead, emptyChain, sealRecord } from "../../src/audit/chain.ts";
import { signCheckpoint } from "../../src/audit/checkpoint.ts";
import { type Signer, verifierOf } from "../../src/audit/note.ts";
import { leafHash } from "../../src/audit/tree.ts";
import { Frontier } from "../../src/audit/tree-verify.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import type { RequestId } from "../../src/core/ids.ts";

export function newSigner(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { ...verifierOf(name, publicKey), privateKey };
}

export function eventNumber(index: number, more: object = {}): AuditEvent {
  return {
    code: index % 3 === 0 ? "write.intended" : "write.done",
    outcome: "ok",
    actor: null,
    request: `r-000000${index % 5}` as RequestId,
    version: 1,
    digest: null,
    channel: null,
    details: { index, object: "dev:shop/deployment/checkout", text: '\u0007 \u202e é 😀 \\ " ,"outcome":', ...more },
  };
}

export const timeOf = (index: number): number => 1_800_000_000_000 + index * 1000;

/** The lines of a log of these events. */
export function linesOf(events: readonly AuditEvent[], from: ChainHead = emptyChain): string[] {
  let head = from;
  return events.map((event) => {
    const { record, line } = sealRecord(event, head, timeOf(head.size));
    head = { size: record.seq + 1, hash: record.hash };
    return line;
  });
}

export function checkpointAt(lines: readonly string[], size: number, signer: Signer): string {
  const frontier = new Frontier();
  for (const line of lines.slice(0, size)) frontier.append(leafHash(line));
  return signCheckpoint({ size, root: frontier.root() }, signer);
}
