// The DaemonSet controller: one pod on every node that takes it, updated maxUnavailable at a time.
import { asNumber, asObject, asObjects, asString, asStrings, at, type JsonObject } from "../json.ts";
import type { KubeObject } from "../object.ts";
import { type ControllerContext, condition, isPodActive, isPodReady, owned, setStatus, specOf } from "./context.ts";
import { portion } from "./deployment.ts";
import { deletePod, makePod } from "./pod-maker.ts";
import { currentRevision, trimRevisions } from "./revisions.ts";

const RESOURCE = "apps/daemonsets";
const COMPONENT = "daemonset-controller";
const HASH = "controller-revision-hash";

const TOLERATIONS = [
  "not-ready",
  "unreachable",
  "disk-pressure",
  "memory-pressure",
  "pid-pressure",
  "unschedulable",
].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: "Exists",
  effect: name === "not-ready" || name === "unreachable" ? "NoExecute" : "NoSchedule",
}));

function nodesFor(context: ControllerContext, set: KubeObject): readonly KubeObject[] {
  const selector = Object.entries(asStrings(at(set, "spec", "template", "spec", "nodeSelector")));
  return context.registry.storage
    .list("/nodes")
    .filter((node) => selector.every(([key, value]) => node.metadata.labels?.[key] === value))
    .filter((node) => condition(node, "Ready")?.status === "True");
}

const nodeOf = (pod: KubeObject): string => asString(specOf(pod).nodeName);

export function reconcileDaemonSet(context: ControllerContext, set: KubeObject): void {
  const revision = currentRevision(context, set, (hash) => hash);
  const hash = revision.metadata.labels?.[HASH] ?? "";
  const nodes = nodesFor(context, set);
  if (set.metadata.deletionTimestamp === undefined) {
    placePods(context, set, { nodes, hash });
    if (at(set, "spec", "updateStrategy", "type") !== "OnDelete") updatePods(context, set, { nodes, hash });
  }
  setStatus(context, RESOURCE, set, statusOf(context, set, { nodes, hash }));
  const inUse = new Set(
    owned(context, "/pods", set).map((pod) => `${set.metadata.name}-${pod.metadata.labels?.[HASH] ?? ""}`),
  );
  trimRevisions(context, set, new Set([...inUse, revision.metadata.name]));
}

interface Wanted {
  readonly nodes: readonly KubeObject[];
  readonly hash: string;
}

function placePods(context: ControllerContext, set: KubeObject, { nodes, hash }: Wanted): void {
  const pods = owned(context, "/pods", set);
  const taken = new Set(pods.map(nodeOf));
  for (const node of nodes) {
    if (taken.has(node.metadata.name)) continue;
    makePod(context, {
      owner: set,
      component: COMPONENT,
      template: asObject(specOf(set).template),
      labels: { [HASH]: hash, "pod-template-generation": String(set.metadata.generation ?? 1) },
      edit: (spec) => {
        spec.nodeName = node.metadata.name;
        spec.tolerations = [...asObjects(spec.tolerations), ...TOLERATIONS];
      },
    });
  }
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of pods) if (!names.has(nodeOf(pod)) && isPodActive(pod)) deletePod(context, set, pod, COMPONENT);
}

function updatePods(context: ControllerContext, set: KubeObject, { nodes, hash }: Wanted): void {
  const pods = owned(context, "/pods", set);
  const limit = portion(
    at(set, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable") ?? 1,
    nodes.length,
    Math.ceil,
  );
  const unavailable = nodes.length - pods.filter((pod) => isPodActive(pod) && isPodReady(pod)).length;
  const old = pods.filter(
    (pod) => pod.metadata.labels?.[HASH] !== hash && pod.metadata.deletionTimestamp === undefined,
  );
  const broken = old.filter((pod) => !isPodReady(pod));
  const sound = old.filter(isPodReady).slice(0, Math.max(0, limit - unavailable));
  for (const pod of [...broken, ...sound]) deletePod(context, set, pod, COMPONENT);
}

function statusOf(context: ControllerContext, set: KubeObject, { nodes, hash }: Wanted): JsonObject {
  const pods = owned(context, "/pods", set).filter(isPodActive);
  const ready = pods.filter(isPodReady).length;
  const count = (number: number): number | undefined => (number === 0 ? undefined : number);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    desiredNumberScheduled: nodes.length,
    currentNumberScheduled: pods.length,
    numberReady: ready,
    numberAvailable: count(ready),
    numberUnavailable: count(nodes.length - ready),
    updatedNumberScheduled: count(pods.filter((pod) => pod.metadata.labels?.[HASH] === hash).length),
    numberMisscheduled: 0,
    ...(at(set, "status", "collisionCount") === undefined
      ? {}
      : { collisionCount: asNumber(at(set, "status", "collisionCount")) }),
  };
}
