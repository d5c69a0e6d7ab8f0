// Making and deleting the pods of a controller, with the events that go with it.
import { asObject, clone, ensureObject, type JsonObject } from "../json.ts";
import { controllerReference, type KubeObject, keyOf } from "../object.ts";
import { type ControllerContext, isPodReady, kindOf, MANAGER, numberAt, record, specOf } from "./context.ts";

export interface PodPlan {
  readonly owner: KubeObject;
  readonly component: string;
  readonly template: JsonObject;
  /** A fixed name; without it the server makes one from the owner's. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly edit?: (spec: JsonObject) => void;
}

export function makePod(context: ControllerContext, plan: PodPlan): KubeObject {
  const { owner, name } = plan;
  const template = clone(plan.template);
  const metadata = ensureObject(template, "metadata");
  metadata.labels = { ...asObject(metadata.labels), ...plan.labels };
  metadata.ownerReferences = [controllerReference(owner)];
  if (name === undefined) metadata.generateName = `${owner.metadata.name}-`;
  else metadata.name = name;
  plan.edit?.(ensureObject(template, "spec"));
  const namespace = owner.metadata.namespace ?? "";
  const pod = context.registry.create(
    kindOf(context, "/pods"),
    namespace,
    { metadata, spec: specOf(template as KubeObject) },
    { manager: MANAGER },
  );
  const message =
    plan.component === "statefulset-controller" ? created(owner, pod) : `Created pod: ${pod.metadata.name}`;
  record(context, owner, { type: "Normal", reason: "SuccessfulCreate", message, component: plan.component });
  return pod;
}

const created = (owner: KubeObject, pod: KubeObject): string =>
  `create Pod ${pod.metadata.name} in StatefulSet ${owner.metadata.name} successful`;

export function deletePod(context: ControllerContext, owner: KubeObject, pod: KubeObject, component: string): void {
  context.registry.delete(kindOf(context, "/pods"), keyOf(pod), {});
  const message =
    component === "statefulset-controller"
      ? `delete Pod ${pod.metadata.name} in StatefulSet ${owner.metadata.name} successful`
      : `Deleted pod: ${pod.metadata.name}`;
  record(context, owner, { type: "Normal", reason: "SuccessfulDelete", message, component });
}

/** Which pods go first: without a node, not ready, restarted more often, younger (controller_utils.go, ActivePodsWithRanks). */
export function deletionOrder(pods: readonly KubeObject[]): readonly KubeObject[] {
  const rank = (pod: KubeObject): readonly number[] => [
    specOf(pod).nodeName === undefined ? 0 : 1,
    asObject(pod.status).phase === "Running" ? 1 : 0,
    isPodReady(pod) ? 1 : 0,
    -restarts(pod),
    -Date.parse(pod.metadata.creationTimestamp ?? ""),
  ];
  return [...pods].sort((left, right) => {
    const [a, b] = [rank(left), rank(right)];
    for (let index = 0; index < a.length; index += 1) {
      const difference = (a[index] ?? 0) - (b[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return left.metadata.name < right.metadata.name ? -1 : 1;
  });
}

function restarts(pod: KubeObject): number {
  return numberAt(pod, "status", "containerStatuses", "0", "restartCount");
}
