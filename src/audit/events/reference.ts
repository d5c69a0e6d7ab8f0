// The page of audit events in the docs, generated from the schemas and examples.
import { type AuditCode, type AuditEvent, auditCodes } from "../../core/audit.ts";
import { emptyChain, sealRecord } from "../chain.ts";
import { type DetailSchema, type EventKind, sampleTime } from "./event-kind.ts";
import { eventKinds, notRecorded } from "./index.ts";

export function auditEventsPage(): string {
  const codes = Object.keys(auditCodes) as AuditCode[];
  return `# Audit events

Generated from \`src/audit/events/\`; held to it by a test.

Each record is one line of canonical JSON (RFC 8785). \`outcome\` is \`ok\`, \`refused\` (it was stopped) or \`failed\` (it was
tried and went wrong); in the last two, \`details\` holds \`says\`. Members that are not named here may be added.

| code | what it records |
|---|---|
${codes.map((code) => `| [${code}](#${code.replaceAll(".", "")}) | ${auditCodes[code]} |`).join("\n")}

## What is not recorded

${Object.entries(notRecorded)
  .map(([name, what]) => `- **${name}**: ${what}`)
  .join("\n")}

Everything else is.

${codes.map((code) => section(code, eventKinds[code])).join("\n")}`;
}

function section(code: AuditCode, kind: EventKind): string {
  return `## ${code}

${auditCodes[code]}

| details | type | meaning |
|---|---|---|
${Object.entries(kind.details)
  .map(([name, schema]) => row(name, { schema, always: kind.required.includes(name) }))
  .join("\n")}

${form("When it went well", kind.success)}
${form("When it did not", kind.failure)}`;
}

function row(name: string, of: { readonly schema: DetailSchema; readonly always: boolean }): string {
  return `| \`${name}\`${of.always ? "" : " (not always)"} | ${typeOf(of.schema)} | ${String(of.schema.description ?? "")} |`;
}

function typeOf(schema: DetailSchema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.type === undefined) return "any";
  return Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type);
}

function form(title: string, example: AuditEvent | AuditCode): string {
  if (typeof example === "string") return `${title}: see \`${example}\`.\n`;
  const { line } = sealRecord(example, emptyChain, sampleTime);
  return `${title}:\n\n\`\`\`json\n${JSON.stringify(JSON.parse(line), null, 2)}\n\`\`\`\n`;
}
