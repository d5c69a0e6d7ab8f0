// A record as a syslog message, and messages as a stream: RFC 5424, framed by octet counting (RFC 6587, 3.4.1; RFC 5425, 4.3).
import type { AuditRecord } from "../../core/audit.ts";

/** RFC 5424, 6.2.1: 13 is "log audit". */
const facility = 13;
/** 6.2.1: notice for what happened, warning for what was refused, error for what went wrong. */
const severities = { ok: 5, refused: 4, failed: 3 } as const;
/** 6.3.2: a name of our own needs a private enterprise number; 32473 is the one for examples (RFC 5612). */
const dataId = "countersign@32473";

/** Of a record whose words were pruned before it was sent: its line says which it was, and no more. */
export function prunedMessage(seq: number, line: string, from: { readonly host: string }): string {
  return `<${facility * 8 + severities.ok}>1 - ${hostIn(from)} countersign - pruned [${dataId} seq="${seq}"] \uFEFF${line}`;
}

export function syslogMessage(record: AuditRecord, line: string, from: { readonly host: string }): string {
  const { seq, at, code, outcome, request } = record;
  const priority = facility * 8 + severities[outcome];
  const given: readonly (readonly [string, string])[] = [
    ["seq", String(seq)],
    ["outcome", outcome],
    ...(request === null ? [] : [["request", request] as const]),
  ];
  const data = given.map(([name, value]) => `${name}="${value.replace(/["\\\]]/g, "\\$&")}"`).join(" ");
  // The mark says that what follows is UTF-8 (6.4).
  return `<${priority}>1 ${new Date(at).toISOString()} ${hostIn(from)} countersign - ${code.slice(0, 32)} [${dataId} ${data}] \uFEFF${line}`;
}

function hostIn({ host }: { readonly host: string }): string {
  return host.replace(/[^\x21-\x7e]/g, "").slice(0, 255) || "-";
}

export function framed(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}
