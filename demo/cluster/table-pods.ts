// The row of a pod: ready containers, the one word for its state, restarts and where it runs.
import { asNumber, asObjects, asString, at, type Json, type JsonObject } from "./json.ts";
import type { KubeObject } from "./object.ts";
import { age } from "./table-age.ts";

/** The word `kubectl get pods` shows under STATUS. */
export function podStatusText(pod: KubeObject): string {
  const statuses = asObjects(at(pod, "status", "containerStatuses"));
  let text = asString(at(pod, "status", "reason"), asString(at(pod, "status", "phase"), "Pending"));
  for (const status of [...statuses].reverse()) {
    const waiting = asString(at(status, "state", "waiting", "reason"));
    const ended = at(status, "state", "terminated");
    if (waiting !== "") text = waiting;
    else if (ended !== undefined) text = asString(at(ended, "reason"), `ExitCode:${asNumber(at(ended, "exitCode"))}`);
  }
  return pod.metadata.deletionTimestamp === undefined ? text : "Terminating";
}

export function podRow(pod: KubeObject, nowMs: number): readonly Json[] {
  const statuses = asObjects(at(pod, "status", "containerStatuses"));
  const ready = statuses.filter((status) => status.ready === true).length;
  return [
    pod.metadata.name,
    `${ready}/${asObjects(at(pod, "spec", "containers")).length}`,
    podStatusText(pod),
    restartText(statuses, nowMs),
    age(pod.metadata.creationTimestamp, nowMs),
    asString(at(pod, "status", "podIP"), "<none>"),
    asString(at(pod, "spec", "nodeName"), "<none>"),
    asString(at(pod, "status", "nominatedNodeName"), "<none>"),
    "<none>",
  ];
}

function restartText(statuses: readonly JsonObject[], nowMs: number): string {
  const restarts = statuses.reduce((sum, status) => sum + asNumber(status.restartCount), 0);
  const last =
    statuses
      .map((status) => asString(at(status, "lastState", "terminated", "finishedAt")))
      .sort()
      .at(-1) ?? "";
  return restarts === 0 || last === "" ? String(restarts) : `${restarts} (${age(last, nowMs)} ago)`;
}
