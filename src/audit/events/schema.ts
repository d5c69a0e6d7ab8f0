// The JSON Schema (2020-12) of an audit record, per event code.
import { type AuditCode, auditCodes } from "../../core/audit.ts";
import type { JsonObject } from "../../core/json.ts";
import { assurances } from "../../core/person.ts";
import { eventKinds } from "./index.ts";

const digest = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" };
const textOrNull = { type: ["string", "null"] };

const actor = {
  type: ["object", "null"],
  description: "Who did it; null for the bot itself.",
  properties: {
    human: { type: "string", description: "One human, whichever account was used." },
    userId: { type: "string" },
    name: { type: "string" },
    teamId: { type: "string" },
    subject: { ...textOrNull, description: "The identity provider's subject, when linked." },
    assurance: { enum: [...assurances] },
  },
  required: ["human", "userId", "name", "teamId", "subject", "assurance"],
  additionalProperties: false,
};

/** A whole record of that code, as an export holds it. */
export function recordSchema(code: AuditCode): JsonObject {
  const { details, required, success } = eventKinds[code];
  const neverOk = typeof success === "string";
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `https://countersign.dev/audit/${code}.schema.json`,
    title: code,
    description: auditCodes[code],
    type: "object",
    properties: {
      seq: { type: "integer", minimum: 0, description: "From 0, without gaps." },
      at: { type: "integer", minimum: 0, description: "Milliseconds since 1970." },
      code: { const: code },
      outcome: { enum: neverOk ? ["refused", "failed"] : ["ok", "refused", "failed"] },
      actor,
      request: { ...textOrNull, pattern: "^r-[0-9a-hjkmnp-tv-z]{7}$" },
      version: { type: ["integer", "null"], minimum: 1 },
      digest: { ...digest, type: ["string", "null"], description: "Of the plan." },
      channel: textOrNull,
      details: { type: "object", properties: details },
      previous: { ...digest, description: "The hash of the record before; of the first one, 64 zeros." },
      hash: { ...digest, description: "SHA-256 of the record's canonical JSON without this member." },
    },
    required: "seq at code outcome actor request version digest channel details previous hash".split(" "),
    additionalProperties: false,
    if: { properties: { outcome: { const: "ok" } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { properties: { details: { required } } },
    else: { properties: { details: { required: ["says"] } } },
  };
}
