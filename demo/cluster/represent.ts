// The form an answer takes: as stored, as a Table for kubectl, or metadata only, by the Accept header.
import type { Call } from "./call.ts";
import { eventInGroup } from "./event-view.ts";
import type { Json, JsonObject } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import type { KubeObject } from "./object.ts";
import type { Registry } from "./registry.ts";
import { tableOf } from "./table.ts";

export type Form = "object" | "table" | "metadata";

/** The first form of the Accept header that can be served. */
export function formOf(accept: string): Form {
  for (const part of accept.split(",")) {
    const asked = /;\s*as=(\w+)/.exec(part)?.[1];
    const isJson = part.includes("application/json") || part.includes("*/*");
    if (asked === "Table" && isJson) return "table";
    if ((asked === "PartialObjectMetadataList" || asked === "PartialObjectMetadata") && isJson) return "metadata";
    if (asked === undefined && isJson) return "object";
  }
  return "object";
}

export type Content =
  | { readonly kind: "one"; readonly object: KubeObject }
  | { readonly kind: "list"; readonly items: readonly KubeObject[]; readonly metadata: JsonObject };

const partial = (object: KubeObject): JsonObject => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: object.metadata,
});

/** An object as the kind's group shows it: events have two faces. */
export function shown(call: Pick<Call, "kind">, object: KubeObject): KubeObject {
  return call.kind.group === "events.k8s.io" ? eventInGroup(object) : object;
}

export function represent(call: Call, registry: Registry, content: Content): JsonObject {
  const form = formOf(call.accept);
  if (form === "table") {
    const items = content.kind === "one" ? [content.object] : content.items;
    const metadata =
      content.kind === "one" ? { resourceVersion: content.object.metadata.resourceVersion } : content.metadata;
    const include = call.query.get("includeObject") ?? "Metadata";
    return tableOf({ kind: call.kind, items, metadata, include, nowMs: registry.timeline.now() });
  }
  if (content.kind === "one") return form === "metadata" ? partial(content.object) : shown(call, content.object);
  if (form === "metadata")
    return {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: content.metadata,
      items: content.items.map(partial),
    };
  return {
    kind: `${call.kind.kind}List`,
    apiVersion: apiVersionOf(call.kind),
    metadata: content.metadata,
    items: content.items.map((item) => withoutType(shown(call, item), call.kind.custom !== undefined)),
  };
}

/** Items of built-in lists carry no kind and no apiVersion; those of custom resources do. */
function withoutType(object: KubeObject, keeps: boolean): Json {
  if (keeps) return object;
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}
