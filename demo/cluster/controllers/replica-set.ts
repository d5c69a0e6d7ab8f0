// The ReplicaSet controller: as many pods as asked for, and a status that counts them.
import { asObject, at, type JsonObject } from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";
import {
  availableInMs,
  type ControllerContext,
  isPodActive,
  isPodReady,
  nowMs,
  numberAt,
  owned,
  setStatus,
  specOf,
} from "./context.ts";
import { deletePod, deletionOrder, makePod } from "./pod-maker.ts";

const COMPONENT = "replicaset-controller";
const RESOURCE = "apps/replicasets";

export function reconcileReplicaSet(context: ControllerContext, set: KubeObject): void {
  const wanted = numberAt(set, "spec", "replicas");
  const pods = owned(context, "/pods", set).filter(isPodActive);
  if (set.metadata.deletionTimestamp === undefined) {
    for (let missing = wanted - pods.length; missing > 0; missing -= 1)
      makePod(context, { owner: set, component: COMPONENT, template: asObject(specOf(set).template) });
    if (pods.length > wanted)
      for (const pod of deletionOrder(pods).slice(0, pods.length - wanted)) deletePod(context, set, pod, COMPONENT);
  }
  setStatus(context, RESOURCE, set, statusOf(context, set));
}

function statusOf(context: ControllerContext, set: KubeObject): JsonObject {
  const pods = owned(context, "/pods", set).filter(isPodActive);
  const terminating = owned(context, "/pods", set).filter((pod) => pod.metadata.deletionTimestamp !== undefined).length;
  const minReady = numberAt(set, "spec", "minReadySeconds");
  const waits = pods.map((pod) => availableInMs(pod, minReady, nowMs(context)));
  const nextMs = waits.filter((ms) => ms !== undefined && ms > 0).sort((a, b) => (a ?? 0) - (b ?? 0))[0];
  if (nextMs !== undefined) context.again(RESOURCE, keyOf(set), nextMs);
  const count = (number: number): number | undefined => (number === 0 ? undefined : number);
  return {
    replicas: pods.length,
    fullyLabeledReplicas: count(pods.length),
    readyReplicas: count(pods.filter(isPodReady).length),
    availableReplicas: count(waits.filter((ms) => ms === 0).length),
    terminatingReplicas: terminating,
    observedGeneration: at(set, "metadata", "generation") ?? 1,
  };
}
