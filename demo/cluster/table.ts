// Tables, the form kubectl asks for: the columns of pkg/printers/internalversion/printers.go.
import { asList, asNumber, asObjects, asString, asStrings, at, type Json, type JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import { age } from "./table-age.ts";
import { podRow } from "./table-pods.ts";

export interface TableRequest {
  readonly kind: Kind;
  readonly items: readonly KubeObject[];
  readonly metadata: JsonObject;
  /** `None`, `Metadata` or `Object`. */
  readonly include: string;
  readonly nowMs: number;
}

type Row = (object: KubeObject, nowMs: number) => readonly Json[];

interface Layout {
  /** `Name:string`, `Ready:string*` where the star marks a column of `-o wide`. */
  readonly columns: readonly string[];
  readonly row: Row;
}

const name: Row = (object) => [object.metadata.name];
const created: Row = (object, nowMs) => [age(object.metadata.creationTimestamp, nowMs)];
const count = (object: KubeObject, ...path: readonly string[]): number => asNumber(at(object, ...path));
const selectorText = (object: KubeObject): string =>
  Object.entries(asStrings(at(object, "spec", "selector", "matchLabels")))
    .map(([key, value]) => `${key}=${value}`)
    .join(",") || "<none>";
const containers = (object: KubeObject): readonly JsonObject[] =>
  asObjects(at(object, "spec", "template", "spec", "containers"));
const namesOf = (object: KubeObject): string =>
  containers(object)
    .map((one) => asString(one.name))
    .join(",");
const imagesOf = (object: KubeObject): string =>
  containers(object)
    .map((one) => asString(one.image))
    .join(",");
const wide: Row = (object) => [namesOf(object), imagesOf(object), selectorText(object)];
const WIDE = ["Containers:string*", "Images:string*", "Selector:string*"];

const LAYOUTS: Readonly<Record<string, Layout>> = {
  "/pods": {
    columns: [
      "Name:string",
      "Ready:string",
      "Status:string",
      "Restarts:string",
      "Age:string",
      "IP:string*",
      "Node:string*",
      "Nominated Node:string*",
      "Readiness Gates:string*",
    ],
    row: podRow,
  },
  "apps/deployments": {
    columns: ["Name:string", "Ready:string", "Up-to-date:string", "Available:string", "Age:string", ...WIDE],
    row: (object, nowMs) => [
      object.metadata.name,
      `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`,
      count(object, "status", "updatedReplicas"),
      count(object, "status", "availableReplicas"),
      ...created(object, nowMs),
      ...wide(object, nowMs),
    ],
  },
  "apps/replicasets": {
    columns: ["Name:string", "Desired:integer", "Current:integer", "Ready:integer", "Age:string", ...WIDE],
    row: (object, nowMs) => [
      object.metadata.name,
      count(object, "spec", "replicas"),
      count(object, "status", "replicas"),
      count(object, "status", "readyReplicas"),
      ...created(object, nowMs),
      ...wide(object, nowMs),
    ],
  },
  "apps/statefulsets": {
    columns: ["Name:string", "Ready:string", "Age:string", "Containers:string*", "Images:string*"],
    row: (object, nowMs) => [
      object.metadata.name,
      `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`,
      ...created(object, nowMs),
      namesOf(object),
      imagesOf(object),
    ],
  },
  "apps/daemonsets": {
    columns: [
      "Name:string",
      "Desired:integer",
      "Current:integer",
      "Ready:integer",
      "Up-to-date:integer",
      "Available:integer",
      "Node Selector:string",
      "Age:string",
      ...WIDE,
    ],
    row: (object, nowMs) => [
      object.metadata.name,
      count(object, "status", "desiredNumberScheduled"),
      count(object, "status", "currentNumberScheduled"),
      count(object, "status", "numberReady"),
      count(object, "status", "updatedNumberScheduled"),
      count(object, "status", "numberAvailable"),
      "<none>",
      ...created(object, nowMs),
      ...wide(object, nowMs),
    ],
  },
  "/namespaces": {
    columns: ["Name:string", "Status:string", "Age:string"],
    row: (object, nowMs) => [object.metadata.name, asString(at(object, "status", "phase")), ...created(object, nowMs)],
  },
  "/nodes": {
    columns: ["Name:string", "Status:string", "Roles:string", "Age:string", "Version:string"],
    row: (object, nowMs) => [
      object.metadata.name,
      nodeStatus(object),
      "<none>",
      ...created(object, nowMs),
      asString(at(object, "status", "nodeInfo", "kubeletVersion")),
    ],
  },
  "/services": {
    columns: ["Name:string", "Type:string", "Cluster-IP:string", "External-IP:string", "Port(s):string", "Age:string"],
    row: (object, nowMs) => [
      object.metadata.name,
      asString(at(object, "spec", "type")),
      asString(at(object, "spec", "clusterIP"), "<none>"),
      "<none>",
      asObjects(at(object, "spec", "ports"))
        .map((port) => `${port.port}/${asString(port.protocol)}`)
        .join(","),
      ...created(object, nowMs),
    ],
  },
  "/configmaps": {
    columns: ["Name:string", "Data:string", "Age:string"],
    row: (object, nowMs) => [
      object.metadata.name,
      Object.keys(asStrings(object.data)).length,
      ...created(object, nowMs),
    ],
  },
  "/secrets": {
    columns: ["Name:string", "Type:string", "Data:string", "Age:string"],
    row: (object, nowMs) => [
      object.metadata.name,
      asString(object.type),
      Object.keys(asStrings(object.data)).length,
      ...created(object, nowMs),
    ],
  },
  "/events": {
    columns: ["Last Seen:string", "Type:string", "Reason:string", "Object:string", "Message:string"],
    row: (object, nowMs) => [
      age(asString(object.lastTimestamp, asString(object.eventTime)), nowMs),
      asString(object.type),
      asString(object.reason),
      `${asString(at(object, "involvedObject", "kind")).toLowerCase()}/${asString(at(object, "involvedObject", "name"))}`,
      asString(object.message),
    ],
  },
  "batch/jobs": {
    columns: ["Name:string", "Status:string", "Completions:string", "Duration:string", "Age:string"],
    row: (object, nowMs) => [
      object.metadata.name,
      jobStatus(object),
      `${count(object, "status", "succeeded")}/${asNumber(at(object, "spec", "completions"), 1)}`,
      age(asString(at(object, "status", "startTime")), nowMs),
      ...created(object, nowMs),
    ],
  },
  "batch/cronjobs": {
    columns: [
      "Name:string",
      "Schedule:string",
      "Timezone:string",
      "Suspend:boolean",
      "Active:integer",
      "Last Schedule:string",
      "Age:string",
    ],
    row: (object, nowMs) => [
      object.metadata.name,
      asString(at(object, "spec", "schedule")),
      asString(at(object, "spec", "timeZone"), "<none>"),
      at(object, "spec", "suspend") === true ? "True" : "False",
      asList(at(object, "status", "active")).length,
      age(asString(at(object, "status", "lastScheduleTime")), nowMs).replace("<unknown>", "<none>"),
      ...created(object, nowMs),
    ],
  },
};

const PLAIN: Layout = {
  columns: ["Name:string", "Created At:date"],
  row: (object) => [...name(object, 0), object.metadata.creationTimestamp ?? null],
};

function nodeStatus(node: KubeObject): string {
  const ready = asObjects(at(node, "status", "conditions")).find((one) => one.type === "Ready");
  const text = ready?.status === "True" ? "Ready" : "NotReady";
  return at(node, "spec", "unschedulable") === true ? `${text},SchedulingDisabled` : text;
}

function jobStatus(job: KubeObject): string {
  const done = asObjects(at(job, "status", "conditions")).find((one) => one.status === "True");
  return asString(done?.type, "Running");
}

function column(text: string): JsonObject {
  const [title = "", type = "string"] = text.replace("*", "").split(":");
  const format = title === "Name" ? "name" : type === "date" ? "date-time" : "";
  return {
    name: title,
    type: type === "date" ? "date" : type,
    format,
    description: "",
    priority: text.endsWith("*") ? 1 : 0,
  };
}

export function tableOf({ kind, items, metadata, include, nowMs }: TableRequest): JsonObject {
  const layout = LAYOUTS[kind.storedAs] ?? PLAIN;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: layout.columns.map(column),
    rows: items.map((item) => ({ cells: [...layout.row(item, nowMs)], ...included(item, include) })),
  };
}

function included(object: KubeObject, include: string): JsonObject {
  if (include === "None") return {};
  if (include === "Object") return { object };
  return { object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata } };
}
