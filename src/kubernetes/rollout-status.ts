// Where a rollout stands, by the conditions and in the sentences of kubectl rollout status.
import { at, type JsonObject, listAt, numberAt, textAt } from "../core/json.ts";

export interface RolloutStatus {
  readonly kind: "progressing" | "done" | "failed" | "unsupported";
  /** Pods that are as they shall be, of `total`. */
  readonly done: number;
  readonly total: number;
  readonly says: string;
}

/**
 * Source: kubectl v0.36 pkg/polymorphichelpers/rollout_status.go, for apps/v1 Deployment, DaemonSet and StatefulSet. `failed` is
 * only Deployment's ProgressDeadlineExceeded; `unsupported` stands for other kinds and update strategies.
 */
export function rolloutStatus(object: JsonObject): RolloutStatus {
  switch (textAt(object, "kind")) {
    case "Deployment":
      return deploymentStatus(object);
    case "DaemonSet":
      return daemonSetStatus(object);
    case "StatefulSet":
      return statefulSetStatus(object);
    default: {
      const says = `no status viewer has been implemented for ${textAt(object, "kind")}`;
      return { kind: "unsupported", done: 0, total: 0, says };
    }
  }
}

function deploymentStatus(object: JsonObject): RolloutStatus {
  const name = JSON.stringify(textAt(object, "metadata", "name"));
  const wanted = numberAt(object, 1, "spec", "replicas");
  const updated = status(object, "updatedReplicas");
  const available = status(object, "availableReplicas");
  const replicas = status(object, "replicas");
  const counts = { done: Math.min(available, updated), total: wanted };
  if (generation(object) > status(object, "observedGeneration")) {
    return { kind: "progressing", ...counts, says: "Waiting for deployment spec update to be observed..." };
  }
  if (hasTimedOut(object)) {
    return { kind: "failed", ...counts, says: `deployment ${name} exceeded its progress deadline` };
  }
  const waits = `Waiting for deployment ${name} rollout to finish:`;
  if (updated < wanted) {
    const says = `${waits} ${updated} out of ${wanted} new replicas have been updated...`;
    return { kind: "progressing", ...counts, says };
  }
  if (replicas > updated) {
    const says = `${waits} ${replicas - updated} old replicas are pending termination...`;
    return { kind: "progressing", ...counts, says };
  }
  if (available < updated) {
    const says = `${waits} ${available} of ${updated} updated replicas are available...`;
    return { kind: "progressing", ...counts, says };
  }
  return { kind: "done", ...counts, says: `deployment ${name} successfully rolled out` };
}

function hasTimedOut(object: JsonObject): boolean {
  return listAt(object, "status", "conditions").some(
    (condition) =>
      textAt(condition, "type") === "Progressing" && textAt(condition, "reason") === "ProgressDeadlineExceeded",
  );
}

function daemonSetStatus(object: JsonObject): RolloutStatus {
  const name = JSON.stringify(textAt(object, "metadata", "name"));
  const wanted = status(object, "desiredNumberScheduled");
  const updated = status(object, "updatedNumberScheduled");
  const available = status(object, "numberAvailable");
  const counts = { done: Math.min(available, updated), total: wanted };
  if (textAt(object, "spec", "updateStrategy", "type") !== "RollingUpdate") return onlyRolling(counts);
  if (generation(object) > status(object, "observedGeneration")) {
    return { kind: "progressing", ...counts, says: "Waiting for daemon set spec update to be observed..." };
  }
  const waits = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < wanted) {
    return {
      kind: "progressing",
      ...counts,
      says: `${waits} ${updated} out of ${wanted} new pods have been updated...`,
    };
  }
  if (available < wanted) {
    return { kind: "progressing", ...counts, says: `${waits} ${available} of ${wanted} updated pods are available...` };
  }
  return { kind: "done", ...counts, says: `daemon set ${name} successfully rolled out` };
}

function statefulSetStatus(object: JsonObject): RolloutStatus {
  const wanted = numberAt(object, 1, "spec", "replicas");
  const ready = status(object, "readyReplicas");
  const updated = status(object, "updatedReplicas");
  const counts = { done: ready, total: wanted };
  if (textAt(object, "spec", "updateStrategy", "type") !== "RollingUpdate") return onlyRolling(counts);
  const observed = status(object, "observedGeneration");
  if (observed === 0 || generation(object) > observed) {
    return { kind: "progressing", ...counts, says: "Waiting for statefulset spec update to be observed..." };
  }
  if (ready < wanted) {
    return { kind: "progressing", ...counts, says: `Waiting for ${wanted - ready} pods to be ready...` };
  }
  if (at(object, "spec", "updateStrategy", "rollingUpdate") !== undefined) return partitioned(object, wanted, updated);
  const newest = textAt(object, "status", "updateRevision");
  const current = textAt(object, "status", "currentRevision");
  if (newest !== current) {
    const says = `waiting for statefulset rolling update to complete ${updated} pods at revision ${newest}...`;
    return { kind: "progressing", done: updated, total: wanted, says };
  }
  const atRevision = status(object, "currentReplicas");
  return {
    kind: "done",
    ...counts,
    says: `statefulset rolling update complete ${atRevision} pods at revision ${current}...`,
  };
}

function partitioned(object: JsonObject, wanted: number, updated: number): RolloutStatus {
  const partition = at(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  const total = typeof partition === "number" ? wanted - partition : wanted;
  const counts = { done: updated, total };
  if (typeof partition === "number" && updated < total) {
    const says = `Waiting for partitioned roll out to finish: ${updated} out of ${total} new pods have been updated...`;
    return { kind: "progressing", ...counts, says };
  }
  return { kind: "done", ...counts, says: `partitioned roll out complete: ${updated} new pods have been updated...` };
}

function onlyRolling(counts: { readonly done: number; readonly total: number }): RolloutStatus {
  return { kind: "unsupported", ...counts, says: "rollout status is only available for RollingUpdate strategy type" };
}

const generation = (object: JsonObject): number => numberAt(object, 0, "metadata", "generation");
const status = (object: JsonObject, field: string): number => numberAt(object, 0, "status", field);
