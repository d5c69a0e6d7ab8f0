// One readable line per audit record, for the audit channel: the record holds everything, the line what people look for.
import type { AuditRecord } from "../../core/audit.ts";
import type { Json } from "../../core/json.ts";
import { type Message, message, type Span } from "../../core/message.ts";
import { visible } from "../../kubernetes/visible.ts";

export function auditLine(record: AuditRecord): Message {
  const about = record.request === null ? "" : ` ${record.request}`;
  // A request's other lines stand in the thread of its first, which names it.
  const opens = record.code === "request.created";
  const told = details(record);
  return message(`#${record.seq} ${record.code}${about}`, [
    {
      kind: "text",
      text: [
        { kind: "code", text: `#${record.seq}` },
        " ",
        { kind: "bold", text: record.code },
        record.outcome === "ok" || record.code.endsWith(record.outcome) ? "" : ` (${record.outcome})`,
        opens ? about : "",
        ...who(record),
        told === "" ? "" : ` · ${told}`,
      ],
    },
  ]);
}

function who({ actor }: AuditRecord): readonly Span[] {
  return actor === null ? [] : [" by ", { kind: "person", userId: actor.userId }];
}

/** What only machines compare: it is in the record, and the line does without. */
const unsaid = new Set(["auditId", "command", "fence", "index", "refusal", "resourceVersion", "runner", "ts"]);
/** Said without their names, after the others. */
const sentences = ["title", "says", "why", "reason"];

function details({ code, details: all }: AuditRecord): string {
  const isSaid = (key: string) =>
    !unsaid.has(key) &&
    !(code === "log.pruned" && (key === "key" || key === "signature")) &&
    !sentences.includes(key) &&
    !(key === "state" && code.startsWith("write.")) &&
    !(key === "policy" && code !== "bot.started" && code !== "policy.loaded");
  const named = Object.entries(all).flatMap(([key, value]) => {
    const text = isSaid(key) ? textOf(value) : "";
    return text === "" ? [] : [key === "object" || key === "choice" ? text : `${key}: ${text}`];
  });
  const said = sentences.flatMap((key) => {
    const text = textOf(all[key]);
    return text === "" ? [] : [key === "reason" ? `“${text}”` : text];
  });
  return [...named, ...said].join(" · ");
}

function textOf(value: Json | undefined): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return "";
  const digest = /^sha256:([0-9a-f]{12})[0-9a-f]{52}$/.exec(value);
  return digest === null ? visible(value).slice(0, 200) : `${digest[1]}…`;
}
