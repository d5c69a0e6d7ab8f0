// An audit record and its line for the audit channel, in one transaction.
import type { AuditEvent, AuditRecord } from "../core/audit.ts";
import type { Tx } from "../core/ports/store.ts";
import { redactJson } from "../core/secrets.ts";
import { auditLine } from "./render/audit-line.ts";

/** The record is the truth, the post its copy (R34); neither holds what has the shape of a secret (T20). Lines of one request form a thread under the first of them. */
export async function append(tx: Tx, event: AuditEvent, auditChannel: string): Promise<AuditRecord> {
  const record = await tx.audit.append({ ...event, details: redactJson(event.details) });
  const root = event.request === null ? null : `audit:${event.request}`;
  const opens = event.code === "request.created";
  await tx.outbox.put({
    key: opens && root !== null ? root : `audit:#${record.seq}`,
    living: false,
    to: { channelId: auditChannel, thread: root === null || opens ? null : { key: root } },
    message: auditLine(record),
    request: event.request,
    lane: "audit",
  });
  return record;
}
