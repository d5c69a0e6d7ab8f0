// DataOS' resources and users, as far as they are documented: grants are applied, read and deleted by name.
import { type ApiAnswer, type ApiCall, startTlsApi, type TlsApi } from "../../support/tls-api.ts";

export const dataosToken = "dataos-apikey";

export interface DataosServer extends TlsApi {
  readonly grants: Map<string, unknown>;
}

export async function startDataosServer(): Promise<DataosServer> {
  const grants = new Map<string, unknown>();
  const api = await startTlsApi((call) => answer(call, grants));
  return { ...api, grants };
}

const users = new Map([
  ["anaexample", "Ana"],
  ["benexample", "Ben"],
]);

function answer(call: ApiCall, grants: Map<string, unknown>): ApiAnswer {
  if (call.headers.authorization !== `Bearer ${dataosToken}`) return { status: 401, body: { error: "unauthorized" } };
  const user = /^\/heimdall\/api\/v1\/users\/([^/]+)$/.exec(call.path)?.[1];
  if (user !== undefined) {
    const name = users.get(user);
    return name === undefined ? { status: 404, body: {} } : { status: 200, body: { id: user, name } };
  }
  if (call.method === "POST" && call.path === "/poros/api/v1/resources") return applied(call.body, grants);
  const grant = /^\/poros\/api\/v1\/resources\/grant\/([^/]+)$/.exec(call.path)?.[1] ?? "";
  if (!grants.has(grant)) return { status: 404, body: {} };
  if (call.method === "DELETE") return { status: grants.delete(grant) ? 200 : 404, body: {} };
  return { status: 200, body: grants.get(grant) };
}

/** docs/resources/manifest_attributes.md: the name, at most 48 characters, and the version that the type has. */
function applied(body: unknown, grants: Map<string, unknown>): ApiAnswer {
  const resource = body as { name?: string; version?: string; type?: string; grant?: { subjects?: readonly string[] } };
  const name = resource.name ?? "";
  const isNamed = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= 48;
  if (!isNamed || resource.version !== "v1alpha" || resource.type !== "grant")
    return { status: 400, body: { error: "invalid resource" } };
  grants.set(name, { ...resource, status: "active" });
  return { status: 200, body: resource };
}
