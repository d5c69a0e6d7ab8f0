// Events of a request's life before it runs.
import {
  byPerson,
  byPersonAlone,
  type EventKind,
  ofRequest,
  refusal,
  sampleDigest,
  says,
  text,
  textOrNull,
  texts,
  yesOrNo,
} from "./event-kind.ts";

const command = text("What was asked, as the parsed command; without values of manifests.");
const title = text("The plan in one sentence.");
const objects = texts("Full names of the objects that would change.");
const risks = texts("Kinds of the plan's risk facts.");
const question = {
  type: "object",
  description:
    "What the policy was asked, without manifests: `countersign policy replay` asks another policy the same.",
};
const asked = {
  command: "rollback dev:shop/deployment/checkout",
  title: "Roll back checkout in shop from revision 42 to 41",
  objects: ["dev:shop/deployment/checkout"],
  risks: ["all-pods-restart"],
};

export const requestEvents = {
  "request.refused": {
    details: { command, refusal, says, question },
    required: ["refusal", "says"],
    success: "request.created",
    failure: byPersonAlone({
      code: "request.refused",
      outcome: "refused",
      details: { command: asked.command, refusal: "no-rule", says: "No rule allows rollback in prod." },
    }),
  },
  "request.dry-run": {
    details: { command, title, objects, risks, says },
    required: ["command", "title"],
    success: byPersonAlone({ code: "request.dry-run", digest: sampleDigest, details: asked }),
    failure: byPersonAlone({
      code: "request.dry-run",
      outcome: "refused",
      details: { command: asked.command, says: "The cluster dev did not answer in time." },
    }),
  },
  "request.created": {
    details: {
      command,
      title,
      objects,
      risks,
      reason: textOrNull("The requester's own reason."),
      policy: text("The policy's digest."),
      rules: texts("The rules that decided."),
      needs: text("The approvals that the policy asked for, in words; empty for none."),
      demands: texts("What the approvals had to be besides, such as by a fresh sign-in."),
      question,
      says,
    },
    required: ["command", "title", "policy", "rules"],
    success: byPerson({
      code: "request.created",
      details: { ...asked, reason: "errors since 14:02", policy: sampleDigest, rules: ["production changes"] },
    }),
    failure: "request.refused",
  },
  "request.posted": {
    details: {
      ts: text("The card's ts in the record's channel."),
      reposted: yesOrNo("True when the card was gone, and stands there anew."),
      says,
    },
    required: ["ts"],
    success: ofRequest({ code: "request.posted", details: { ts: "1793000000.000100" } }),
    failure: ofRequest({ code: "request.posted", outcome: "failed", details: { says: "Slack: channel_not_found" } }),
  },
  "request.replanned": {
    details: { before: text("The digest until now."), lines: texts("The lines that changed."), says },
    required: ["before"],
    success: ofRequest({
      code: "request.replanned",
      version: 2,
      details: { before: sampleDigest, lines: ["-a", "+b"] },
    }),
    failure: ofRequest({
      code: "request.replanned",
      outcome: "refused",
      details: { before: sampleDigest, says: "The target is gone." },
    }),
  },
  "request.cancelled": {
    details: { reason: textOrNull("Why, in the person's words."), refusal, says },
    required: [],
    success: byPerson({ code: "request.cancelled", details: { reason: "found another way" } }),
    failure: byPerson({
      code: "request.cancelled",
      outcome: "refused",
      details: { refusal: "execution-started", says: "Execution has already started." },
    }),
  },
  "request.expired": {
    details: { waited: text("What it still waited for."), says },
    required: [],
    success: ofRequest({ code: "request.expired", details: { waited: "1 of payments-leads" } }),
    failure: ofRequest({
      code: "request.expired",
      outcome: "failed",
      details: { says: "Its card could not be closed." },
    }),
  },
  "request.approved": {
    details: {
      approvers: texts("Who countersigned, as user ids."),
      rules: texts("The rules that asked for it."),
      says,
    },
    required: ["approvers"],
    success: ofRequest({
      code: "request.approved",
      details: { approvers: ["U0G9QF9C6", "U1ZBX8JQ3"], rules: ["production changes"] },
    }),
    failure: "request.denied",
  },
  "request.denied": {
    details: { deniers: texts("Who denied, as user ids."), reason: textOrNull("The last denial's reason."), says },
    required: [],
    success: "request.approved",
    failure: ofRequest({
      code: "request.denied",
      outcome: "refused",
      details: { deniers: ["U0G9QF9C6"], reason: "not during the sale", says: "One denial ends it." },
    }),
  },
} as const satisfies Record<string, EventKind>;
