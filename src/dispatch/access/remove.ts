// Takes a grant's objects away and reads back that they are gone: safe to run again, and by several at once.
import { type Grant, grantLabel, type HeldMembership } from "../../core/access.ts";
import { textAt } from "../../core/json.ts";
import { type Call, fullName, type KubeObject, type ObjectRef, pathOf } from "../../core/kube.ts";
import type { Cluster } from "../../core/ports/clusters.ts";
import { isRefusal } from "../../core/refusal.ts";
import { append } from "../append.ts";
import type { Deps } from "../deps.ts";
import { writeDeadlineMs } from "../executing.ts";
import { noSuchTarget } from "./membership.ts";
import { grantEvent } from "./store-grant.ts";

export type Removal =
  /** Nothing of it is left, and of its probe the cluster says no, or yes by something else than this grant. */
  { readonly kind: "gone"; readonly says: string } | { readonly kind: "not-yet"; readonly says: string };

/** The binding first: the right ends with it, whatever becomes of the rest. */
export async function removeGrant(deps: Deps, grant: Grant): Promise<Removal> {
  const sealed = deps.recordSealedBecause();
  if (sealed !== null) return { kind: "not-yet", says: sealed.message };
  for (const [index, object] of grant.objects.toReversed().entries()) {
    const left = await removeOne(deps, grant, { object, index });
    if (left !== null) return { kind: "not-yet", says: left };
  }
  return grant.membership === undefined ? probeSaysNo(deps, grant) : leave(deps, grant, grant.membership);
}

/** Out of the other system: looked at, taken out under a record, and read back. */
async function leave(deps: Deps, grant: Grant, { target: name, role, member }: HeldMembership): Promise<Removal> {
  const target = deps.accessTargets.get(name);
  if (target === null) return { kind: "not-yet", says: noSuchTarget(name).message };
  const before = await target.observe(member, role);
  if (isRefusal(before)) return { kind: "not-yet", says: before.message };
  if (!before.isMember) return { kind: "gone", says: `Read back: no member of ${role} on ${name}.` };
  const object = `membership of ${role} on ${name} for ${member.id}`;
  await recordWrite(deps, grant, { code: "write.intended", outcome: "ok", details: { index: 0, object } });
  const outcome = await target.remove(member, role, writeDeadlineMs);
  const says =
    outcome.kind === "done" ? "Taken out." : outcome.kind === "refused" ? outcome.refusal.message : outcome.says;
  const done = outcome.kind === "done";
  await recordWrite(deps, grant, {
    code: done ? "write.done" : "write.failed",
    outcome: done ? "ok" : outcome.kind === "refused" ? "refused" : "failed",
    details: { index: 0, object, says },
  });
  const after = await target.observe(member, role);
  if (isRefusal(after)) return { kind: "not-yet", says: after.message };
  if (!after.isMember) return { kind: "gone", says: `Read back: no member of ${role} on ${name}.` };
  // By another way too: that is not this grant's to end.
  if (done && after.otherwise !== "")
    return { kind: "gone", says: `Taken out. ${member.name} is still a member of ${role}: ${after.otherwise}` };
  return { kind: "not-yet", says };
}

/** null when it is gone; else why it is not known to be. */
async function removeOne(
  deps: Deps,
  grant: Grant,
  { object, index }: { object: ObjectRef; index: number },
): Promise<string | null> {
  const cluster = deps.clusters.get(object.cluster);
  if (cluster === null) return `the cluster ${object.cluster} is not configured any more`;
  const live = await ownObject(cluster, grant, object);
  if (live === null || typeof live === "string") return live;
  const intent = { index, object: fullName(object), method: "DELETE", path: pathOf(object) };
  await recordWrite(deps, grant, { code: "write.intended", outcome: "ok", details: intent });
  const outcome = await cluster.write(deletionOf(object), {
    fresh: live,
    requestId: grant.id,
    deadlineMs: writeDeadlineMs,
  });
  const says =
    outcome.kind === "written" ? "Deleted." : outcome.kind === "refused" ? outcome.refusal.message : outcome.says;
  const done = outcome.kind === "written";
  await recordWrite(deps, grant, {
    code: done ? "write.done" : "write.failed",
    outcome: done ? "ok" : outcome.kind === "refused" ? "refused" : "failed",
    details: { index, object: fullName(object), state: done ? "written" : outcome.kind, says },
  });
  const after = await ownObject(cluster, grant, object);
  if (after === null || typeof after === "string") return after;
  return done ? `${fullName(object)} is still there` : says;
}

/** An object of that name that is another one by its uid, and does not carry the grant's label, is somebody else's: left alone. */
async function ownObject(cluster: Cluster, grant: Grant, object: ObjectRef): Promise<KubeObject | null | string> {
  const live = await cluster.read(object);
  if (isRefusal(live)) return live.message;
  return live !== null && isOfGrant(live, grant, object) ? live : null;
}

/** A label can be taken off by whoever may write the object; its uid stays. */
export function isOfGrant(live: KubeObject, grant: Grant, object: ObjectRef): boolean {
  const isSame = object.uid !== "" && textAt(live, "metadata", "uid") === object.uid;
  return isSame || textAt(live, "metadata", "labels", grantLabel) === grant.id;
}

function deletionOf(object: ObjectRef): Call {
  return {
    method: "DELETE",
    path: pathOf(object),
    query: {},
    contentType: "application/json",
    body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" },
    guard: "delete-preconditions",
  };
}

/** The record precedes the call. */
async function recordWrite(
  deps: Deps,
  grant: Grant,
  written: {
    readonly code: "write.intended" | "write.done" | "write.failed";
    readonly outcome: "ok" | "failed" | "refused";
    readonly details: Readonly<Record<string, string | number>>;
  },
): Promise<void> {
  const event = grantEvent(grant, { ...written, outcome: "ok", by: null });
  await deps.store.transact((tx) => append(tx, { ...event, outcome: written.outcome }, deps.channels.audit));
  deps.nudge();
}

/** A right that somebody also has by another way is not this grant's to end, and is told. */
async function probeSaysNo(deps: Deps, grant: Grant): Promise<Removal> {
  const { probe } = grant;
  const cluster = probe === null ? null : deps.clusters.get(probe.cluster);
  if (probe === null || cluster === null) return { kind: "gone", says: "Read back as gone." };
  const answer = await cluster.mayDo(probe.subject, probe.access);
  if (isRefusal(answer)) return { kind: "not-yet", says: answer.message };
  if (!answer.allowed) return { kind: "gone", says: "Read back as gone; the cluster says no." };
  const { verb, resource } = probe.access;
  const names = grant.objects.map((object) => object.name);
  if (names.some((name) => answer.reason.includes(name)))
    return { kind: "not-yet", says: `the cluster still lets ${grant.beneficiary.name} ${verb} ${resource}` };
  const otherwise = answer.reason === "" ? "by another way" : `otherwise: ${answer.reason}`;
  return {
    kind: "gone",
    says: `Read back as gone. ${grant.beneficiary.name} may still ${verb} ${resource}, ${otherwise}`,
  };
}
