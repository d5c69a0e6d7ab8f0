// The revisions of a workload and which of them an undo goes to, as kubectl rollout history and undo read them.
import { at, isJsonObject, type Json, type JsonObject, listAt, mapAt, textAt } from "../core/json.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { lastAppliedAnnotation } from "./normalise.ts";

export interface Revision {
  readonly revision: number;
  /** Of the ReplicaSet or ControllerRevision that keeps it. */
  readonly name: string;
  /** Annotation kubernetes.io/change-cause, or "". */
  readonly changeCause: string;
  /** The pod template, without the label pod-template-hash and without `$patch`. */
  readonly template: JsonObject;
  readonly images: readonly string[];
  /** Milliseconds since the epoch; 0 when the object does not say. */
  readonly createdAt: number;
  readonly annotations: JsonObject;
  /** A ControllerRevision's `data`, which an undo sends as it is; null for ReplicaSets. */
  readonly data: JsonObject | null;
}

const hashLabel = "pod-template-hash";
const revisionAnnotation = "deployment.kubernetes.io/revision";

/** kubectl pkg/util/deployment annotationsToSkip: of an undo, these stay as the Deployment has them. */
const keptAnnotations: ReadonlySet<string> = new Set([
  lastAppliedAnnotation,
  revisionAnnotation,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** A Deployment's revisions, oldest first, among the ReplicaSets of its namespace. One without a readable revision is left out. */
export function deploymentRevisions(deployment: JsonObject, replicaSets: readonly JsonObject[]): readonly Revision[] {
  const revisions: Revision[] = [];
  for (const set of replicaSets) {
    if (!isControlledBy(set, deployment)) continue;
    const text = textAt(set, "metadata", "annotations", revisionAnnotation) || "0";
    if (!/^-?\d{1,15}$/.test(text)) continue;
    const template = withoutHash(mapAt(set, "spec", "template"));
    revisions.push(revisionOf(set, Number(text), template, null));
  }
  return revisions.sort((a, b) => a.revision - b.revision);
}

/** A StatefulSet's or DaemonSet's revisions, oldest first, among the ControllerRevisions of its namespace. */
export function controllerRevisions(workload: JsonObject, kept: readonly JsonObject[]): readonly Revision[] {
  const revisions: Revision[] = [];
  for (const one of kept) {
    const number = at(one, "revision");
    if (typeof number !== "number" || !isControlledBy(one, workload)) continue;
    const data = mapAt(one, "data");
    const template = Object.entries(mapAt(data, "spec", "template")).filter(([key]) => key !== "$patch");
    revisions.push(revisionOf(one, number, Object.fromEntries(template), data));
  }
  return revisions.sort((a, b) => a.revision - b.revision);
}

/**
 * The revision that an undo goes to: the second highest when none is named, else the one of exactly that number. Refuses with
 * kubectl's words, `no-history` or `no-such-revision` (polymorphichelpers/rollback.go).
 */
export function undoTarget(revisions: readonly Revision[], toRevision: number | undefined): Revision | Refusal {
  const list = revisions.map((one) => one.revision).join(", ");
  if (toRevision !== undefined && toRevision !== 0) {
    const found = revisions.find((one) => one.revision === toRevision);
    if (found !== undefined) return found;
    const message = `unable to find specified revision ${toRevision} in history`;
    return refuse("no-such-revision", message, list === "" ? "There is no history." : `The history has ${list}.`);
  }
  const previous = revisions.toSorted((a, b) => b.revision - a.revision)[1];
  if (previous !== undefined) return previous;
  return refuse("no-history", "no rollout history found", list === "" ? "There is none." : `There is only ${list}.`);
}

/** A template as an undo writes and compares it: without the label pod-template-hash. */
export function withoutHash(template: JsonObject): JsonObject {
  const labels = at(template, "metadata", "labels");
  if (!isJsonObject(labels) || !Object.hasOwn(labels, hashLabel)) return template;
  const kept = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== hashLabel));
  return { ...template, metadata: { ...mapAt(template, "metadata"), labels: kept } };
}

/** The annotations of a Deployment after an undo: the ReplicaSet's, except the six that stay the Deployment's own. */
export function undoneAnnotations(deployment: JsonObject, target: Revision): JsonObject {
  const annotations: Record<string, Json> = {};
  for (const [key, value] of Object.entries(mapAt(deployment, "metadata", "annotations"))) {
    if (keptAnnotations.has(key)) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(target.annotations)) {
    if (!keptAnnotations.has(key)) annotations[key] = value;
  }
  return annotations;
}

/** Whether the object's controller owner reference names the owner's uid (metav1.IsControlledBy). */
export function isControlledBy(object: JsonObject, owner: JsonObject): boolean {
  const uid = textAt(owner, "metadata", "uid");
  if (uid === "") return false;
  return listAt(object, "metadata", "ownerReferences").some(
    (reference) => at(reference, "controller") === true && textAt(reference, "uid") === uid,
  );
}

/** The images of a pod template's containers, init containers first. */
export function imagesOf(template: Json | undefined): readonly string[] {
  const containers = [...listAt(template, "spec", "initContainers"), ...listAt(template, "spec", "containers")];
  return containers.map((container) => textAt(container, "image"));
}

function revisionOf(keeper: JsonObject, revision: number, template: JsonObject, data: JsonObject | null): Revision {
  const createdAt = Date.parse(textAt(keeper, "metadata", "creationTimestamp"));
  return {
    revision,
    name: textAt(keeper, "metadata", "name"),
    changeCause: textAt(keeper, "metadata", "annotations", "kubernetes.io/change-cause"),
    template,
    images: imagesOf(template),
    createdAt: Number.isNaN(createdAt) ? 0 : createdAt,
    annotations: mapAt(keeper, "metadata", "annotations"),
    data,
  };
}
