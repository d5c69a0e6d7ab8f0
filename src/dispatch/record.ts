// Audit events as dispatch writes them.
import type { AuditActor, AuditCode, AuditEvent } from "../core/audit.ts";
import type { JsonObject } from "../core/json.ts";
import type { Person } from "../core/person.ts";
import type { Request } from "../core/request.ts";

export function actorOf(person: Person): AuditActor {
  return {
    human: person.human,
    userId: person.account.userId,
    name: person.name,
    teamId: person.account.teamId,
    subject: person.subject === null ? null : `${person.subject.issuer}#${person.subject.subject}`,
    assurance: person.assurance,
  };
}

export interface Recorded {
  readonly actor: Person | null;
  readonly channel?: string;
  readonly outcome?: AuditEvent["outcome"];
  readonly details?: JsonObject;
}

/** An event of a request. */
export function requestEvent(code: AuditCode, request: Request, recorded: Recorded): AuditEvent {
  return {
    code,
    outcome: recorded.outcome ?? "ok",
    actor: recorded.actor === null ? null : actorOf(recorded.actor),
    request: request.id,
    version: request.version,
    digest: request.plan.digest,
    channel: recorded.channel ?? null,
    details: recorded.details ?? {},
  };
}

/** An event of no request. */
export function plainEvent(code: AuditCode, recorded: Recorded): AuditEvent {
  return {
    code,
    outcome: recorded.outcome ?? "ok",
    actor: recorded.actor === null ? null : actorOf(recorded.actor),
    request: null,
    version: null,
    digest: null,
    channel: recorded.channel ?? null,
    details: recorded.details ?? {},
  };
}
