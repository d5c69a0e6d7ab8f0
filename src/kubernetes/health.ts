// How a workload and a pod are, read from their status.
import { at, type Json, type JsonObject, listAt, numberAt, textAt } from "../core/json.ts";
import type { WorkloadHealth } from "../core/ports/clusters.ts";
import { imagesOf } from "./history.ts";
import { rolloutStatus } from "./rollout-status.ts";

export interface WorkloadState {
  readonly desired: number;
  readonly ready: number;
  readonly updated: number;
  readonly available: number;
  readonly paused: boolean;
  readonly images: readonly string[];
  readonly health: WorkloadHealth;
  readonly says: string;
}

/** A Deployment's, StatefulSet's or DaemonSet's numbers and health. */
export function workloadState(object: JsonObject): WorkloadState {
  const isDaemonSet = textAt(object, "kind") === "DaemonSet";
  const count = (daemonSet: string, other: string): number =>
    numberAt(object, 0, "status", isDaemonSet ? daemonSet : other);
  const numbers = {
    desired: isDaemonSet
      ? numberAt(object, 0, "status", "desiredNumberScheduled")
      : numberAt(object, 1, "spec", "replicas"),
    ready: count("numberReady", "readyReplicas"),
    updated: count("updatedNumberScheduled", "updatedReplicas"),
    available: count("numberAvailable", "availableReplicas"),
    paused: at(object, "spec", "paused") === true,
    images: imagesOf(at(object, "spec", "template")),
  };
  return { ...numbers, ...healthOf(object, numbers) };
}

type Numbers = Omit<WorkloadState, "health" | "says">;

function healthOf(object: JsonObject, numbers: Numbers): Pick<WorkloadState, "health" | "says"> {
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure !== undefined && textAt(failure, "status") === "True") {
    return { health: "stuck", says: textAt(failure, "message") || "pods cannot be created" };
  }
  const status = rolloutStatus(object);
  if (status.kind === "failed") return { health: "stuck", says: status.says };
  const says = `${numbers.ready} of ${numbers.desired} ready`;
  if (numbers.desired === 0 && textAt(object, "kind") !== "DaemonSet")
    return { health: "scaled-to-zero", says: "scaled to 0" };
  if (numbers.paused) return { health: "paused", says: `${says}, rollout paused` };
  if (numbers.ready < numbers.desired && isRolledOut(object, numbers)) return { health: "degraded", says };
  if (status.kind === "progressing") return { health: "progressing", says: status.says };
  return { health: numbers.ready < numbers.desired ? "degraded" : "healthy", says };
}

/** The last rollout had come to its end, so that pods that are missing now were lost since. */
function isRolledOut(object: JsonObject, numbers: Numbers): boolean {
  if (numberAt(object, 0, "metadata", "generation") > numberAt(object, 0, "status", "observedGeneration")) return false;
  if (textAt(object, "kind") === "Deployment") {
    const progressing = conditionOf(object, "Progressing");
    return textAt(progressing, "reason") === "NewReplicaSetAvailable" && numbers.updated >= numbers.desired;
  }
  if (textAt(object, "kind") === "StatefulSet") {
    const newest = textAt(object, "status", "updateRevision");
    return (
      newest === textAt(object, "status", "currentRevision") &&
      numberAt(object, 0, "status", "replicas") >= numbers.desired
    );
  }
  return numbers.updated >= numbers.desired;
}

const conditionOf = (object: JsonObject, type: string): Json | undefined =>
  listAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type);
