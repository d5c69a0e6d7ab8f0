// The status of a Deployment: counts, Available and Progressing, with the reasons and words of the real controller.
import { asNumber, asObjects, asString, at, type JsonObject } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { type Conditions, jsonList, numberAt, withCondition } from "./context.ts";

export interface Rollout {
  readonly deployment: KubeObject;
  readonly sets: readonly KubeObject[];
  readonly newSet: KubeObject | undefined;
  readonly maxUnavailable: number;
  readonly nowMs: number;
  readonly time: string;
}

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

const sum = (sets: readonly KubeObject[], name: string): number =>
  sets.reduce((total, set) => total + numberAt(set, "status", name), 0);

function countsOf({ sets, newSet }: Rollout): Counts {
  return {
    replicas: sum(sets, "replicas"),
    updated: newSet === undefined ? 0 : numberAt(newSet, "status", "replicas"),
    ready: sum(sets, "readyReplicas"),
    available: sum(sets, "availableReplicas"),
  };
}

function oldCounts(deployment: KubeObject): Counts {
  return {
    replicas: numberAt(deployment, "status", "replicas"),
    updated: numberAt(deployment, "status", "updatedReplicas"),
    ready: numberAt(deployment, "status", "readyReplicas"),
    available: numberAt(deployment, "status", "availableReplicas"),
  };
}

export function isComplete(deployment: KubeObject, counts: Counts): boolean {
  const wanted = numberAt(deployment, "spec", "replicas");
  return counts.updated === wanted && counts.replicas === wanted && counts.available === wanted;
}

function hasMoved(before: Counts, after: Counts): boolean {
  return (
    after.updated > before.updated ||
    after.replicas - after.updated < before.replicas - before.updated ||
    after.ready > before.ready ||
    after.available > before.available
  );
}

/** When the deadline of the rollout passes, in milliseconds since 1970; undefined when none runs. */
export function deadlineMs(deployment: KubeObject): number | undefined {
  const progressing = asObjects(at(deployment, "status", "conditions")).find((one) => one.type === "Progressing");
  if (progressing === undefined || at(deployment, "spec", "paused") === true) return undefined;
  const reason = asString(progressing.reason);
  if (reason === "NewReplicaSetAvailable" || reason === "ProgressDeadlineExceeded") return undefined;
  return (
    Date.parse(asString(progressing.lastUpdateTime)) +
    asNumber(at(deployment, "spec", "progressDeadlineSeconds"), 600) * 1000
  );
}

function available(rollout: Rollout, counts: Counts, conditions: Conditions): Conditions {
  const enough = counts.available >= numberAt(rollout.deployment, "spec", "replicas") - rollout.maxUnavailable;
  const next = enough
    ? { status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
  return withCondition(conditions, { type: "Available", ...next }, rollout.time);
}

function progressing(rollout: Rollout, counts: Counts, conditions: Conditions): Conditions {
  const { deployment, newSet, time, nowMs } = rollout;
  const current = conditions.find((one) => one.type === "Progressing");
  const isSettled = counts.replicas === counts.updated && current?.reason === "NewReplicaSetAvailable";
  if (isSettled || at(deployment, "spec", "paused") === true) return conditions;
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  const set = (status: string, reason: string, end: string): Conditions =>
    withCondition(conditions, { type: "Progressing", status, reason, message: `${subject} ${end}` }, time);
  if (isComplete(deployment, counts)) return set("True", "NewReplicaSetAvailable", "has successfully progressed.");
  if (hasMoved(oldCounts(deployment), counts)) {
    const others = conditions.filter((one) => one.type !== "Progressing");
    const since = current?.status === "True" ? asString(current.lastTransitionTime) : time;
    const moved = {
      type: "Progressing",
      status: "True",
      lastUpdateTime: time,
      lastTransitionTime: since,
      reason: "ReplicaSetUpdated",
      message: `${subject} is progressing.`,
    };
    return [...others, moved];
  }
  const deadline = deadlineMs(deployment);
  return deadline !== undefined && nowMs >= deadline
    ? set("False", "ProgressDeadlineExceeded", "has timed out progressing.")
    : conditions;
}

/** Conditions handed in are those set earlier in the same turn. */
export function deploymentStatus(rollout: Rollout, conditions: Conditions): JsonObject {
  const { deployment } = rollout;
  const counts = countsOf(rollout);
  const unavailable = Math.max(0, counts.replicas - counts.available);
  const count = (number: number): number | undefined => (number === 0 ? undefined : number);
  const collision = at(deployment, "status", "collisionCount");
  const all = progressing(rollout, counts, available(rollout, counts, conditions));
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: count(counts.replicas),
    updatedReplicas: count(counts.updated),
    readyReplicas: count(counts.ready),
    availableReplicas: count(counts.available),
    unavailableReplicas: count(unavailable),
    terminatingReplicas: sum(rollout.sets, "terminatingReplicas"),
    conditions: jsonList(all),
    ...(collision === undefined ? {} : { collisionCount: collision }),
  };
}
