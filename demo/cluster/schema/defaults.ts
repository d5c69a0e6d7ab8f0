// The defaults that the API server fills in, per kind, as pkg/apis/*/v1/defaults.go does.
import {
  asObject,
  asObjects,
  asString,
  asStrings,
  at,
  ensureObject,
  isObject,
  type Json,
  type JsonObject,
} from "../json.ts";
import type { KubeObject } from "../object.ts";
import { defaultPodSpec } from "./pod-defaults.ts";

/** Sets the member when it is not there. */
export function put(object: JsonObject, name: string, value: Json): void {
  if (object[name] === undefined) object[name] = value;
}

function podTemplate(spec: JsonObject): void {
  const template = ensureObject(spec, "template");
  if (template.metadata === undefined) template.metadata = {};
  defaultPodSpec(ensureObject(template, "spec"));
}

function labelsFromTemplate(object: JsonObject): void {
  const metadata = ensureObject(object, "metadata");
  const labels = at(object, "spec", "template", "metadata", "labels");
  if (isObject(labels)) put(metadata, "labels", { ...labels });
}

function rollingUpdate(strategy: JsonObject, values: JsonObject): void {
  put(strategy, "type", "RollingUpdate");
  if (strategy.type !== "RollingUpdate") return;
  const rolling = ensureObject(strategy, "rollingUpdate");
  for (const [name, value] of Object.entries(values)) if (value !== undefined) put(rolling, name, value);
}

function claimTemplates(spec: JsonObject): void {
  for (const claim of asObjects(spec.volumeClaimTemplates)) {
    put(claim, "apiVersion", "v1");
    put(claim, "kind", "PersistentVolumeClaim");
    const claimSpec = ensureObject(claim, "spec");
    put(claimSpec, "volumeMode", "Filesystem");
    put(claim, "status", { phase: "Pending" });
  }
}

function job(spec: JsonObject): void {
  podTemplate(spec);
  put(spec, "completionMode", "NonIndexed");
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  put(spec, "parallelism", 1);
  put(spec, "backoffLimit", 6);
  put(spec, "suspend", false);
  put(spec, "podReplacementPolicy", spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed");
  put(spec, "manualSelector", false);
}

function service(spec: JsonObject): void {
  put(spec, "sessionAffinity", "None");
  put(spec, "type", "ClusterIP");
  if (spec.type !== "ExternalName") put(spec, "internalTrafficPolicy", "Cluster");
  if (spec.type === "NodePort" || spec.type === "LoadBalancer") put(spec, "externalTrafficPolicy", "Cluster");
  if (spec.type === "LoadBalancer") put(spec, "allocateLoadBalancerNodePorts", true);
  for (const port of asObjects(spec.ports)) {
    put(port, "protocol", "TCP");
    put(port, "targetPort", asObject(port).port ?? 0);
  }
}

function roleBinding(object: JsonObject): void {
  const roleRef = ensureObject(object, "roleRef");
  put(roleRef, "apiGroup", "rbac.authorization.k8s.io");
  for (const subject of asObjects(object.subjects))
    if (asString(subject.kind) !== "ServiceAccount") put(subject, "apiGroup", "rbac.authorization.k8s.io");
}

/** What is limited and not requested is requested at its limit, in pods only. */
function requestLimits(container: JsonObject): void {
  const resources = asObject(container.resources);
  if (!isObject(resources.limits)) return;
  const requests = ensureObject(resources, "requests");
  for (const [name, limit] of Object.entries(resources.limits)) if (limit !== undefined) put(requests, name, limit);
}

const AUTOSCALER_METRICS = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

const DEFAULTS: Readonly<Record<string, (object: JsonObject, spec: JsonObject) => void>> = {
  "/pods": (_object, spec) => {
    defaultPodSpec(spec);
    put(spec, "enableServiceLinks", true);
    for (const container of [...asObjects(spec.containers), ...asObjects(spec.initContainers)])
      requestLimits(container);
  },
  "/namespaces": (object, spec) => {
    put(spec, "finalizers", ["kubernetes"]);
    const metadata = ensureObject(object, "metadata");
    ensureObject(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.name;
  },
  "/services": (_object, spec) => service(spec),
  "/secrets": (object) => {
    put(object, "type", "Opaque");
    const texts = asStrings(object.stringData);
    delete object.stringData;
    if (Object.keys(texts).length === 0) return;
    const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")] as const);
    object.data = { ...asObject(object.data), ...Object.fromEntries(encoded) };
  },
  "/events": (object) => {
    for (const name of ["eventTime", "firstTimestamp", "lastTimestamp"]) put(object, name, null);
    for (const name of ["reportingComponent", "reportingInstance"]) put(object, name, "");
    put(object, "source", {});
    put(object, "involvedObject", {});
  },
  "/replicationcontrollers": (_object, spec) => {
    put(spec, "replicas", 1);
    podTemplate(spec);
  },
  "/persistentvolumeclaims": (_object, spec) => put(spec, "volumeMode", "Filesystem"),
  "apps/deployments": (_object, spec) => {
    podTemplate(spec);
    put(spec, "replicas", 1);
    put(spec, "revisionHistoryLimit", 10);
    put(spec, "progressDeadlineSeconds", 600);
    rollingUpdate(ensureObject(spec, "strategy"), { maxSurge: "25%", maxUnavailable: "25%" });
  },
  "apps/replicasets": (object, spec) => {
    podTemplate(spec);
    labelsFromTemplate(object);
    put(spec, "replicas", 1);
  },
  "apps/statefulsets": (_object, spec) => {
    podTemplate(spec);
    claimTemplates(spec);
    put(spec, "serviceName", "");
    put(spec, "podManagementPolicy", "OrderedReady");
    put(spec, "replicas", 1);
    put(spec, "revisionHistoryLimit", 10);
    rollingUpdate(ensureObject(spec, "updateStrategy"), { partition: 0 });
    put(spec, "persistentVolumeClaimRetentionPolicy", { whenDeleted: "Retain", whenScaled: "Retain" });
  },
  "apps/daemonsets": (object, spec) => {
    podTemplate(spec);
    put(ensureObject(object, "metadata", "annotations"), "deprecated.daemonset.template.generation", "1");
    put(spec, "revisionHistoryLimit", 10);
    rollingUpdate(ensureObject(spec, "updateStrategy"), { maxSurge: 0, maxUnavailable: 1 });
  },
  "batch/jobs": (_object, spec) => job(spec),
  "batch/cronjobs": (_object, spec) => {
    put(spec, "concurrencyPolicy", "Allow");
    put(spec, "suspend", false);
    put(spec, "successfulJobsHistoryLimit", 3);
    put(spec, "failedJobsHistoryLimit", 1);
    podTemplate(ensureObject(spec, "jobTemplate", "spec"));
    if (at(spec, "jobTemplate", "metadata") === undefined) ensureObject(spec, "jobTemplate").metadata = {};
  },
  "autoscaling/horizontalpodautoscalers": (_object, spec) => {
    put(spec, "minReplicas", 1);
    put(spec, "metrics", AUTOSCALER_METRICS);
  },
  "networking.k8s.io/networkpolicies": (_object, spec) => {
    put(spec, "podSelector", {});
    const egress = spec.egress !== undefined;
    put(spec, "policyTypes", egress ? ["Ingress", "Egress"] : ["Ingress"]);
  },
  "rbac.authorization.k8s.io/rolebindings": roleBinding,
  "rbac.authorization.k8s.io/clusterrolebindings": roleBinding,
};

const WITHOUT_SPEC = new Set([
  "/events",
  "/secrets",
  "rbac.authorization.k8s.io/rolebindings",
  "rbac.authorization.k8s.io/clusterrolebindings",
]);

/** Fills in the defaults, changing the object it is given. */
export function setDefaults(storedAs: string, object: KubeObject | JsonObject): void {
  const defaults = DEFAULTS[storedAs];
  if (defaults === undefined) return;
  defaults(object, WITHOUT_SPEC.has(storedAs) ? {} : ensureObject(object, "spec"));
}
