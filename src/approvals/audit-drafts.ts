// Audit events about a request, filled in from its record.
import type { AuditActor, AuditCode, AuditEvent } from "../core/audit.ts";
import type { JsonObject } from "../core/json.ts";
import { type Person, refOf } from "../core/person.ts";
import type { Request } from "../core/request.ts";
import type { Effect } from "./events.ts";

interface Draft {
  readonly by?: Person;
  readonly outcome?: AuditEvent["outcome"];
  readonly details?: JsonObject;
}

export function audit(code: AuditCode, request: Request, draft: Draft = {}): Effect {
  const event: AuditEvent = {
    code,
    outcome: draft.outcome ?? "ok",
    actor: draft.by === undefined ? null : actorOf(draft.by),
    request: request.id,
    version: request.version,
    digest: request.plan.digest,
    channel: request.card.channelId,
    details: draft.details ?? {},
  };
  return { kind: "audit", event };
}

export function actorOf(person: Person): AuditActor {
  const subject = person.subject === null ? null : `${person.subject.issuer}#${person.subject.subject}`;
  return { ...refOf(person), teamId: person.account.teamId, subject, assurance: person.assurance };
}
