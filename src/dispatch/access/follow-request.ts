// What a request's life means for its grant: planned when approved, active when read back, taken back when it went wrong.
import type { MadeToken } from "../../access/grant-life.ts";
import type { Grant, PlannedAccess } from "../../core/access.ts";
import { textAt } from "../../core/json.ts";
import { fullName, type ObjectRef } from "../../core/kube.ts";
import type { Tx } from "../../core/ports/store.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { isOver, type Request } from "../../core/request.ts";
import type { Deps } from "../deps.ts";
import { changeGrantIn } from "./store-grant.ts";

/** What the cluster says of the objects of a grant that was just made. */
export interface Activation {
  readonly objects: readonly ObjectRef[];
  /** creationTimestamp of the binding. */
  readonly activeAt: number;
  readonly token: MadeToken | null;
}

/** In the transaction of each step of a request; only what went right is recorded by `activate`, with what was read. */
export async function followRequest(deps: Deps, tx: Tx, request: Request): Promise<void> {
  const { access } = request.plan;
  if (access === undefined) return;
  // Of what was not read back, nobody is ever given the token.
  if (access.credential === "token" && isOver(request) && request.state !== "done")
    await tx.grantTokens.erase(request.id);
  if (access.kind !== "grant") return;
  const known = await tx.grants.get(request.id);
  if (request.state === "approved" || request.state === "executing") await plan(tx, request, known);
  if (known === null || known.state !== "planned" || !isOver(request) || request.state === "done") return;
  const written = request.execution?.steps.some((step) => step.state !== "not-started") ?? false;
  await changeGrantIn(
    deps,
    tx,
    request.id,
    written
      ? { kind: "end", how: "not-confirmed", by: null, reason: null }
      : { kind: "never-began", says: request.says },
  );
}

/** From its approval on there is a row, so that whatever is written is known to be ended one day. */
async function plan(tx: Tx, request: Request, known: Grant | null): Promise<void> {
  const planned = plannedGrant(request, known?.revision ?? 0);
  if (known === null) await tx.grants.insert(planned);
  else if (known.state === "planned" && !(await tx.grants.replace(planned, known.revision)))
    throw new Error(`grant ${request.id} changed within its own transaction`);
}

function plannedGrant(request: Request, revision: number): Grant {
  const { access, changes, notBefore } = request.plan;
  if (access === undefined) throw new Error(`${request.id} grants nothing`);
  const { role, where, credential, beneficiary, probe, lengthMs } = access;
  return {
    ...{
      id: request.id,
      revision: revision + 1,
      state: "planned",
      role,
      where,
      credential,
      beneficiary,
      probe,
      lengthMs,
    },
    requester: request.requester,
    reason: request.reason,
    objects: changes.flatMap((change) => (change.kind === "object" ? [change.object] : [])),
    ...membershipOf(changes),
    plannedAt: request.createdAt,
    notBefore: notBefore ?? null,
    ...{ activeAt: null, endsAt: null, ending: null, endedAt: null, handedOverAt: null, tokenOf: null },
    card: request.card,
    says: "approved",
  };
}

function membershipOf(changes: Request["plan"]["changes"]): Pick<Grant, "membership"> {
  const [change] = changes.filter((one) => one.kind === "membership");
  return change === undefined
    ? {}
    : { membership: { target: change.target, role: change.role, member: change.member } };
}

/** Read before the request is called done; refused when it can't be read or is not what was approved. */
export async function lookAtGrant(deps: Deps, request: Request): Promise<Activation | null | Refusal> {
  const { access, changes } = request.plan;
  if (access === undefined) return null;
  const over = await whyOver(deps, access);
  if (over !== null) return over;
  const token = access.credential === "token" ? await madeToken(deps, request) : null;
  if (isRefusal(token)) return token;
  const objects: ObjectRef[] = [];
  // Another system does not say since when: its time runs from when it was read back.
  let activeAt = deps.clock.now();
  for (const change of changes) {
    if (change.kind !== "object") continue;
    const live = (await deps.clusters.get(change.object.cluster)?.read(change.object)) ?? null;
    if (isRefusal(live)) return live;
    const created = Date.parse(textAt(live ?? undefined, "metadata", "creationTimestamp"));
    if (live === null || Number.isNaN(created))
      return refuse("no-such-target", `${fullName(change.object)} is gone again.`, "Ask anew.");
    objects.push({ ...change.object, uid: textAt(live, "metadata", "uid") });
    activeAt = created;
  }
  return { objects, activeAt, token };
}

/** Somebody ended it while it was read back, or before it could last longer. */
async function whyOver(deps: Deps, { kind, grant: id }: PlannedAccess): Promise<Refusal | null> {
  const grant = await deps.store.grants.get(id);
  if (grant?.state === (kind === "grant" ? "planned" : "active")) return null;
  const says =
    kind === "grant" ? `${id} is ${grant?.state}: ${grant?.says}.` : `${id} ended before it could last longer.`;
  return refuse("grant-over", says, "Ask for a new one with grant.");
}

async function madeToken(deps: Deps, { id }: Request): Promise<MadeToken | Refusal> {
  const expiresAt = await deps.store.grantTokens.expiresAt(id);
  if (expiresAt !== null) return { of: id, expiresAt };
  return refuse("no-token", `The token that was made for ${id} is not there.`, "Ask anew.");
}

/** In the same transaction as "done": a grant is never active without its request being done, nor the other way round. */
export async function activate(deps: Deps, tx: Tx, request: Request, activation: Activation): Promise<Refusal | null> {
  const { access } = request.plan;
  if (access === undefined) return null;
  const { objects, activeAt, token } = activation;
  const changed = await changeGrantIn(
    deps,
    tx,
    access.grant,
    access.kind === "grant"
      ? { kind: "activated", objects, activeAt, token }
      : { kind: "extended", lengthMs: access.lengthMs, token },
  );
  return isRefusal(changed) ? changed : null;
}
