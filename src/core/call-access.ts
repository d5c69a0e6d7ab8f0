// Which rights a call takes, as the API server's own authorization asks for them.
import type { Call } from "./kube.ts";
import type { Access } from "./ports/clusters.ts";

const verbs = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" } as const;

/**
 * Read from method and path as apiserver's RequestInfoFactory does (pkg/endpoints/request/requestinfo.go). An apply or update
 * of an object that is not there creates it, and is asked about as both (pkg/endpoints/handlers/patch.go, withAuthorization).
 */
export function accessesOf(call: Pick<Call, "method" | "path" | "guard">): readonly Access[] {
  const asked = { verb: verbs[call.method], ...placeOf(call.path) };
  const creates = call.guard === "create" && call.method !== "POST";
  return creates ? [asked, { ...asked, verb: "create" }] : [asked];
}

function placeOf(path: string): Omit<Access, "verb"> {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const isCore = parts[0] === "api";
  const group = isCore ? "" : (parts[1] ?? "");
  const rest = parts.slice(isCore ? 2 : 3);
  const isInNamespace = rest[0] === "namespaces" && rest.length > 2 && !/^(status|finalize)$/.test(rest[2] ?? "");
  const [resource = "", name, ...more] = isInNamespace ? rest.slice(2) : rest;
  // The object that is a namespace is asked about within itself.
  const namespace = isInNamespace || (resource === "namespaces" && group === "") ? (rest[1] ?? null) : null;
  const subresource = more.join("/");
  return {
    group,
    resource,
    namespace,
    ...(name === undefined ? {} : { name }),
    ...(subresource === "" ? {} : { subresource }),
  };
}

/** `patch deployments.apps/scale` */
export function accessWords({ verb, group, resource, subresource }: Omit<Access, "namespace">): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${kind}${subresource === undefined ? "" : `/${subresource}`}`;
}
