// The scheduler: a node for every pod without one, or the reason why there is none.
import { type ControllerContext, condition, kindOf, now, record, specOf } from "../controllers/context.ts";
import { asObjects, asStrings, at, clone, ensureObject } from "../json.ts";
import { type KubeObject, keyOf } from "../object.ts";

const COMPONENT = "default-scheduler";

function podsOn(context: ControllerContext, node: string): number {
  return context.registry.storage.list("/pods").filter((pod) => specOf(pod).nodeName === node).length;
}

function tolerates(pod: KubeObject, taint: { readonly [name: string]: unknown }): boolean {
  return asObjects(specOf(pod).tolerations).some((one) => {
    if (one.key !== undefined && one.key !== taint.key) return false;
    if (one.effect !== undefined && one.effect !== taint.effect) return false;
    return one.operator === "Exists" || one.value === taint.value;
  });
}

type Fit = "fits" | "unschedulable" | "selector" | "taint";

function fit(pod: KubeObject, node: KubeObject): Fit {
  if (
    specOf(node).unschedulable === true &&
    !tolerates(pod, { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" })
  )
    return "unschedulable";
  const labels = node.metadata.labels ?? {};
  if (Object.entries(asStrings(specOf(pod).nodeSelector)).some(([key, value]) => labels[key] !== value))
    return "selector";
  const blocking = asObjects(specOf(node).taints).some(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerates(pod, taint),
  );
  if (blocking || condition(node, "Ready")?.status !== "True") return "taint";
  return "fits";
}

const WORDS: Readonly<Record<Exclude<Fit, "fits">, string>> = {
  unschedulable: "node(s) were unschedulable",
  selector: "node(s) didn't match Pod's node affinity/selector",
  taint: "node(s) had untolerated taint(s)",
};

/** Binds the pod to the node with the fewest pods; otherwise says Unschedulable, with an event. */
export function schedule(context: ControllerContext, pod: KubeObject): void {
  const nodes = context.registry.storage.list("/nodes");
  const fits = nodes.map((node) => ({ node, fit: fit(pod, node) }));
  const [best] = fits
    .filter((one) => one.fit === "fits")
    .sort((left, right) => podsOn(context, left.node.metadata.name) - podsOn(context, right.node.metadata.name));
  if (best === undefined) {
    refuse(context, pod, fits);
    return;
  }
  const node = best.node.metadata.name;
  const kind = kindOf(context, "/pods");
  context.registry.update(kind, keyOf(pod), { manager: COMPONENT, subresource: "binding" }, (current) => {
    const next = clone(current);
    ensureObject(next, "spec").nodeName = node;
    return next;
  });
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`;
  record(context, pod, { type: "Normal", reason: "Scheduled", message, component: COMPONENT });
}

function refuse(context: ControllerContext, pod: KubeObject, fits: readonly { readonly fit: Fit }[]): void {
  const counts = (["unschedulable", "selector", "taint"] as const)
    .map((why) => ({ why, count: fits.filter((one) => one.fit === why).length }))
    .filter((one) => one.count > 0)
    .map((one) => `${one.count} ${WORDS[one.why]}`);
  const message = `0/${fits.length} nodes are available: ${counts.join(", ")}. preemption: 0/${fits.length} nodes are available: ${fits.length} Preemption is not helpful for scheduling.`;
  if (condition(pod, "PodScheduled")?.message === message) return;
  const blocked = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message,
    lastProbeTime: null,
    lastTransitionTime: now(context),
  };
  const options = { manager: COMPONENT, subresource: "status" };
  context.registry.update(kindOf(context, "/pods"), keyOf(pod), options, (current) => ({
    ...current,
    status: { phase: "Pending", conditions: [blocked], qosClass: at(current, "status", "qosClass") ?? "BestEffort" },
  }));
  record(context, pod, { type: "Warning", reason: "FailedScheduling", message, component: COMPONENT });
}
