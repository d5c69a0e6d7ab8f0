// What every controller works with: reading and writing through the registry under its own name, and recording events.
import { hash } from "node:crypto";
import { asNumber, asObject, asObjects, asString, at, clone, type Json, type JsonObject } from "../json.ts";
import type { Kind } from "../kinds.ts";
import { apiTime, isControlledBy, type KubeObject, keyOf, type ObjectKey } from "../object.ts";
import type { PodLogs } from "../pods/log-store.ts";
import type { Registry } from "../registry.ts";

export interface Pace {
  /** From the making of a pod to its being ready, in milliseconds. */
  readonly podReadyMs: number;
  /** The first wait before a crashed container starts again; doubled each time up to thirty times itself. */
  readonly crashBackOffMs: number;
}

export type Trouble = "crash" | "unready" | "missing" | "oom";

export interface ControllerContext {
  readonly registry: Registry;
  readonly logs: PodLogs;
  readonly pace: Pace;
  readonly troubleOf: (image: string) => Trouble | undefined;
  /** Reconciles the object again after the time, for deadlines and minReadySeconds. */
  readonly again: (resource: string, key: ObjectKey, delayMs: number) => void;
}

export const MANAGER = "kube-controller-manager";

export function kindOf(context: ControllerContext, resource: string): Kind {
  const kind = context.registry.kinds.storedAs(resource);
  if (kind === undefined) throw new Error(`no kind is stored as ${resource}`);
  return kind;
}

export const nowMs = (context: ControllerContext): number => context.registry.timeline.now();
export const now = (context: ControllerContext): string => apiTime(nowMs(context));

/** The objects of the kind that the owner controls. */
export function owned(context: ControllerContext, resource: string, owner: KubeObject): readonly KubeObject[] {
  const all = context.registry.storage.list(resource, owner.metadata.namespace);
  return all.filter((object) => isControlledBy(object, owner));
}

/** Writes the status through the status subresource; nothing happens when it is the same. */
export function setStatus(
  context: ControllerContext,
  resource: string,
  object: KubeObject,
  status: JsonObject,
  manager = MANAGER,
): void {
  const options = { manager, subresource: "status" };
  context.registry.update(kindOf(context, resource), keyOf(object), options, (current) => ({ ...current, status }));
}

/** Changes the object itself; `change` works on a copy. */
export function change(
  context: ControllerContext,
  resource: string,
  object: KubeObject,
  edit: (copy: KubeObject) => void,
): KubeObject {
  return context.registry.update(kindOf(context, resource), keyOf(object), { manager: MANAGER }, (current) => {
    const copy = clone(current);
    edit(copy);
    return copy;
  });
}

export interface Happening {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly fieldPath?: string;
  readonly host?: string;
}

/** Records an event about an object; one with the same words is counted up instead. */
export function record(context: ControllerContext, about: KubeObject, happening: Happening): void {
  const { registry } = context;
  const namespace = about.metadata.namespace ?? "default";
  if (registry.storage.get("/namespaces", { namespace: "", name: namespace })?.metadata.deletionTimestamp !== undefined)
    return;
  const time = now(context);
  // The same words about the same object have the same name: to look for them in a list took longer with every event.
  const words = hash("sha256", `${about.metadata.uid}\n${happening.reason}\n${happening.message}`);
  const name = `${about.metadata.name}.${words.slice(0, 16)}`;
  const same = registry.storage.get("/events", { namespace, name });
  const kind = kindOf(context, "/events");
  if (same !== undefined) {
    registry.update(kind, keyOf(same), { manager: happening.component }, (current) => ({
      ...current,
      count: asNumber(current.count, 1) + 1,
      lastTimestamp: time,
    }));
    return;
  }
  const { component, host, fieldPath } = happening;
  registry.create(
    kind,
    namespace,
    {
      metadata: { name, namespace },
      involvedObject: {
        kind: about.kind,
        namespace: about.metadata.namespace,
        name: about.metadata.name,
        uid: about.metadata.uid,
        apiVersion: about.apiVersion,
        resourceVersion: about.metadata.resourceVersion,
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      reason: happening.reason,
      message: happening.message,
      source: { component, ...(host === undefined ? {} : { host }) },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type: happening.type,
      reportingComponent: component,
      reportingInstance: host ?? "",
    },
    { manager: component },
  );
}

export const statusOf = (object: KubeObject): JsonObject => asObject(object.status);
export const specOf = (object: KubeObject): JsonObject => asObject(object.spec);
export const numberAt = (object: KubeObject, ...path: readonly string[]): number => asNumber(at(object, ...path));

export function condition(object: KubeObject, type: string): JsonObject | undefined {
  return asObjects(at(object, "status", "conditions")).find((one) => one.type === type);
}

export const isPodReady = (pod: KubeObject): boolean => condition(pod, "Ready")?.status === "True";

/** Not finished and not being deleted. */
export function isPodActive(pod: KubeObject): boolean {
  const phase = asString(at(pod, "status", "phase"));
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp === undefined;
}

/** Milliseconds until a ready pod counts as available; 0 when it does, undefined when it is not ready. */
export function availableInMs(pod: KubeObject, minReadySeconds: number, atMs: number): number | undefined {
  const ready = condition(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  const sinceMs = Date.parse(asString(ready.lastTransitionTime));
  return Math.max(0, sinceMs + minReadySeconds * 1000 - atMs);
}

export type Conditions = readonly JsonObject[];

/** Sets a condition: nothing changes when status and reason stay; the transition time moves with the status only. */
export function withCondition(
  conditions: Conditions,
  next: { type: string; status: string; reason: string; message: string },
  time: string,
): Conditions {
  const current = conditions.find((one) => one.type === next.type);
  if (current !== undefined && current.status === next.status && current.reason === next.reason) return conditions;
  const since = current !== undefined && current.status === next.status ? asString(current.lastTransitionTime) : time;
  const made: JsonObject = {
    type: next.type,
    status: next.status,
    lastUpdateTime: time,
    lastTransitionTime: since,
    reason: next.reason,
    message: next.message,
  };
  return [...conditions.filter((one) => one.type !== next.type), made];
}

export const jsonList = (conditions: Conditions): Json => conditions.map((one) => ({ ...one }));
