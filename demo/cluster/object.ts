// A Kubernetes object as the sample cluster stores it, and the questions every part asks of one.
import { asObjects, asString, type JsonObject } from "./json.ts";

export interface ObjectMeta extends JsonObject {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
}

/** Stored objects are never changed in place: whoever wants a change clones first. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export const keyOf = (object: KubeObject): ObjectKey => ({
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
});

/** The owner that controls the object (`ownerReferences` with `controller: true`). */
export function controllerOf(object: KubeObject): JsonObject | undefined {
  return asObjects(object.metadata.ownerReferences).find((owner) => owner.controller === true);
}

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  asString(controllerOf(object)?.uid) === owner.metadata.uid;

/** An owner reference that makes `owner` the controller, as metav1.NewControllerRef does. */
export function controllerReference(owner: KubeObject): JsonObject {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** An API time: RFC 3339 in UTC with whole seconds. */
export const apiTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** An API micro time, as events carry it. */
export const microTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;
