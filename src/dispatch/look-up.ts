// After a call whose outcome is unknown: look at the world, and make sure that nothing can land late.
import { fullName, pathOf, requestAnnotation } from "../core/kube.ts";
import type { PreviewedChange } from "../core/plan.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Request } from "../core/request.ts";
import { type Carried, callerOf, type Executing, type One, writeDeadlineMs } from "./executing.ts";
import { lostOrHalted, record } from "./step.ts";
import { showsDone } from "./write-change.ts";

/** Bumps the object's resourceVersion, so that a call guarded by the one before can't land any more. */
export const fenceAnnotation = "countersign.dev/fence";

export type LookedUp =
  | { readonly kind: "stepped"; readonly request: Request }
  /** It did not land and cannot any more: it may be sent again. */
  | { readonly kind: "not-done" }
  | Exclude<Carried, { kind: "all-written" }>;

/** A call in flight lives no longer than its deadline at the sender, and as long again in the server. */
const settleMs = 2 * writeDeadlineMs;

export async function lookUp(executing: Executing, request: Request, one: One<PreviewedChange>): Promise<LookedUp> {
  const { deps } = executing;
  const { change } = one;
  const cluster = deps.clusters.get(change.object.cluster);
  if (cluster === null) return unknown(change, "its cluster is not configured any more");
  const marked = await record(executing, request, one, {
    state: "unknown",
    says: "Interrupted; looking at what was done.",
  });
  if (isRefusal(marked) && marked.code !== "already-so") return lostOrHalted(marked);
  const before = await cluster.read(change.object);
  if (isRefusal(before)) return unknown(change, before.message);
  if (showsDone(change, before, request.id)) return foundDone(executing, request, one);
  const fenced = change.operation === "create" || before === null ? false : await fence(executing, request, one);
  // What cannot be fenced is waited out.
  if (!fenced) await deps.clock.wait(settleMs);
  const after = await cluster.read(change.object);
  if (isRefusal(after)) return unknown(change, after.message);
  if (showsDone(change, after, request.id)) return foundDone(executing, request, one);
  return fenced ? { kind: "not-done" } : unknown(change, "the call could still land late");
}

async function foundDone(executing: Executing, request: Request, one: One<PreviewedChange>): Promise<LookedUp> {
  const step = await record(executing, request, one, { state: "found-done", says: "Found done when looked up." });
  return isRefusal(step) ? lostOrHalted(step) : { kind: "stepped", request: step };
}

/** True when the object now has a version that no earlier call was guarded by. */
async function fence(executing: Executing, request: Request, one: One<PreviewedChange>): Promise<boolean> {
  const { change, holder } = one;
  const cluster = executing.deps.clusters.get(change.object.cluster);
  if (cluster === null) return false;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const fresh = await cluster.read(change.object);
    if (isRefusal(fresh) || fresh === null) return false;
    const outcome = await cluster.write(
      {
        method: "PATCH",
        path: pathOf(change.object),
        query: { fieldManager: "countersign" },
        contentType: "application/merge-patch+json",
        body: { metadata: { annotations: { [fenceAnnotation]: `${request.id}/${holder.fence}` } } },
        guard: "body-metadata",
      },
      { caller: callerOf(), fresh, requestId: `fence-${request.id}`, deadlineMs: writeDeadlineMs },
    );
    if (outcome.kind === "written") return true;
    if (outcome.kind !== "stale") return false;
  }
  return false;
}

function unknown(change: PreviewedChange, why: string): LookedUp {
  return {
    kind: "stopped",
    outcome: "unknown",
    says: `Whether ${fullName(change.object)} was changed is not known: ${why}. Look at it before asking anew; the annotation ${requestAnnotation} names the last request that wrote it.`,
  };
}
