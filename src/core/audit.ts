// What the audit log records: events with stable codes, before their effect.
import type { Digest } from "./digest.ts";
import type { RequestId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Assurance, PersonRef } from "./person.ts";

/**
 * Every event code: what it records. Health checks, metrics and `help` are not recorded; everything else is. Each code has
 * a schema and an example in `src/audit/events/`, held by a test (B7).
 */
export const auditCodes = {
  "bot.started": "The bot started: version, policy, clusters.",
  "bot.stopped": "The bot stopped on purpose.",
  "policy.loaded": "A policy is in force from now on.",
  "policy.offered":
    "The configuration file holds another policy than the one in force; it rules once it is countersigned.",
  "read.batch": "Reads that were answered or refused since the last such record.",
  "request.refused": "A command that would change something was refused before it became a request.",
  "request.dry-run": "A plan was made and shown, and nothing else.",
  "request.created": "A change was asked for, with its plan's digest.",
  "request.posted": "The request's card stands complete where people vote.",
  "request.replanned": "What would be done changed its meaning; votes are void.",
  "request.cancelled": "The request was taken back before it started.",
  "request.expired": "The request's time ran out.",
  "approvers.asked": "Those who can countersign were asked, besides by the card.",
  "look.started": "Somebody said that they are looking at a request.",
  "look.ended": "Somebody is not looking any more.",
  "delegation.made": "Somebody lent their own groups to somebody else for a while.",
  "delegation.ended": "A delegation was taken back before its time.",
  "vote.cast": "Somebody approved or denied.",
  "vote.refused": "A vote was refused.",
  "vote.withdrawn": "A vote was taken back.",
  "vote.voided": "Votes no longer count.",
  "request.approved": "The approvals are complete.",
  "request.denied": "The request ended by denial.",
  "breakglass.used": "A request runs without its missing approvals.",
  "breakglass.refused": "Somebody tried to run a request without its missing approvals, and was refused.",
  "review.given": "Somebody reviewed a use of break-glass.",
  "review.done": "A use of break-glass is reviewed.",
  "review.overdue": "A use of break-glass was not reviewed in time.",
  "execution.claimed": "A runner took the request for execution.",
  "execution.refused": "Execution was refused at the last check.",
  "write.intended": "The next call changes the world: recorded before it is sent.",
  "write.done": "The call succeeded.",
  "write.failed": "The call was refused or its outcome is unknown.",
  "execution.verified": "The result was read back.",
  "execution.ended": "The request's execution ended, with its outcome.",
  "execution.recovered": "An interrupted execution was looked up after a restart.",
  "grant.activated": "Access for a time is active, read back in the cluster.",
  "grant.extended": "Access for a time lasts longer, by an approved request.",
  "grant.handed-over": "Credentials of a grant are handed to its holder; they themselves are recorded nowhere.",
  "grant.ending": "A grant is to be taken away: recorded before the first call.",
  "grant.ended": "A grant was read back as gone.",
  "setting.changed": "A setting of the bot changed, such as halt.",
  "freeze.ended": "A freeze that somebody set is over: its time has come.",
  "identity.begun": "Somebody asked for a link to sign in with.",
  "identity.linked": "A Slack account was linked to a subject of the identity provider.",
  "identity.relinked": "A subject moved from a Slack account that is no longer active to another one.",
  "identity.refreshed": "A linked person signed in anew: claims and groups are as of now.",
  "identity.unlinked": "A link ended.",
  "identity.proven": "A sign-in that is for one deed was used up for it: an approval, or the hand-over of credentials.",
  "identity.refused": "A step of a sign-in, or a link, was refused.",
  "post.altered": "A post of the bot was found edited or deleted by somebody else.",
  "log.pruned":
    "The words of old records and requests are to be removed, as retention has it: recorded and signed before.",
  "checkpoint.refused": "The log does not continue its last outside checkpoint: nothing is signed.",
} as const;

export type AuditCode = keyof typeof auditCodes;

/** What is handed to the log; it adds sequence, time and chain. */
export interface AuditEvent {
  readonly code: AuditCode;
  /** ok: it happened; refused: it was stopped; failed: it was tried and went wrong. */
  readonly outcome: "ok" | "refused" | "failed";
  /** null for the bot itself. */
  readonly actor: AuditActor | null;
  readonly request: RequestId | null;
  readonly version: number | null;
  readonly digest: Digest | null;
  readonly channel: string | null;
  /** What is particular to the code; its schema stands with the code. Never holds secret values. */
  readonly details: JsonObject;
}

export interface AuditActor extends PersonRef {
  readonly teamId: string;
  readonly subject: string | null;
  readonly assurance: Assurance;
}

/** A record as the log keeps it. */
export interface AuditRecord extends AuditEvent {
  /** From 0, without gaps. */
  readonly seq: number;
  readonly at: number;
  /** Of the record before; of the first one, 64 zeros. */
  readonly previous: Digest;
  /** SHA-256 of the record's canonical JSON without this field. */
  readonly hash: Digest;
}

export interface AuditFilter {
  readonly request?: RequestId;
  readonly userId?: string;
  readonly code?: AuditCode;
  readonly since?: number;
  readonly until?: number;
  readonly afterSeq?: number;
  readonly limit: number;
}
