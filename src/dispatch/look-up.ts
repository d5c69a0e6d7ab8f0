// After a call whose outcome is unknown: look at the world, and make sure that nothing can land late.
import { textAt } from "../core/json.ts";
import type { KubeObject } from "../core/kube.ts";
import { fullName, pathOf, requestAnnotation } from "../core/kube.ts";
import type { PreviewedChange } from "../core/plan.ts";
import type { Cluster, WriteOutcome } from "../core/ports/clusters.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { clusterConfig } from "./deps.ts";
import { type Acting, type Carried, type CutShort, leaseMs, type One, writeDeadlineMs } from "./executing.ts";
import { lostOrHalted, record } from "./step.ts";
import { transition } from "./transition.ts";
import { changedWords, readFresh, showsDone, unlikeSince } from "./write-change.ts";

export type LookedUp =
  | { readonly kind: "stepped"; readonly request: Request }
  /** It did not land and cannot any more: it may be sent again. */
  | { readonly kind: "not-done" }
  | CutShort;

/** A call in flight lives no longer than its deadline at the sender, and as long again in the server. */
const settleMs = 2 * writeDeadlineMs;
const fenceAttempts = 3;
/** A line that lost an answer is often down for some seconds: only after these is it a person's to look. */
const readAttempts = 5;
const readAgainMs = 2_000;

export async function lookUp(acting: Acting, request: Request, one: One<PreviewedChange>): Promise<LookedUp> {
  const { change } = one;
  const cluster = acting.clusters.get(change.object.cluster);
  if (cluster === null) return unknown(change, "its cluster is not configured any more");
  const marked = await record(acting, request, one, {
    state: "unknown",
    says: "Interrupted; looking at what was done, and bumping the object's version so that nothing lands late.",
  });
  if (isRefusal(marked) && marked.code !== "already-so") return lostOrHalted(marked);
  for (let attempt = 1; attempt <= fenceAttempts; attempt += 1) {
    const found = await readAtLast(acting, request, { ...one, cluster });
    if (found.kind === "stopped" || found.kind === "lost") return found;
    const { fresh } = found;
    if (showsDone(change, fresh, request.id)) return foundDone(acting, request, { ...one, live: fresh });
    if (change.operation === "create" || fresh === null) break;
    // Guarded by what just showed that it is not done: where this lands, nothing guarded by an earlier version can.
    const fenced = await fence(cluster, { change, fresh, request });
    if (fenced.kind === "written") return { kind: "not-done" };
    if (fenced.kind !== "stale") break;
  }
  return waitOut(acting, request, { ...one, cluster });
}

type Found = { readonly kind: "found"; readonly fresh: KubeObject | null } | CutShort;

async function readAtLast(
  acting: Acting,
  request: Request,
  { change, cluster, holder }: One<PreviewedChange> & { readonly cluster: Cluster },
): Promise<Found> {
  const { deps } = acting;
  for (let attempt = 1; ; attempt += 1) {
    const fresh = await readFresh(cluster, change);
    if (!isRefusal(fresh)) return { kind: "found", fresh };
    const mayPass = fresh.code === "cluster-unreachable" && attempt < readAttempts;
    if (!mayPass) return unknown(change, fresh.message);
    const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs: readAgainMs + leaseMs });
    if (isRefusal(alive)) return lostOrHalted(alive);
    await deps.clock.wait(readAgainMs);
  }
}

/** What cannot be fenced is waited for until it must have ended, under a lease that lasts as long. */
async function waitOut(
  acting: Acting,
  request: Request,
  one: One<PreviewedChange> & { readonly cluster: Cluster },
): Promise<LookedUp> {
  const { deps } = acting;
  const { change, cluster, holder } = one;
  const alive = await transition(deps, request.id, { kind: "heartbeat", ...holder, leaseMs: settleMs + leaseMs });
  if (isRefusal(alive)) return lostOrHalted(alive);
  await deps.clock.wait(settleMs);
  const after = await readFresh(cluster, change);
  if (isRefusal(after)) return unknown(change, after.message);
  return showsDone(change, after, request.id)
    ? foundDone(acting, request, { ...one, live: after })
    : unknown(change, "the call could still land late");
}

/** Landed; whether as approved is compared here, since nobody read the answer of the call. */
async function foundDone(
  acting: Acting,
  request: Request,
  one: One<PreviewedChange> & { readonly live: KubeObject | null },
): Promise<LookedUp> {
  const { change, live } = one;
  const allowed = clusterConfig(acting.deps, change.object.cluster)?.unstablePaths ?? [];
  const paths = unlikeSince(change, live, allowed);
  if (paths.length > 0) {
    const says = changedWords(change, paths);
    const changed = await record(acting, request, one, { state: "changed", says });
    return isRefusal(changed) ? lostOrHalted(changed) : { kind: "stopped", outcome: "failed", says };
  }
  const step = await record(acting, request, one, { state: "found-done", says: "Found done when looked up." });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
}

/**
 * Bumps the object's resourceVersion: the write sets the request annotation to a value that was never there. It names the
 * version that it stands on, since setting the same value twice would bump nothing.
 */
async function fence(
  cluster: Cluster,
  { change, fresh, request }: { change: PreviewedChange; fresh: KubeObject; request: Request },
): Promise<WriteOutcome> {
  return cluster.write(
    {
      method: "PATCH",
      path: pathOf(change.object),
      query: { fieldManager: "countersign" },
      contentType: "application/merge-patch+json",
      body: { metadata: {} },
      guard: "body-metadata",
    },
    {
      fresh,
      requestId: `fence-${request.id}-${textAt(fresh, "metadata", "resourceVersion")}`,
      deadlineMs: writeDeadlineMs,
    },
  );
}

function unknown(change: PreviewedChange, why: string): Extract<Carried, { kind: "stopped" }> {
  return {
    kind: "stopped",
    outcome: "unknown",
    says: `Whether ${fullName(change.object)} was changed is not known: ${why}. Look at it before asking anew; the annotation ${requestAnnotation} names the last request that wrote it.`,
  };
}
