// What each kind lets a writer change: status and spec kept apart, generations, and the fields its endpoints reset.
import type { FieldPath } from "./apply/field-set.ts";
import { asList, asObjects, asStrings, at, clone, ensureObject, equal, type JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import { zeroOf } from "./schema/types.ts";

/** Built-in kinds whose generation counts the changes of their spec. */
const COUNTED = new Set([
  "/pods",
  "/replicationcontrollers",
  "apps/deployments",
  "apps/replicasets",
  "apps/statefulsets",
  "apps/daemonsets",
  "batch/jobs",
  "batch/cronjobs",
  "networking.k8s.io/ingresses",
  "networking.k8s.io/networkpolicies",
  "policy/poddisruptionbudgets",
  "apiextensions.k8s.io/customresourcedefinitions",
  "admissionregistration.k8s.io/mutatingwebhookconfigurations",
  "admissionregistration.k8s.io/validatingwebhookconfigurations",
  "discovery.k8s.io/endpointslices",
]);

export const hasStatus = (kind: Kind): boolean => kind.subresources.includes("status");
export const countsGenerations = (kind: Kind): boolean => kind.custom !== undefined || COUNTED.has(kind.storedAs);

/** The fields whose change counts as a new generation; annotations count for Deployments, which copy them down. */
function counted(kind: Kind, object: JsonObject): JsonObject {
  if (kind.custom !== undefined) {
    const { metadata: _metadata, status: _status, ...rest } = object;
    return rest;
  }
  if (kind.group === "admissionregistration.k8s.io") return { webhooks: object.webhooks };
  if (kind.plural === "endpointslices") return { endpoints: object.endpoints, ports: object.ports };
  if (kind.storedAs !== "apps/deployments") return { spec: object.spec };
  return { spec: object.spec, annotations: at(object, "metadata", "annotations") ?? {} };
}

const FIRST_STATUS: Readonly<Record<string, JsonObject>> = {
  "/namespaces": { phase: "Active" },
  "/persistentvolumeclaims": { phase: "Pending" },
  "/services": { loadBalancer: {} },
  "apps/statefulsets": { replicas: 0, availableReplicas: 0 },
};

/** Resets what a creator may not say; the first status is what Go writes for an empty one. */
export function prepareForCreate(kind: Kind, object: KubeObject): void {
  if (hasStatus(kind) && kind.storedAs !== "/nodes") {
    const first = kind.storedAs === "/pods" ? podStatus(object) : FIRST_STATUS[kind.storedAs];
    const type = kind.schema?.fields.get("status")?.type;
    if (kind.custom !== undefined) delete object.status;
    else if (first !== undefined) object.status = first;
    else object.status = type === undefined ? {} : zeroOf(type);
  }
  if (countsGenerations(kind)) object.metadata.generation = 1;
  else delete object.metadata.generation;
  if (kind.storedAs === "batch/jobs") selectOwnPods(object);
}

/** Every job selects its own pods, by its uid (pkg/registry/batch/job/strategy.go, generateSelector). */
function selectOwnPods(job: KubeObject): void {
  const spec = ensureObject(job, "spec");
  if (spec.manualSelector === true) return;
  const uid = job.metadata.uid ?? "";
  const { name } = job.metadata;
  const labels = ensureObject(spec, "template", "metadata", "labels");
  labels["controller-uid"] = uid;
  labels["job-name"] = name;
  labels["batch.kubernetes.io/controller-uid"] = uid;
  labels["batch.kubernetes.io/job-name"] = name;
  spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  // The labels default to the template's before these are added, and again on the way out.
  job.metadata.labels ??= asStrings(labels);
}

/** What admission adds to a new pod; nobody owns it as a field of theirs. */
export function admit(kind: Kind, object: KubeObject, clusterIp: () => string): void {
  if (kind.storedAs === "/services") return addressService(ensureObject(object, "spec"), clusterIp);
  if (kind.storedAs !== "/pods") return;
  const spec = ensureObject(object, "spec");
  spec.serviceAccountName ??= "default";
  spec.serviceAccount ??= spec.serviceAccountName;
  spec.preemptionPolicy ??= "PreemptLowerPriority";
  spec.priority ??= 0;
  const own = asObjects(spec.tolerations);
  const missing = ["not-ready", "unreachable"]
    .map((name) => `node.kubernetes.io/${name}`)
    .filter((key) => !own.some((one) => one.key === key || (one.key === undefined && one.operator === "Exists")))
    .map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }));
  spec.tolerations = [...own, ...missing];
}

function addressService(spec: JsonObject, clusterIp: () => string): void {
  if (spec.type === "ExternalName") return;
  spec.clusterIP ??= clusterIp();
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ["IPv4"];
  spec.ipFamilyPolicy ??= "SingleStack";
}

function podStatus(pod: KubeObject): JsonObject {
  return { phase: "Pending", qosClass: qosClass(pod) };
}

/** BestEffort without any request or limit, Guaranteed when every container's limits equal its requests. */
export function qosClass(pod: KubeObject): string {
  const resources = asList(at(pod, "spec", "containers")).map((container) => at(container, "resources"));
  const isEmpty = (value: unknown): boolean => value === undefined || Object.keys(value as object).length === 0;
  if (resources.every((one) => isEmpty(at(one, "limits")) && isEmpty(at(one, "requests")))) return "BestEffort";
  const isFull = resources.every(
    (one) =>
      ["cpu", "memory"].every((name) => at(one, "limits", name) !== undefined) &&
      equal(at(one, "limits"), at(one, "requests") ?? at(one, "limits")),
  );
  return isFull ? "Guaranteed" : "Burstable";
}

/** Resets what this endpoint may not change and counts the generation. */
export function prepareForUpdate(kind: Kind, current: KubeObject, next: KubeObject, subresource: string): void {
  if (subresource === "status") keepAllButStatus(kind, current, next);
  else if (hasStatus(kind)) keep(current, next, "status");
  if (!countsGenerations(kind)) return;
  next.metadata.generation = current.metadata.generation ?? 1;
  if (subresource === "status") return;
  const isDeleted = next.metadata.deletionTimestamp !== undefined && current.metadata.deletionTimestamp === undefined;
  if (isDeleted || !equal(counted(kind, current), counted(kind, next))) next.metadata.generation += 1;
}

function keep(current: KubeObject, next: KubeObject, name: string): void {
  const before = current[name];
  if (before === undefined) delete next[name];
  else next[name] = clone(before);
}

function keepAllButStatus(kind: Kind, current: KubeObject, next: KubeObject): void {
  for (const name of new Set([...Object.keys(current), ...Object.keys(next)]))
    if (!["status", "metadata", "apiVersion", "kind"].includes(name)) keep(current, next, name);
  const labels = current.metadata.labels;
  if (labels === undefined) delete next.metadata.labels;
  else next.metadata.labels = labels;
  if (kind.custom === undefined) return;
  next.metadata = { ...current.metadata, managedFields: next.metadata.managedFields };
}

/** The paths that this endpoint resets, which therefore nobody owns through it. */
export function resetFields(kind: Kind, subresource: string): readonly FieldPath[] {
  if (subresource === "status") return [["f:spec"], ["f:metadata", "f:labels"]];
  return hasStatus(kind) ? [["f:status"]] : [];
}
