// A call's bytes: the canonical body that was approved, plus only the declared version fields (T16).
import { canonicalJson } from "../../core/digest.ts";
import { isJsonObject, type Json, type JsonObject, listAt, mapAt, textAt } from "../../core/json.ts";
import { type Call, type KubeObject, requestAnnotation } from "../../core/kube.ts";

export interface Versions {
  /** The object as just read; null for a creation. */
  readonly fresh: KubeObject | null;
  readonly requestId: string;
}

const annotationPointer = `/metadata/annotations/${requestAnnotation.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/**
 * The body as sent. Adds: uid and resourceVersion of the fresh object, as the guard says, and the annotation that names the
 * request where the object itself is written (not its subresources). Throws when a guard needs a fresh object and there is
 * none, or when the body is not of the guard's form: such a call could not be guarded.
 */
export function guardedBody(call: Call, versions: Versions): string {
  const annotates = !isSubresource(call.path);
  switch (call.guard) {
    case "create":
      return canonicalJson(annotates ? withAnnotation(objectBody(call), versions.requestId) : objectBody(call));
    case "body-metadata": {
      const body = objectBody(call);
      const metadata = { ...mapAt(body, "metadata"), ...freshVersion(versions.fresh) };
      const guarded = { ...body, metadata };
      return canonicalJson(annotates ? withAnnotation(guarded, versions.requestId) : guarded);
    }
    case "delete-preconditions":
      return canonicalJson({
        ...(call.body === null ? {} : objectBody(call)),
        preconditions: freshVersion(versions.fresh),
      });
    case "json-patch-test":
      return canonicalJson(patchBody(call, versions, annotates));
  }
}

function patchBody(call: Call, versions: Versions, annotates: boolean): Json {
  if (!Array.isArray(call.body)) throw new Error("a JSON patch is a list of operations");
  const operations = listAt(call.body);
  const version = freshVersion(versions.fresh);
  const tests: readonly Json[] = [
    { op: "test", path: "/metadata/uid", value: version.uid },
    { op: "test", path: "/metadata/resourceVersion", value: version.resourceVersion },
  ];
  if (!annotates) return [...tests, ...operations];
  const isMissing = !isJsonObject(mapAt(versions.fresh ?? {}, "metadata").annotations);
  const makesMap: readonly Json[] = isMissing ? [{ op: "add", path: "/metadata/annotations", value: {} }] : [];
  const annotate: Json = { op: "add", path: annotationPointer, value: versions.requestId };
  return [...tests, ...makesMap, ...operations, annotate];
}

function freshVersion(fresh: KubeObject | null): { readonly uid: string; readonly resourceVersion: string } {
  const uid = textAt(fresh ?? {}, "metadata", "uid");
  const resourceVersion = textAt(fresh ?? {}, "metadata", "resourceVersion");
  if (uid === "" || resourceVersion === "") throw new Error("a guarded write needs the object as just read");
  return { uid, resourceVersion };
}

function objectBody(call: Call): JsonObject {
  if (!isJsonObject(call.body)) throw new Error(`the body of a call guarded by ${call.guard} is an object`);
  return call.body;
}

function withAnnotation(body: JsonObject, requestId: string): JsonObject {
  const metadata = mapAt(body, "metadata");
  const annotations = { ...mapAt(metadata, "annotations"), [requestAnnotation]: requestId };
  return { ...body, metadata: { ...metadata, annotations } };
}

/** `…/namespaces/shop/deployments/checkout/scale`: one part more than an object's own path. */
export function isSubresource(path: string): boolean {
  return objectPath(path) !== path;
}

/** The path of the object that a call's path is about, without its subresource. */
export function objectPath(path: string): string {
  const parts = path.split("/");
  // "", "api", version | "", "apis", group, version
  const root = parts[1] === "api" ? 3 : 4;
  const namespaced =
    parts[root] === "namespaces" && parts.length > root + 2 && !/^(status|finalize)$/.test(parts[root + 2] ?? "");
  return parts.slice(0, root + (namespaced ? 4 : 2)).join("/");
}
