// From an authorised request to the endpoint that answers it.
import { type Answer, type Backend, bodyObject, type Call, json } from "./call.ts";
import { aggregated, coreVersions, groupEntry, groupList, resourceList, VERSION } from "./discovery.ts";
import { evict } from "./endpoints/eviction.ts";
import { readLogs } from "./endpoints/logs.ts";
import { readMetrics } from "./endpoints/metrics.ts";
import { patch } from "./endpoints/patch.ts";
import { get, list } from "./endpoints/read.ts";
import { review } from "./endpoints/reviews.ts";
import { getScale, patchScale, putScale } from "./endpoints/scale.ts";
import { issueToken } from "./endpoints/token.ts";
import { create, remove, removeCollection, replace } from "./endpoints/write.ts";
import type { JsonObject } from "./json.ts";
import type { RequestInfo } from "./request.ts";
import { methodNotAllowed, noSuchPath } from "./status.ts";

export type CallParts = Omit<Call, "kind" | "path">;

/** Throws 404 for what nobody serves, 405 for what cannot be done to it. */
export function route(backend: Backend, info: RequestInfo, parts: CallParts): Answer {
  const { registry, authorizer } = backend;
  const path = info.resource;
  if (path === undefined) return rootPath(backend, info, parts.accept);
  if (path.group === "metrics.k8s.io") {
    if (info.method !== "GET") throw methodNotAllowed();
    return json(readMetrics(info, { storage: registry.storage, nowMs: registry.timeline.now() }));
  }
  if (path.group === "authorization.k8s.io" || path.group === "authentication.k8s.io") {
    if (info.method !== "POST") throw methodNotAllowed();
    const body = bodyObject({ ...parts, path } as Call);
    const nowMs = registry.timeline.now();
    const answer = review(authorizer, {
      plural: path.plural,
      namespace: path.namespace,
      body,
      user: parts.user,
      nowMs,
    });
    if (answer === undefined) throw noSuchPath();
    return json(answer, 201);
  }
  const kind = registry.kinds.served(path.group, path.version, path.plural);
  if (kind === undefined) throw noSuchPath();
  const call: Call = { ...parts, kind, path: kind.namespaced ? path : { ...path, namespace: "" } };
  return path.subresource === "" ? onObject(backend, call, info.verb) : onSubresource(backend, call, info.method);
}

function onObject(backend: Backend, call: Call, verb: string): Answer {
  switch (verb) {
    case "get":
      return get(backend, call);
    case "list":
      return list(backend, call);
    case "watch":
      backend.watchers.open(call);
      return { kind: "streamed" };
    case "create":
      if (call.path.name !== "") throw methodNotAllowed();
      return create(backend, call);
    case "update":
      return replace(backend, call);
    case "patch":
      return patch(backend, call);
    case "delete":
      return remove(backend, call);
    case "deletecollection":
      return removeCollection(backend, call);
    default:
      throw methodNotAllowed();
  }
}

function onSubresource(backend: Backend, call: Call, method: string): Answer {
  const { subresource } = call.path;
  if (!call.kind.subresources.includes(subresource)) throw noSuchPath();
  switch (`${method} ${subresource}`) {
    case "GET status":
      return get(backend, call);
    case "PUT status":
    case "PUT finalize":
      return replace(backend, call);
    case "PATCH status":
      return patch(backend, call);
    case "GET scale":
      return getScale(backend, call);
    case "PUT scale":
      return putScale(backend, call);
    case "PATCH scale":
      return patchScale(backend, call);
    case "GET log":
      return readLogs(backend, call);
    case "POST eviction":
      return evict(backend, call);
    case "POST token":
      return issueToken(backend, call);
    default:
      throw methodNotAllowed();
  }
}

const HEALTH = /^\/(healthz|livez|readyz)(\/.*)?$/;

function rootPath({ registry }: Backend, info: RequestInfo, accept: string): Answer {
  const { kinds } = registry;
  const { path } = info;
  if (info.method !== "GET" && info.method !== "HEAD") throw methodNotAllowed();
  if (HEALTH.test(path)) return { kind: "text", code: 200, body: "ok" };
  if (path === "/version" || path === "/version/") return json(VERSION);
  const wantsAll = accept.includes("v=v2;as=APIGroupDiscoveryList");
  const [root, group, version] = path.split("/").filter((part) => part !== "");
  if (root === "api" && group === undefined)
    return wantsAll ? discovery(aggregated(kinds, "core")) : json(coreVersions("127.0.0.1"));
  if (root === "apis" && group === undefined)
    return wantsAll ? discovery(aggregated(kinds, "groups")) : json(groupList(kinds));
  if (root === "api") return found(resourceList(kinds, "", group ?? ""));
  if (root !== "apis") throw noSuchPath();
  if (version !== undefined) return found(resourceList(kinds, group ?? "", version));
  const entry = groupEntry(kinds, group ?? "");
  return found(entry === undefined ? undefined : { kind: "APIGroup", apiVersion: "v1", ...entry });
}

const discovery = (body: JsonObject): Answer => ({
  kind: "json",
  code: 200,
  body,
  contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
});

function found(body: JsonObject | undefined): Answer {
  if (body === undefined) throw noSuchPath();
  return json(body);
}
