// The life of a grant: planned, active, ending, ended; one pure step per event, and what follows told as data.
import type { EndedHow, Grant } from "../core/access.ts";
import type { AuditCode } from "../core/audit.ts";
import type { RequestId } from "../core/ids.ts";
import type { JsonObject } from "../core/json.ts";
import type { ObjectRef } from "../core/kube.ts";
import { type Person, refOf } from "../core/person.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { endJob, type GrantJob, warnJob } from "./grant-jobs.ts";

export type GrantEvent =
  /** Read back: the objects with their uids, and when the cluster's own clock began. */
  | {
      readonly kind: "activated";
      readonly objects: readonly ObjectRef[];
      readonly activeAt: number;
      readonly token: MadeToken | null;
    }
  /** An approved extension was read back; the length is from the activation on. */
  | { readonly kind: "extended"; readonly lengthMs: number; readonly token: MadeToken | null }
  | { readonly kind: "end"; readonly how: EndedHow; readonly by: Person | null; readonly reason: string | null }
  /** Read back as gone. */
  | { readonly kind: "gone"; readonly says: string }
  /** Its request ended before anything was written. */
  | { readonly kind: "never-began"; readonly says: string }
  /** Recorded in the transaction that takes the sealed token out, so that two can never be. */
  | { readonly kind: "handed-over"; readonly to: Person };

/** Made for that request, and waiting, sealed, under its id. */
export interface MadeToken {
  readonly of: RequestId;
  readonly expiresAt: number;
}

export type GrantEffect =
  | {
      readonly kind: "audit";
      readonly code: AuditCode;
      readonly by: Person | null;
      readonly outcome: "ok" | "failed";
      readonly details: JsonObject;
    }
  | ({ readonly kind: "job" } & GrantJob)
  /** A token that nobody will be given any more. */
  | { readonly kind: "erase-token"; readonly of: RequestId }
  /** The holder and the story are told. */
  | { readonly kind: "tell"; readonly what: "active" | "extended" | "ended" };

export interface GrantStepped {
  readonly grant: Grant;
  readonly effects: readonly GrantEffect[];
}

/** Pure. Nothing leaves `ended`; an event that arrives twice is refused the second time and changes nothing. */
export function stepGrant(grant: Grant, event: GrantEvent, now: number): GrantStepped | Refusal {
  if (grant.state === "ended") return over(grant);
  const stepped = stepOpen(grant, event, now);
  if (stepped.kind === "refusal") return stepped;
  return { effects: stepped.effects, grant: { ...stepped.grant, revision: grant.revision + 1 } };
}

type Open = ({ readonly kind: "stepped" } & GrantStepped) | Refusal;

function stepOpen(grant: Grant, event: GrantEvent, now: number): Open {
  switch (event.kind) {
    case "activated":
      return activated(grant, event);
    case "extended":
      return extended(grant, event);
    case "end":
      return end(grant, event, now);
    case "gone":
      return gone(grant, event, now);
    case "never-began":
      return grant.state === "planned" ? endedWith(grant, { how: "not-begun", says: event.says, now }) : already(grant);
    case "handed-over":
      return handedOver(grant, event, now);
    default:
      return event satisfies never;
  }
}

type Of<K extends GrantEvent["kind"]> = Extract<GrantEvent, { kind: K }>;

function activated(grant: Grant, { objects, activeAt, token }: Of<"activated">): Open {
  if (grant.state !== "planned") return already(grant);
  const endsAt = endOf(activeAt + grant.lengthMs, token);
  const tokenOf = token?.of ?? null;
  const next: Grant = { ...grant, state: "active", objects, activeAt, endsAt, tokenOf, says: "active" };
  return running(next, "grant.activated", "active");
}

function extended(grant: Grant, { lengthMs, token }: Of<"extended">): Open {
  if (grant.state !== "active" || grant.activeAt === null || lengthMs <= grant.lengthMs) return already(grant);
  const endsAt = endOf(grant.activeAt + lengthMs, token);
  // A token that was handed over keeps its own end: the approved time has another one.
  const next: Grant = { ...grant, lengthMs, endsAt, handedOverAt: null, tokenOf: token?.of ?? null };
  const stepped = running(next, "grant.extended", "extended");
  return { ...stepped, effects: [...stepped.effects, ...eraseToken(grant)] };
}

/** What the API server ends by itself is over then, whatever was asked for: it may cap the time of a token. */
function endOf(asked: number, token: MadeToken | null): number {
  return token === null ? asked : Math.min(asked, token.expiresAt);
}

function eraseToken({ tokenOf }: Grant): readonly GrantEffect[] {
  return tokenOf === null ? [] : [{ kind: "erase-token", of: tokenOf }];
}

function running(next: Grant, code: AuditCode, what: "active" | "extended"): Extract<Open, { kind: "stepped" }> {
  const details = { ...about(next), until: next.endsAt ?? 0, credential: next.credential };
  return {
    kind: "stepped",
    grant: next,
    effects: [
      { kind: "audit", code, by: null, outcome: "ok", details },
      ...[warnJob(next), endJob(next)].map((job) => ({ kind: "job" as const, ...job })),
      { kind: "tell", what },
    ],
  };
}

/** From here on it is being taken away; the record of why is durable before the first call. */
function end(grant: Grant, { how, by, reason }: Of<"end">, now: number): Open {
  if (grant.state === "ending") return already(grant);
  const ending = { how, by: by === null ? null : refOf(by), reason, at: now };
  const next: Grant = { ...grant, state: "ending", ending, says: endingWords[how] };
  const details = { ...about(grant), how, why: reason, objects: grant.objects.length };
  return {
    kind: "stepped",
    grant: next,
    effects: [
      { kind: "audit", code: "grant.ending", by, outcome: "ok", details },
      { kind: "job", ...endJob(next) },
      ...eraseToken(grant),
    ],
  };
}

function gone(grant: Grant, { says }: Of<"gone">, now: number): Open {
  if (grant.state !== "ending") return already(grant);
  return endedWith(grant, { how: grant.ending?.how ?? "expired", says, now });
}

function endedWith(grant: Grant, of: { how: EndedHow; says: string; now: number }): Open {
  const { how, says, now } = of;
  const ending = grant.ending ?? { how, by: null, reason: null, at: now };
  const next: Grant = { ...grant, state: "ended", ending, endedAt: now, says };
  const details = { ...about(grant), how, says };
  const effects: GrantEffect[] = [{ kind: "audit", code: "grant.ended", by: null, outcome: "ok", details }];
  // Of what never began its request's own card tells.
  if (how !== "not-begun") effects.push({ kind: "tell", what: "ended" });
  return { kind: "stepped", grant: next, effects };
}

function handedOver(grant: Grant, { to }: Of<"handed-over">, now: number): Open {
  if (grant.handedOverAt !== null) return alreadyHandedOver(grant, grant.handedOverAt);
  const details = { ...about(grant), until: grant.endsAt ?? 0 };
  return {
    kind: "stepped",
    grant: { ...grant, handedOverAt: now },
    effects: [{ kind: "audit", code: "grant.handed-over", by: to, outcome: "ok", details }],
  };
}

function about(grant: Grant): { readonly role: string; readonly where: string; readonly holder: string } {
  return { role: grant.role, where: grant.where, holder: grant.beneficiary.userId };
}

const endingWords = {
  expired: "its time is over",
  revoked: "it was revoked",
  done: "it is no longer needed",
  removed: "somebody removed it in the cluster",
  "not-confirmed": "it could not be confirmed, so it is taken back",
  "not-begun": "it never began",
} as const satisfies Record<EndedHow, string>;

function already(grant: Grant): Refusal {
  return refuse("already-so", `${grant.id} is ${grant.state}: ${grant.says}.`, "Nothing needs doing.");
}

export function alreadyHandedOver({ id }: Grant, at: number): Refusal {
  return refuse(
    "already-handed-over",
    `The credentials of ${id} were handed over at ${new Date(at).toISOString()}, and that is done once.`,
    `If they are lost, type revoke ${id}, and ask with grant anew.`,
  );
}

export function over(grant: Grant): Refusal {
  const at =
    grant.endedAt === null ? "" : ` since ${new Date(grant.endedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return refuse(
    "grant-over",
    `${grant.id} is over${at}: ${grant.says}`,
    "Nothing needs doing; grants shows what is active.",
  );
}
