// One step in a grant's life, stored with its record, its jobs and its messages in one durable transaction.
import { type GrantEffect, type GrantEvent, type GrantStepped, stepGrant } from "../../access/grant-life.ts";
import type { Grant } from "../../core/access.ts";
import type { AuditEvent } from "../../core/audit.ts";
import type { RequestId } from "../../core/ids.ts";
import type { Tx } from "../../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { append } from "../append.ts";
import type { Deps } from "../deps.ts";
import { plainEvent } from "../record.ts";
import { putGrantNews } from "./tell.ts";

/** A refusal changes nothing. */
export async function changeGrant(deps: Deps, id: RequestId, event: GrantEvent): Promise<Grant | Refusal> {
  const changed = await deps.store.transact((tx) => changeGrantIn(deps, tx, id, event));
  if (!isRefusal(changed)) deps.nudge();
  return changed;
}

/** Within the caller's transaction. */
export async function changeGrantIn(deps: Deps, tx: Tx, id: RequestId, event: GrantEvent): Promise<Grant | Refusal> {
  const grant = await tx.grants.get(id);
  if (grant === null) return noSuchGrant(id);
  const stepped = stepGrant(grant, event, deps.clock.now());
  if (isRefusal(stepped)) return stepped;
  await keep(deps, tx, grant.revision, stepped);
  return stepped.grant;
}

async function keep(deps: Deps, tx: Tx, revision: number, { grant, effects }: GrantStepped): Promise<void> {
  if (!(await tx.grants.replace(grant, revision)))
    throw new Error(`grant ${grant.id} changed within its own transaction`);
  for (const effect of effects) await follow(deps, tx, grant, effect);
}

async function follow(deps: Deps, tx: Tx, grant: Grant, effect: GrantEffect): Promise<void> {
  switch (effect.kind) {
    case "audit":
      await append(tx, grantEvent(grant, effect), deps.channels.audit);
      break;
    case "job":
      await tx.jobs.put({ id: effect.id, kind: effect.job, request: grant.id, dueAt: effect.dueAt });
      break;
    case "erase-token":
      await tx.grantTokens.erase(effect.of);
      break;
    case "tell":
      await putGrantNews(tx, grant, effect.what);
      break;
  }
}

/** A grant's id is its request's: its records stand with the request's. */
export function grantEvent(
  grant: Grant,
  { code, by, outcome, details }: Omit<Extract<GrantEffect, { kind: "audit" }>, "kind">,
): AuditEvent {
  const event = plainEvent(code, { actor: by, channel: grant.card.channelId, outcome, details });
  return { ...event, request: grant.id };
}

export function noSuchGrant(id: RequestId): Refusal {
  return refuse("no-such-grant", `There is no grant ${id}.`, "Type grants to see what is active and planned.");
}
