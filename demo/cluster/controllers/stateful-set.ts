// The StatefulSet controller: pods with fixed names, made and updated one after another.
import { asNumber, asObject, asString, at, type JsonObject } from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";
import {
  availableInMs,
  type ControllerContext,
  isPodActive,
  isPodReady,
  kindOf,
  nowMs,
  numberAt,
  owned,
  setStatus,
  specOf,
} from "./context.ts";
import { deletePod, makePod } from "./pod-maker.ts";
import { currentRevision, revisionsOf, trimRevisions } from "./revisions.ts";

const RESOURCE = "apps/statefulsets";
const COMPONENT = "statefulset-controller";
const HASH = "controller-revision-hash";

const ordinalOf = (pod: KubeObject): number => Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? "-1");
const revisionOf = (pod: KubeObject): string => pod.metadata.labels?.[HASH] ?? "";

interface Turn {
  readonly context: ControllerContext;
  readonly set: KubeObject;
  readonly wanted: number;
  readonly current: KubeObject;
  readonly update: KubeObject;
  readonly partition: number;
}

export function reconcileStatefulSet(context: ControllerContext, set: KubeObject): void {
  const update = currentRevision(context, set, (_hash, name) => name);
  const currentName = asString(at(set, "status", "currentRevision"));
  const current = revisionsOf(context, set).find((one) => one.metadata.name === currentName) ?? update;
  const partition = numberAt(set, "spec", "updateStrategy", "rollingUpdate", "partition");
  const turn: Turn = { context, set, wanted: numberAt(set, "spec", "replicas"), current, update, partition };
  if (set.metadata.deletionTimestamp === undefined) step(turn);
  writeStatus(turn);
}

function pods(turn: Turn): readonly KubeObject[] {
  return [...owned(turn.context, "/pods", turn.set)].sort((left, right) => ordinalOf(left) - ordinalOf(right));
}

/** The first thing that is not as it should be; the next waits for it unless pods are managed in parallel. */
function step(turn: Turn): void {
  const parallel = specOf(turn.set).podManagementPolicy === "Parallel";
  const byOrdinal = new Map(pods(turn).map((pod) => [ordinalOf(pod), pod]));
  for (let ordinal = 0; ordinal < turn.wanted; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) make(turn, ordinal);
    const isFinished = pod !== undefined && ["Failed", "Succeeded"].includes(asString(at(pod, "status", "phase")));
    if (isFinished) turn.context.registry.delete(kindOf(turn.context, "/pods"), keyOf(pod), {});
    if (!parallel && !isHealthy(pod)) return;
  }
  const surplus = [...byOrdinal.values()].filter((pod) => ordinalOf(pod) >= turn.wanted).reverse();
  for (const pod of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) deletePod(turn.context, turn.set, pod, COMPONENT);
    if (!parallel) return;
  }
  if (at(turn.set, "spec", "updateStrategy", "type") === "OnDelete") return;
  updateNext(turn, [...byOrdinal.values()]);
}

const isHealthy = (pod: KubeObject | undefined): boolean => pod !== undefined && isPodActive(pod) && isPodReady(pod);

function updateNext(turn: Turn, all: readonly KubeObject[]): void {
  for (const pod of [...all].reverse()) {
    if (ordinalOf(pod) < turn.partition) return;
    const isOld = revisionOf(pod) !== turn.update.metadata.name;
    if (isOld && pod.metadata.deletionTimestamp === undefined) {
      deletePod(turn.context, turn.set, pod, COMPONENT);
      return;
    }
    if (!isHealthy(pod)) return;
  }
}

function make(turn: Turn, ordinal: number): void {
  const isNew = ordinal >= turn.partition || turn.current.metadata.name === turn.update.metadata.name;
  const revision = isNew ? turn.update : turn.current;
  const template = asObject(at(revision, "data", "spec", "template"));
  const { $patch: _patch, ...clean } = template;
  const name = `${turn.set.metadata.name}-${ordinal}`;
  makePod(turn.context, {
    owner: turn.set,
    component: COMPONENT,
    template: clean,
    name,
    labels: {
      [HASH]: revision.metadata.name,
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    },
    edit: (spec) => {
      spec.hostname = name;
      spec.subdomain = asString(specOf(turn.set).serviceName);
    },
  });
}

function writeStatus(turn: Turn): void {
  const { context, set, current, update } = turn;
  const live = pods(turn).filter(isPodActive);
  const minReady = numberAt(set, "spec", "minReadySeconds");
  const waits = live.map((pod) => availableInMs(pod, minReady, nowMs(context)));
  const nextMs = waits.filter((ms): ms is number => ms !== undefined && ms > 0).sort((a, b) => a - b)[0];
  if (nextMs !== undefined) context.again(RESOURCE, keyOf(set), nextMs);
  const updated = live.filter((pod) => revisionOf(pod) === update.metadata.name).length;
  const isDone = updated === live.length && live.length === turn.wanted && live.every(isPodReady);
  const currentName = isDone ? update.metadata.name : current.metadata.name;
  const onCurrent = live.filter((pod) => revisionOf(pod) === currentName).length;
  const count = (number: number): number | undefined => (number === 0 ? undefined : number);
  const status: JsonObject = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: live.length,
    readyReplicas: count(live.filter(isPodReady).length),
    availableReplicas: waits.filter((ms) => ms === 0).length,
    currentReplicas: count(onCurrent),
    updatedReplicas: count(updated),
    currentRevision: currentName,
    updateRevision: update.metadata.name,
    collisionCount: asNumber(at(set, "status", "collisionCount")),
  };
  setStatus(context, RESOURCE, set, status);
  trimRevisions(context, set, new Set([...live.map(revisionOf), currentName, update.metadata.name]));
}
