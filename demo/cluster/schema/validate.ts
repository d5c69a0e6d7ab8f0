// Validation of what a writer sends: names, required fields, what may not change; with the server's words.
import {
  asNumber,
  asObjects,
  asString,
  asStrings,
  at,
  canonicalText,
  clone,
  equal,
  type Json,
  type JsonObject,
} from "../json.ts";
import type { Kind } from "../kinds.ts";
import type { KubeObject } from "../object.ts";
import { matchesSelector } from "../selectors.ts";
import { type FieldError, invalid, notSupported, required, wrongValue } from "../status.ts";
import { structuralErrors } from "./custom.ts";
import { labelErrors, nameErrors } from "./names.ts";
import { podSpecErrors } from "./pod-validate.ts";

type Check = (object: KubeObject) => readonly FieldError[];

function negative(object: JsonObject, ...path: readonly string[]): readonly FieldError[] {
  const value = at(object, ...path);
  if (typeof value !== "number" || value >= 0) return [];
  return [wrongValue(path.join("."), value, "must be greater than or equal to 0")];
}

function workload(object: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const selector = at(object, "spec", "selector");
  const labels = asStrings(at(object, "spec", "template", "metadata", "labels"));
  if (selector === undefined) errors.push(required("spec.selector"));
  else if (Object.keys(selector as object).length === 0)
    errors.push(wrongValue("spec.selector", selector, `empty selector is invalid for ${object.kind.toLowerCase()}`));
  const matches = selector !== undefined && matchesSelector(selector, labels);
  if (!matches)
    errors.push(wrongValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  return [
    ...negative(object, "spec", "replicas"),
    ...errors,
    ...labelErrors(labels, "spec.template.metadata.labels"),
    ...podSpecErrors(at(object, "spec", "template", "spec"), "spec.template.spec", "Always"),
  ];
}

const service: Check = (object) => {
  const ports = asObjects(at(object, "spec", "ports"));
  const type = asString(at(object, "spec", "type"));
  if (ports.length === 0 && type !== "ExternalName" && at(object, "spec", "clusterIP") !== "None")
    return [required("spec.ports")];
  return ports.flatMap((port, index) => {
    const number = asNumber(port.port, Number.NaN);
    if (number >= 1 && number <= 65535) return [];
    return [wrongValue(`spec.ports[${index}].port`, port.port ?? 0, "must be between 1 and 65535, inclusive")];
  });
};

const jobTemplate = (object: JsonObject, ...path: readonly string[]): readonly FieldError[] => [
  ...negative(object, ...path, "parallelism"),
  ...negative(object, ...path, "completions"),
  ...negative(object, ...path, "backoffLimit"),
  ...podSpecErrors(at(object, ...path, "template", "spec"), [...path, "template", "spec"].join("."), "OnFailure"),
];

const CRON = /^(@(annually|yearly|monthly|weekly|daily|midnight|hourly|every \S+)|(\S+\s+){4}\S+)$/;

const cronJob: Check = (object) => {
  const schedule = asString(at(object, "spec", "schedule"));
  const errors: FieldError[] = [];
  if (schedule === "") errors.push(required("spec.schedule"));
  else if (!CRON.test(schedule))
    errors.push(
      wrongValue(
        "spec.schedule",
        schedule,
        `expected exactly 5 fields, found ${schedule.split(/\s+/).length}: [${schedule}]`,
      ),
    );
  return [...errors, ...jobTemplate(object, "spec", "jobTemplate", "spec")];
};

const autoscaler: Check = (object) => {
  const max = asNumber(at(object, "spec", "maxReplicas"));
  const min = asNumber(at(object, "spec", "minReplicas"), 1);
  if (max < 1) return [wrongValue("spec.maxReplicas", max, "must be greater than 0")];
  if (max < min) return [wrongValue("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`")];
  return [];
};

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_HELP =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const keyedData: Check = (object) =>
  Object.keys(asStrings(object.data))
    .filter((key) => !KEY.test(key))
    .map((key) => wrongValue(`data[${key}]`, key, KEY_HELP));

const binding: Check = (object) => {
  const kinds = object.kind === "ClusterRoleBinding" ? ["ClusterRole"] : ["Role", "ClusterRole"];
  const kind = asString(at(object, "roleRef", "kind"));
  const errors = kinds.includes(kind) ? [] : [notSupported("roleRef.kind", kind, kinds)];
  return asString(at(object, "roleRef", "name")) === "" ? [...errors, required("roleRef.name")] : errors;
};

const CHECKS: Readonly<Record<string, Check>> = {
  "/pods": (object) => podSpecErrors(object.spec, "spec", "Any"),
  "/services": service,
  "/configmaps": keyedData,
  "/secrets": keyedData,
  "apps/deployments": workload,
  "apps/replicasets": workload,
  "apps/statefulsets": workload,
  "apps/daemonsets": workload,
  "batch/jobs": (object) => jobTemplate(object, "spec"),
  "batch/cronjobs": cronJob,
  "autoscaling/horizontalpodautoscalers": autoscaler,
  "rbac.authorization.k8s.io/rolebindings": binding,
  "rbac.authorization.k8s.io/clusterrolebindings": binding,
};

function errorsOf(kind: Kind, object: KubeObject): readonly FieldError[] {
  return [
    ...nameErrors(kind, object.metadata.name),
    ...labelErrors(object.metadata.labels ?? {}, "metadata.labels"),
    ...(CHECKS[kind.storedAs]?.(object) ?? []),
    ...structuralErrors(kind, object),
  ];
}

function refuse(kind: Kind, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind.group, kind.kind, object.metadata.name, errors);
}

/** Throws 422 with one cause per wrong field. */
export function checkCreate(kind: Kind, object: KubeObject): void {
  refuse(kind, object, errorsOf(kind, object));
}

/** Fields that stay as they were made, and what the server says of a change. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  "apps/deployments": ["spec.selector"],
  "apps/replicasets": ["spec.selector"],
  "apps/daemonsets": ["spec.selector"],
  "batch/jobs": ["spec.selector", "spec.template", "spec.completionMode"],
  "rbac.authorization.k8s.io/rolebindings": ["roleRef"],
  "rbac.authorization.k8s.io/clusterrolebindings": ["roleRef"],
  "/services": ["spec.clusterIPs"],
  "/secrets": ["type"],
};

/** The server prints its internal type here, whose members have Go's names. */
const inGo = (roleRef: Json | undefined): Json => ({
  APIGroup: at(roleRef, "apiGroup") ?? "",
  Kind: at(roleRef, "kind") ?? "",
  Name: at(roleRef, "name") ?? "",
});

const STATEFULSET_FREE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

function fixedErrors(kind: Kind, current: KubeObject, next: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const field of FIXED[kind.storedAs] ?? []) {
    const [before, after] = [at(current, ...field.split(".")), at(next, ...field.split("."))];
    if (before === undefined || equal(before, after)) continue;
    const why = field === "roleRef" ? "cannot change roleRef" : "field is immutable";
    errors.push(wrongValue(field, field === "roleRef" ? inGo(after) : (after ?? null), why));
  }
  // The server checks the uid twice and says so twice in the causes.
  if (next.metadata.uid !== current.metadata.uid)
    for (let time = 0; time < 2; time += 1)
      errors.push(wrongValue("metadata.uid", next.metadata.uid ?? "", "field is immutable"));
  if (next.metadata.name !== current.metadata.name)
    errors.push(wrongValue("metadata.name", next.metadata.name, "field is immutable"));
  if (
    (kind.storedAs === "/secrets" || kind.storedAs === "/configmaps") &&
    current.immutable === true &&
    !equal(current.data, next.data)
  )
    errors.push({
      reason: "FieldValueForbidden",
      field: "data",
      message: "Forbidden: field is immutable when `immutable` is set",
    });
  if (kind.storedAs === "apps/statefulsets" && !equal(withoutFree(current), withoutFree(next)))
    errors.push({
      reason: "FieldValueForbidden",
      field: "spec",
      message: `Forbidden: updates to statefulset spec for fields other than ${STATEFULSET_FREE.slice(0, -1)
        .map((name) => `'${name}'`)
        .join(", ")} and 'minReadySeconds' are forbidden`,
    });
  if (kind.storedAs === "/pods") errors.push(...podErrors(current, next));
  return errors;
}

function withoutFree(object: KubeObject): Json {
  const spec = clone(at(object, "spec") ?? {}) as JsonObject;
  for (const name of STATEFULSET_FREE) delete spec[name];
  return spec;
}

const POD_HELP =
  "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function podErrors(current: KubeObject, next: KubeObject): readonly FieldError[] {
  const rest = (pod: KubeObject): string => {
    const spec = clone(at(pod, "spec") ?? {}) as JsonObject;
    for (const name of ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
      delete spec[name];
    for (const container of [...asObjects(spec.containers), ...asObjects(spec.initContainers)]) delete container.image;
    return canonicalText(spec);
  };
  return rest(current) === rest(next) ? [] : [{ reason: "FieldValueForbidden", field: "spec", message: POD_HELP }];
}

/** Throws 422 for what is wrong now and for what may not change. */
export function checkUpdate(kind: Kind, current: KubeObject, next: KubeObject): void {
  refuse(kind, next, [...errorsOf(kind, next), ...fixedErrors(kind, current, next)]);
}
