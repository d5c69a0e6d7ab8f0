// Every event code with its schema and examples, and what is not recorded at all (B2, B7).
import type { AuditCode } from "../../core/audit.ts";
import type { EventKind } from "./event-kind.ts";
import { askingEvents } from "./of-asking.ts";
import { botEvents } from "./of-bot.ts";
import { breakGlassEvents } from "./of-break-glass.ts";
import { executionEvents } from "./of-executions.ts";
import { grantEvents } from "./of-grants.ts";
import { identityEvents } from "./of-identity.ts";
import { requestEvents } from "./of-requests.ts";
import { voteEvents } from "./of-votes.ts";

/** A code that is missing here does not compile. */
export const eventKinds: Readonly<Record<AuditCode, EventKind>> = {
  ...botEvents,
  ...identityEvents,
  ...requestEvents,
  ...voteEvents,
  ...askingEvents,
  ...executionEvents,
  ...grantEvents,
  ...breakGlassEvents,
};

/** What leaves no record. Whatever is not in this list does. */
export const notRecorded = {
  health: "Health and readiness checks of the process.",
  metrics: "Reading the metrics.",
  help: "Asking what the bot can do.",
} as const;
