// One readable line per audit record, for the audit channel.
import type { AuditRecord } from "../../core/audit.ts";
import { type Message, message, type Span } from "../../core/message.ts";
import { visible } from "../../kubernetes/visible.ts";

export function auditLine(record: AuditRecord): Message {
  const who: Span = record.actor === null ? "countersign" : { kind: "person", userId: record.actor.userId };
  const about = record.request === null ? "" : ` ${record.request}`;
  const outcome = record.outcome === "ok" ? "" : ` (${record.outcome})`;
  const details = detailText(record);
  return message(`#${record.seq} ${record.code}${about}`, [
    {
      kind: "text",
      text: [
        { kind: "code", text: `#${record.seq}` },
        " ",
        { kind: "bold", text: record.code },
        `${outcome}${about} by `,
        who,
        details === "" ? "" : ` · ${details}`,
      ],
    },
  ]);
}

function detailText(record: AuditRecord): string {
  return Object.entries(record.details)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([key, value]) => `${key}: ${visible(String(value)).slice(0, 200)}`)
    .join(" · ");
}
