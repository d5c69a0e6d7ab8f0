// Label and field selectors: reading them from a query or a spec, and asking whether an object matches.
import { asList, asObjects, asString, asStrings, at, type Json, type JsonObject } from "./json.ts";
import type { Kind } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import { badRequest } from "./status.ts";

export type Matches = (object: KubeObject) => boolean;
type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`; throws 400 for what cannot be read. */
export function labelSelector(text: string): Matches {
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((requirement) => requirement(labels));
  };
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function parseRequirement(text: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? "\0") === (operator === "in");
  }
  const compare = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (compare !== null) {
    const [, key = "", operator, value = ""] = compare;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  const exists = /^(!?)\s*([A-Za-z0-9][A-Za-z0-9._/-]*)$/.exec(text);
  if (exists === null) throw badRequest(`unable to parse requirement: found '${text}', expected: a selector`);
  const [, not = "", key = ""] = exists;
  return (labels) => (labels[key] !== undefined) === (not === "");
}

/** The selector of a spec: `matchLabels` and `matchExpressions`. */
export function matchesSelector(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(asStrings(at(selector, "matchLabels")));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  return asObjects(at(selector, "matchExpressions")).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[asString(expression.key)];
  const isOneOf = value !== undefined && asList(expression.values).includes(value);
  switch (expression.operator) {
    case "In":
      return isOneOf;
    case "NotIn":
      return !isOneOf;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

/** The fields that each kind can be selected by, next to metadata.name and metadata.namespace. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  "/pods": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
  ],
  "/events": [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  "/nodes": ["spec.unschedulable"],
  "/namespaces": ["status.phase"],
  "/secrets": ["type"],
  "/services": ["spec.clusterIP", "spec.type"],
  "/replicationcontrollers": ["status.replicas"],
  "apps/replicasets": ["status.replicas"],
  "batch/jobs": ["status.successful"],
};

/** events.k8s.io names the same stored fields differently. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  regarding: "involvedObject",
  reportingController: "reportingComponent",
};

export function fieldSelector(text: string, kind: Kind): Matches {
  const requirements = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => parseField(part.trim(), kind));
  return (object) => requirements.every((requirement) => requirement(object));
}

function parseField(text: string, kind: Kind): Matches {
  const [, asked = "", operator, value = ""] = /^([^=!]+?)(==|=|!=)(.*)$/.exec(text) ?? [];
  if (asked === "") throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  const [first = "", ...rest] = asked.split(".");
  const field = kind.storedAs === "/events" ? [EVENT_NAMES[first] ?? first, ...rest].join(".") : asked;
  const always = field === "metadata.name" || field === "metadata.namespace";
  const selectable = SELECTABLE[kind.storedAs];
  if (!always && selectable === undefined)
    throw badRequest(`"${asked}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
  if (!always && selectable?.includes(field) !== true) throw badRequest(`field label not supported: ${asked}`);
  const path = field === "source" ? ["source", "component"] : field.split(".");
  return (object) => (textAt(object, path) === value) === (operator !== "!=");
}

function textAt(object: KubeObject, path: readonly string[]): string {
  const found = at(object, ...path);
  if (found === undefined || found === null) return path.at(-1) === "unschedulable" ? "false" : "";
  return String(found);
}
