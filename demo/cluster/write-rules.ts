// The rules every write of an object keeps: its identity, when nothing changed, and when it may go.
import { asString, equal, isObject, type JsonObject } from "./json.ts";
import { apiVersionOf, type Kind } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import { type ApiError, conflict } from "./status.ts";

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
}

/** The stored object as that version of its kind shows it. */
export function inVersion(object: KubeObject, kind: Kind): KubeObject {
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Fields that no writer can change. */
export function keepIdentity(current: KubeObject, next: KubeObject): void {
  const { metadata } = current;
  next.metadata.uid ??= metadata.uid ?? "";
  next.metadata.resourceVersion = metadata.resourceVersion ?? "";
  next.metadata.creationTimestamp = metadata.creationTimestamp ?? "";
  if (metadata.namespace !== undefined) next.metadata.namespace ??= metadata.namespace;
  if (metadata.deletionTimestamp === undefined) {
    delete next.metadata.deletionTimestamp;
    delete next.metadata.deletionGracePeriodSeconds;
    return;
  }
  next.metadata.deletionTimestamp = metadata.deletionTimestamp;
  if (metadata.deletionGracePeriodSeconds !== undefined)
    next.metadata.deletionGracePeriodSeconds = metadata.deletionGracePeriodSeconds;
}

/** Whether only the times of managedFields differ: then nothing is written. */
export function sameButForTimes(current: KubeObject, next: KubeObject): boolean {
  const timeless = (object: KubeObject): JsonObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: ((object.metadata.managedFields ?? []) as JsonObject[]).map(({ time: _time, ...entry }) => entry),
    },
  });
  return equal(timeless(current), timeless(next));
}

/** Being deleted, with nothing left that holds it. */
export const isReadyToGo = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.finalizers ?? []).length === 0 &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  object.kind !== "Namespace";

/** Seconds a deleted pod has left; none when it runs nowhere or is done. */
export function podGrace(pod: KubeObject, asked: number | undefined): number {
  const spec = isObject(pod.spec) ? pod.spec : {};
  if (asString(spec.nodeName) === "") return 0;
  const status = isObject(pod.status) ? pod.status : {};
  if (status.phase === "Succeeded" || status.phase === "Failed") return 0;
  const own = spec.terminationGracePeriodSeconds;
  return asked ?? (typeof own === "number" ? own : 30);
}

/** Throws 409 when the deletion was meant for another object or version. */
export function checkPreconditions(kind: Kind, current: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = current.metadata;
  const fail = (what: string, asked: string, is: string | undefined, hint: string): ApiError =>
    conflict(
      { group: kind.group, plural: kind.kind },
      name,
      `the ${what} in the precondition (${asked}) does not match the ${what} in record (${is}). The object might have been ${hint}`,
    );
  if (options.uid !== undefined && options.uid !== uid)
    throw fail("UID", options.uid, uid, "deleted and then recreated");
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
    throw fail("ResourceVersion", options.resourceVersion, resourceVersion, "modified");
}
