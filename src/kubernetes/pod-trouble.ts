// What is wrong with a pod, in the words that kubectl get pods shows.
import { at, type Json, type JsonObject, listAt, numberAt, textAt } from "../core/json.ts";

export interface PodState {
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly ready: boolean;
  readonly restarts: number;
  /** null when nothing is wrong. */
  readonly trouble: PodTrouble | null;
}

export interface PodTrouble {
  /** `CrashLoopBackOff`, `ImagePullBackOff`, `Unschedulable`, `NotReady`, `OOMKilled`, … */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** 0 is worst. */
  readonly rank: number;
  /** It is trouble only when it lasts longer than this: every pod is pending for a while. */
  readonly graceMs: number;
}

const startingGraceMs = 30_000;

const hard: ReadonlySet<string> = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PreStartHookError",
]);

/** From the pod's phase, conditions and container statuses, init containers first (kubectl's printers.go, printPod). */
export function podState(pod: JsonObject): PodState {
  const phase = phaseOf(textAt(pod, "status", "phase"));
  const containers = [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
  const restarts = containers.reduce<number>((sum, one) => sum + numberAt(one, 0, "restartCount"), 0);
  const ready = isTrue(condition(pod, "Ready"));
  return { phase, ready: ready && phase === "Running", restarts, trouble: troubleOf(pod, phase, ready, containers) };
}

function troubleOf(
  pod: JsonObject,
  phase: PodState["phase"],
  ready: boolean,
  containers: readonly Json[],
): PodTrouble | null {
  const deleting = textAt(pod, "metadata", "deletionTimestamp");
  // The deletion timestamp is when the grace period ends: only a pod that outlives it is in trouble.
  if (deleting !== "") return { reason: "Terminating", since: time(deleting), rank: 4, graceMs: startingGraceMs };
  if (phase === "Succeeded") return null;
  const created = time(textAt(pod, "metadata", "creationTimestamp"));
  const podReason = textAt(pod, "status", "reason");
  if (phase === "Failed")
    return {
      reason: podReason || lastReason(containers) || "Error",
      since: lastChange(pod, created),
      rank: 0,
      graceMs: 0,
    };
  for (const container of containers) {
    const reason = textAt(container, "state", "waiting", "reason");
    if (hard.has(reason))
      return { reason, since: lastChange(pod, created), rank: reason === "CrashLoopBackOff" ? 0 : 1, graceMs: 0 };
  }
  if (phase === "Unknown" || podReason !== "") {
    return { reason: podReason || "Unknown", since: lastChange(pod, created), rank: 1, graceMs: 0 };
  }
  if (ready && phase === "Running") return null;
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled !== undefined && !isTrue(scheduled)) {
    const reason = textAt(scheduled, "reason") || "Pending";
    return {
      reason,
      since: time(textAt(scheduled, "lastTransitionTime")) || created,
      rank: 2,
      graceMs: startingGraceMs,
    };
  }
  if (phase === "Pending") {
    const waiting = containers.map((one) => textAt(one, "state", "waiting", "reason")).find((one) => one !== "");
    return { reason: waiting ?? "Pending", since: created, rank: 3, graceMs: startingGraceMs };
  }
  const crashed = lastReason(containers.filter((one) => at(one, "ready") !== true));
  if (crashed !== "") return { reason: crashed, since: lastChange(pod, created), rank: 1, graceMs: 0 };
  return { reason: "NotReady", since: lastChange(pod, created), rank: 3, graceMs: startingGraceMs };
}

/** Why a container ended, now or before its present start: between two crashes it is running. */
function lastReason(containers: readonly Json[]): string {
  for (const container of containers) {
    for (const state of ["state", "lastState"]) {
      const ended = at(container, state, "terminated");
      if (ended === undefined || textAt(ended, "reason") === "Completed") continue;
      return textAt(ended, "reason") || `ExitCode:${numberAt(ended, 0, "exitCode")}`;
    }
  }
  return "";
}

function lastChange(pod: JsonObject, created: number): number {
  const ready = condition(pod, "Ready");
  return time(textAt(ready, "lastTransitionTime")) || created;
}

const condition = (pod: JsonObject, type: string): Json | undefined =>
  listAt(pod, "status", "conditions").find((one) => textAt(one, "type") === type);

const isTrue = (one: Json | undefined): boolean => textAt(one, "status") === "True";

const time = (text: string): number => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? 0 : ms;
};

function phaseOf(text: string): PodState["phase"] {
  switch (text) {
    case "Pending":
    case "Running":
    case "Succeeded":
    case "Failed":
      return text;
    default:
      return "Unknown";
  }
}
