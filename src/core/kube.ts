// Kubernetes words shared by all: kinds, references to objects, calls that change them.
import type { ClusterName } from "./ids.ts";
import { type Json, type JsonObject, mapAt } from "./json.ts";

/** A kind as a cluster's discovery serves it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural of the URL, e.g. `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** One object of one cluster, by name. */
export interface Locator {
  readonly cluster: ClusterName;
  readonly kind: Kind;
  /** null for cluster-scoped kinds. */
  readonly namespace: string | null;
  readonly name: string;
}

/** A locator whose object was seen: another object of the same name has another uid. `""` before it exists. */
export interface ObjectRef extends Locator {
  readonly uid: string;
}

/** An object as the API server serves it. */
export type KubeObject = JsonObject;

/** How a write proves that the object is still the one that was read, and how version fields enter the call. */
export type Guard =
  /** JSON patch: `test` operations on /metadata/uid and /metadata/resourceVersion come first. */
  | "json-patch-test"
  /** Server-side apply, merge patch, update: metadata.uid and metadata.resourceVersion in the body. */
  | "body-metadata"
  /** Delete: preconditions in DeleteOptions. */
  | "delete-preconditions"
  /** POST: the object must not exist. */
  | "create";

/** The exact call that carries out a change, without version fields. Path and query as on the wire. */
export interface Call {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** e.g. `/apis/apps/v1/namespaces/shop/deployments/checkout/scale` */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: Json;
  readonly guard: Guard;
}

/** The field manager of every write. One name, or the bot would conflict with itself. */
export const fieldManager = "countersign";

/** The annotation that joins an object to the last request that changed it; a version field, outside every digest. */
export const requestAnnotation = "countersign.dev/request";

export function apiVersionOf(kind: Pick<Kind, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/** `cluster:namespace/kind/name`, the full form of the grammar, in lower-case kind words. */
export function fullName(object: Locator): string {
  const kind = object.kind.singular === "" ? object.kind.kind.toLowerCase() : object.kind.singular;
  const place = object.namespace === null ? "" : `${object.namespace}/`;
  return `${object.cluster}:${place}${kind}/${object.name}`;
}

/** The object's URL path on its API server. */
export function pathOf(object: Locator, subresource?: string): string {
  const root = object.kind.group === "" ? `/api/${object.kind.version}` : `/apis/${apiVersionOf(object.kind)}`;
  const place = object.namespace === null ? "" : `/namespaces/${encodeURIComponent(object.namespace)}`;
  const tail = subresource === undefined ? "" : `/${subresource}`;
  return `${root}${place}/${object.kind.resource}/${encodeURIComponent(object.name)}${tail}`;
}

/** The URL path of the kind's collection, for creation and lists. */
export function collectionPath(kind: Kind, namespace: string | null): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${apiVersionOf(kind)}`;
  const place = namespace === null || !kind.namespaced ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${kind.resource}`;
}

export function labelsOf(object: KubeObject): Record<string, string> {
  const pairs = Object.entries(mapAt(object, "metadata", "labels"));
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}
