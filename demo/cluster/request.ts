// What a request asks for, read from its method and path as apiserver's RequestInfoFactory does.

export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** get, list, watch, create, update, patch, delete, deletecollection; the method in lower case for other paths. */
  readonly verb: string;
  readonly resource: ResourcePath | undefined;
}

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

const VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

export function readRequest(method: string, url: string): RequestInfo {
  const parsed = new URL(url, "http://cluster");
  const path = parsed.pathname;
  const query = parsed.searchParams;
  const resource = resourceOf(path);
  if (resource === undefined) return { method, path, query, verb: method.toLowerCase(), resource };
  return { method, path, query, verb: verbOf(method, query, resource), resource };
}

function resourceOf(path: string): ResourcePath | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [root] = parts;
  if (root !== "api" && root !== "apis") return undefined;
  const prefix = root === "api" ? 2 : 3;
  if (parts.length <= prefix) return undefined;
  const group = root === "api" ? "" : (parts[1] ?? "");
  const version = parts[prefix - 1] ?? "";
  const rest = parts.slice(prefix);
  if (rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") {
    const [, namespace = "", plural = "", name = "", ...more] = rest;
    return { group, version, plural, namespace, name, subresource: more.join("/") };
  }
  const [plural = "", name = "", ...more] = rest;
  const namespace = plural === "namespaces" && group === "" ? name : "";
  return { group, version, plural, namespace, name, subresource: more.join("/") };
}

export const isYes = (value: string | null): boolean => value === "true" || value === "1";

function verbOf(method: string, query: URLSearchParams, resource: ResourcePath): string {
  const verb = VERBS[method] ?? method.toLowerCase();
  if (resource.name !== "") {
    const watchesOne = verb === "get" && resource.subresource === "" && isYes(query.get("watch"));
    return watchesOne ? "watch" : verb;
  }
  if (verb === "get") return isYes(query.get("watch")) ? "watch" : "list";
  return verb === "delete" ? "deletecollection" : verb;
}
