// What an event's documentation consists of, and the pieces that the examples are made of.
import type { AuditActor, AuditCode, AuditEvent } from "../../core/audit.ts";
import { type Digest, digestOfText } from "../../core/digest.ts";
import { asHumanId, type RequestId } from "../../core/ids.ts";
import type { JsonObject } from "../../core/json.ts";

/** JSON Schema 2020-12 of one member of `details`. */
export type DetailSchema = JsonObject;

export interface EventKind {
  /** What each member of `details` means; members that are not named here may stand there too. */
  readonly details: Readonly<Record<string, DetailSchema>>;
  /** Members that are always there when it went well. */
  readonly required: readonly string[];
  /** An example of it going well, or the code that says so. */
  readonly success: AuditEvent | AuditCode;
  /** An example of it being refused or failing, or the code that says so. Its details always hold `says`. */
  readonly failure: AuditEvent | AuditCode;
}

export const text = (description: string): DetailSchema => ({ type: "string", description });
export const textOrNull = (description: string): DetailSchema => ({ type: ["string", "null"], description });
export const count = (description: string): DetailSchema => ({ type: "integer", minimum: 0, description });
export const yesOrNo = (description: string): DetailSchema => ({ type: "boolean", description });
export const texts = (description: string): DetailSchema => ({
  type: "array",
  items: { type: "string" },
  description,
});
export const oneOf = (values: readonly string[], description: string): DetailSchema => ({ enum: values, description });

/** In every failure form. */
export const says = text("One sentence: why it was refused, or what went wrong.");
export const refusal = text("The refusal's code (refusals.md).");

export const sampleDigest: Digest = digestOfText("an example");
export const sampleTime = 1_793_000_000_000;

const ada: AuditActor = {
  human: asHumanId("slack:T024BE7LD/U061F7AUR"),
  userId: "U061F7AUR",
  name: "Ada",
  teamId: "T024BE7LD",
  subject: null,
  assurance: "directory",
};

type Part = Partial<AuditEvent> & Pick<AuditEvent, "code" | "details">;

/** The bot's own deed, about no request. */
export function byBot(part: Part): AuditEvent {
  const nothing = { actor: null, request: null, version: null, digest: null, channel: null };
  return { outcome: "ok", ...nothing, ...part };
}

/** The bot's deed about a request. */
export function ofRequest(part: Part): AuditEvent {
  const request = "r-4k7m2qx" as RequestId;
  return byBot({ request, version: 1, digest: sampleDigest, channel: "C024BE91L", ...part });
}

/** Somebody's deed about a request. */
export function byPerson(part: Part): AuditEvent {
  return ofRequest({ actor: ada, ...part });
}

/** Somebody's deed before there is a request. */
export function byPersonAlone(part: Part): AuditEvent {
  return byBot({ actor: ada, channel: "C024BE91L", ...part });
}
