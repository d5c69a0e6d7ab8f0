// Sends one approved call, guarded by the object as it is now, and compares what was stored with what was approved.
import { digestOf } from "../core/digest.ts";
import { mapAt, textAt } from "../core/json.ts";
import { fullName, type KubeObject, pathOf, requestAnnotation } from "../core/kube.ts";
import type { PreviewedChange } from "../core/plan.ts";
import type { Cluster } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";
import { meaningOf } from "../kubernetes/normalise.ts";

export type WriteResult =
  | { readonly kind: "written"; readonly resourceVersion: string; readonly auditId: string | null }
  /** Stored, but not as approved: admission changed it, or somebody else wrote in between. */
  | {
      readonly kind: "changed";
      readonly paths: readonly string[];
      readonly resourceVersion: string;
      readonly auditId: string | null;
    }
  /** The guard failed; nothing was written. */
  | { readonly kind: "stale"; readonly says: string }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** Its lease was over before it could be sent; nothing was written. */
  | { readonly kind: "late" }
  /** Something forbade it right before it would have been sent, such as a freeze; nothing was written. */
  | { readonly kind: "forbidden"; readonly refusal: Refusal }
  /** It may or may not have landed. */
  | { readonly kind: "unknown"; readonly says: string };

export interface Writing {
  readonly cluster: Cluster;
  readonly change: PreviewedChange;
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly unstablePaths: readonly string[];
  /** Asked after the object was read and right before the call is sent. */
  readonly whyNotSend: () => Promise<Refusal | "late" | null>;
}

/**
 * Reads the object, writes once, compares. Never tries again by itself. A process that stood still before the reading finds
 * here that its time is over; one that stood still after it is stopped by the versions that guard the call.
 */
export async function writeChange(writing: Writing): Promise<WriteResult> {
  const { cluster, change } = writing;
  const fresh = await readFresh(cluster, change);
  if (isRefusal(fresh)) return { kind: "refused", refusal: fresh };
  const moved = movedFrom(change, fresh);
  if (moved !== null) return { kind: "stale", says: moved };
  const forbids = await writing.whyNotSend();
  if (forbids !== null) return forbids === "late" ? { kind: "late" } : { kind: "forbidden", refusal: forbids };
  const outcome = await cluster.write(change.call, {
    fresh,
    requestId: writing.requestId,
    deadlineMs: writing.deadlineMs,
  });
  if (outcome.kind !== "written") return outcome;
  const resourceVersion = textAt(outcome.stored ?? undefined, "metadata", "resourceVersion");
  const paths = unlike(change, outcome.stored, writing.unstablePaths);
  const stored = { resourceVersion, auditId: outcome.auditId };
  return paths.length === 0 ? { kind: "written", ...stored } : { kind: "changed", paths, ...stored };
}

/** What guards the call, as the plan saw it: for a subresource its own representation, which carries the same versions. */
export async function readFresh(cluster: Cluster, change: PreviewedChange): Promise<KubeObject | null | Refusal> {
  const own = `${pathOf(change.object)}/`;
  const { path } = change.call;
  return path.startsWith(own)
    ? cluster.readToWrite(change.object, path.slice(own.length))
    : cluster.readToWrite(change.object);
}

/** Another object, none, one that should not be there yet, or one that changed since: the approved call is not about it. */
function movedFrom(change: PreviewedChange, fresh: KubeObject | null): string | null {
  const name = fullName(change.object);
  if (change.operation === "create") return fresh === null ? null : `${name} exists by now.`;
  if (fresh === null) return `${name} is gone.`;
  const uid = textAt(fresh, "metadata", "uid");
  if (uid !== change.object.uid)
    return `${name} is another object by now (uid ${uid}, approved was ${change.object.uid}).`;
  const [first] = fieldDifferences(change.before, meaningOf(fresh));
  return first === undefined ? null : `${name} changed at ${first.path} since it was looked at.`;
}

/**
 * Where an object that was found later differs from what was approved in what the call itself sets: by then controllers have
 * added their own, a rollout its revision for example, and that is nobody's failure.
 */
export function unlikeSince(
  change: PreviewedChange,
  live: KubeObject | null,
  unstable: readonly string[],
): readonly string[] {
  if (change.operation === "delete" || live === null || change.after === null) return [];
  const own = new Set(fieldDifferences(change.before, change.after).map((field) => field.path));
  const isOwn = change.operation === "create" ? () => true : (path: string) => own.has(path);
  return fieldDifferences(change.after, meaningOf(live))
    .filter((one) => isOwn(one.path) && (change.operation === "update" || one.before !== undefined))
    .map((one) => one.path)
    .filter((path) => !unstable.includes(path));
}

/** Where the answer to the call differs from what was approved. */
function unlike(change: PreviewedChange, stored: KubeObject | null, unstable: readonly string[]): readonly string[] {
  if (change.operation === "delete" || stored === null || change.after === null) return [];
  return fieldDifferences(change.after, meaningOf(stored))
    .map((one) => one.path)
    .filter((path) => !unstable.includes(path));
}

export function changedWords(change: PreviewedChange, paths: readonly string[]): string {
  return `${fullName(change.object)} was written, but admission or another writer changed ${paths.join(", ")} from what was approved. I stopped there: look at it now.`;
}

/**
 * Whether an object shows that this request's call has landed: it carries the request's annotation, or it already is in every
 * changed field what was approved. The evidence by which recovery recognises its own work.
 */
export function showsDone(change: PreviewedChange, live: KubeObject | null, requestId: string): boolean {
  if (change.operation === "delete")
    return (
      live === null ||
      textAt(live, "metadata", "uid") !== change.object.uid ||
      textAt(live, "metadata", "deletionTimestamp") !== ""
    );
  if (live === null || change.after === null) return false;
  if (change.operation === "update" && textAt(live, "metadata", "uid") !== change.object.uid) return false;
  if (textAt(mapAt(live, "metadata", "annotations"), requestAnnotation) === requestId) return true;
  const wanted = fieldDifferences(change.before, change.after);
  const still = new Set(fieldDifferences(change.after, meaningOf(live)).map((one) => one.path));
  return wanted.length > 0 && wanted.every((field) => !still.has(field.path));
}

/** What of a change carries meaning, for comparing a re-made one with the approved one. */
export function sameChange(a: PreviewedChange, b: PreviewedChange): boolean {
  return meaningDigest(a) === meaningDigest(b);
}

function meaningDigest(change: PreviewedChange): string {
  const fields = fieldDifferences(change.before, change.after).map((one) => ({
    path: one.path,
    before: one.before ?? null,
    after: one.after ?? null,
  }));
  const { method, path, query, contentType, body, guard } = change.call;
  return digestOf({
    uid: change.object.uid,
    name: fullName(change.object),
    method,
    path,
    query,
    contentType,
    body,
    guard,
    fields,
  });
}
