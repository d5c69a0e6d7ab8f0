// The status of a pod as the kubelet writes it, from the state of its containers.
import { asObjects, asString, at, type JsonObject } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { qosClass } from "../strategy.ts";

export type ContainerState =
  | { readonly kind: "waiting"; readonly reason: string; readonly message?: string }
  | { readonly kind: "running"; readonly startedAt: string; readonly ready: boolean }
  | { readonly kind: "terminated"; readonly end: Ending };

export interface Ending {
  readonly reason: "Completed" | "Error" | "OOMKilled";
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ContainerLife {
  readonly state: ContainerState;
  readonly last: Ending | undefined;
  readonly restarts: number;
}

const endingJson = (end: Ending, containerId: string): JsonObject => ({
  exitCode: end.exitCode,
  reason: end.reason,
  startedAt: end.startedAt,
  finishedAt: end.finishedAt,
  containerID: containerId,
});

function containerId(pod: KubeObject, container: string, restarts: number): string {
  const text = Buffer.from(`${pod.metadata.uid}/${container}/${restarts}`).toString("hex").padEnd(64, "0").slice(-64);
  return `containerd://${text}`;
}

function stateJson(life: ContainerLife, id: string): JsonObject {
  switch (life.state.kind) {
    case "waiting":
      return {
        waiting: {
          reason: life.state.reason,
          ...(life.state.message === undefined ? {} : { message: life.state.message }),
        },
      };
    case "running":
      return { running: { startedAt: life.state.startedAt } };
    case "terminated":
      return { terminated: endingJson(life.state.end, id) };
  }
}

function containerStatus(pod: KubeObject, container: JsonObject, life: ContainerLife): JsonObject {
  const name = asString(container.name);
  const id = containerId(pod, name, life.restarts);
  const isWaiting = life.state.kind === "waiting";
  const started = life.state.kind === "running";
  const lastId = containerId(pod, name, isWaiting ? life.restarts : life.restarts - 1);
  const hasRun = !isWaiting || life.last !== undefined;
  return {
    name,
    state: stateJson(life, id),
    lastState: life.last === undefined ? {} : { terminated: endingJson(life.last, lastId) },
    ready: life.state.kind === "running" && life.state.ready,
    restartCount: life.restarts,
    image: asString(container.image),
    imageID: hasRun ? `${asString(container.image).split(":")[0]}@sha256:${id.slice(-64)}` : "",
    ...(hasRun ? { containerID: id } : {}),
    started,
    ...(at(container, "resources") === undefined ? {} : { resources: at(container, "resources") }),
  };
}

export interface PodFacts {
  readonly pod: KubeObject;
  readonly life: ContainerLife;
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly hostIp: string;
  readonly podIp: string;
  readonly startTime: string;
  readonly time: string;
}

function conditionJson(
  pod: KubeObject,
  next: { type: string; status: string; reason?: string; message?: string },
  time: string,
): JsonObject {
  const current = asObjects(at(pod, "status", "conditions")).find((one) => one.type === next.type);
  const since = current?.status === next.status ? asString(current.lastTransitionTime) : time;
  return { ...next, lastProbeTime: null, lastTransitionTime: since, observedGeneration: pod.metadata.generation ?? 1 };
}

/** The whole status: phase, conditions with their transition times, and one entry per container. */
export function podStatus(facts: PodFacts): JsonObject {
  const { pod, life, phase, time } = facts;
  const containers = asObjects(at(pod, "spec", "containers"));
  const names = containers.map((one) => asString(one.name)).join(" ");
  const isReady = life.state.kind === "running" && life.state.ready;
  const isStarted = life.state.kind !== "waiting" || life.last !== undefined;
  const reason = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : "ContainersNotReady";
  const unready =
    phase === "Succeeded" || phase === "Failed"
      ? { reason }
      : { reason, message: `containers with unready status: [${names}]` };
  const ready = isReady ? { status: "True" } : { status: "False", ...unready };
  const conditions = [
    { type: "PodReadyToStartContainers", status: phase === "Succeeded" || phase === "Failed" ? "False" : "True" },
    { type: "Initialized", status: "True", ...(phase === "Succeeded" ? { reason } : {}) },
    { type: "Ready", ...ready },
    { type: "ContainersReady", ...ready },
    { type: "PodScheduled", status: "True" },
  ];
  return {
    phase,
    conditions: conditions.map((one) => conditionJson(pod, one, time)),
    hostIP: facts.hostIp,
    hostIPs: [{ ip: facts.hostIp }],
    ...(isStarted ? { podIP: facts.podIp, podIPs: [{ ip: facts.podIp }] } : {}),
    startTime: facts.startTime,
    containerStatuses: containers.map((container) => containerStatus(pod, container, life)),
    qosClass: qosClass(pod),
    observedGeneration: pod.metadata.generation ?? 1,
  };
}
