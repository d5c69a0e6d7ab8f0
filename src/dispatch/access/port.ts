// What verbs may ask about access for a time, made of dispatch's own parts.

import { over } from "../../access/grant-life.ts";
import { mayEnd } from "../../access/may-end.ts";
import { canFill } from "../../approvals/quorum.ts";
import { isVetoer } from "../../approvals/who-counts.ts";
import type { Grant, TemporaryThing } from "../../core/access.ts";
import type { RequestId } from "../../core/ids.ts";
import type { Person } from "../../core/person.ts";
import type { EndSaid, Grants } from "../../core/ports/grants.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Deps } from "../deps.ts";
import type { Executing } from "../executing.ts";
import { shortenGrant } from "./shorten.ts";
import { changeGrant, noSuchGrant } from "./store-grant.ts";

/** How long somebody who ends a grant is kept waiting for the reading back; after that it goes on by itself. */
const waitMs = 6_000;
const againMs = 50;

/** `executing` is asked for only when it is needed: its ports hold this one. */
export function grantsPort(deps: Deps, executing: () => Executing): Grants {
  return {
    catalogue: deps.inForce().access,
    targets: deps.accessTargets,
    get: (id) => deps.store.grants.get(id),
    list: (filter) => deps.store.grants.list(filter),
    clusterNamesOf: (person, cluster) => deps.clusterNamesOf(person, cluster),
    end: (id, by, said) => endNow(deps, id, by, said),
    shorten: (id, by, lengthMs) => shortenGrant(executing(), { id, by, lengthMs }),
    temporary: () => temporary(deps),
  };
}

async function endNow(deps: Deps, id: RequestId, by: Person, { how, reason }: EndSaid): Promise<Grant | Refusal> {
  const sealed = deps.recordSealedBecause();
  if (sealed !== null) return sealed;
  const grant = await deps.store.grants.get(id);
  if (grant === null) return noSuchGrant(id);
  if (grant.state === "ended") return over(grant);
  const isApprover = await mayCountersign(deps, id, by);
  const refusal = mayEnd(grant, how, { person: by, isApprover }, deps.inForce().access);
  if (refusal !== null) return refusal;
  if (grant.state === "planned" && !(await isWritten(deps, id)))
    return refuse(
      "grant-over",
      `${id} has not begun.`,
      `Type cancel ${id} to take it back; while it is being made, try again.`,
    );
  const ending = grant.state === "ending" ? grant : await changeGrant(deps, id, { kind: "end", how, by, reason });
  if (isRefusal(ending)) return ending;
  return untilGone(deps, ending);
}

/** All of it stands and is being read back: nothing of it can be written any more, so it can be taken away for good. */
async function isWritten(deps: Deps, id: RequestId): Promise<boolean> {
  return (await deps.store.requests.get(id))?.state === "verifying";
}

async function mayCountersign(deps: Deps, id: RequestId, person: Person): Promise<boolean> {
  const requirement = (await deps.store.requests.get(id))?.requirement ?? null;
  if (requirement === null) return false;
  return canFill(requirement.need, person.groups) || isVetoer(requirement, person.groups);
}

/** Its job brings it about; here it is only waited for. */
async function untilGone(deps: Deps, ending: Grant): Promise<Grant> {
  const until = deps.clock.now() + waitMs;
  let grant = ending;
  while (grant.state !== "ended" && deps.clock.now() < until) {
    await deps.clock.wait(againMs);
    grant = (await deps.store.grants.get(ending.id)) ?? ending;
  }
  return grant;
}

const most = 200;

/** Grants and planned starts, and what other parts of the bot have that ends by itself; the soonest end first. */
async function temporary(deps: Deps): Promise<readonly TemporaryThing[]> {
  const grants = await deps.store.grants.list({ states: ["planned", "active", "ending"], limit: most });
  const starts = await deps.store.requests.list({ states: ["approved"], limit: most });
  const others = await Promise.all((deps.temporary ?? []).map((provide) => provide()));
  const now = deps.clock.now();
  const planned = starts
    .filter(({ plan }) => plan.access === undefined && (plan.notBefore ?? now) > now)
    .map(({ id, plan, requester }): TemporaryThing => {
      return { id, what: plan.title, userId: requester.userId, from: plan.notBefore ?? null, until: null };
    });
  const all = [...grants.map((grant) => thingOf(grant)), ...planned, ...others.flat()];
  return all.sort((a, b) => (a.until ?? a.from ?? 0) - (b.until ?? b.from ?? 0));
}

function thingOf(grant: Grant): TemporaryThing {
  const { id, role, where, beneficiary, notBefore, lengthMs, endsAt } = grant;
  const isPlanned = grant.state === "planned";
  const until = endsAt ?? (notBefore === null ? null : notBefore + lengthMs);
  return { id, what: `${role} in ${where}`, userId: beneficiary.userId, from: isPlanned ? notBefore : null, until };
}
