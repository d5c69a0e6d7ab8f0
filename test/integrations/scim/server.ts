// A SCIM 2.0 service provider with users and groups, as RFC 7644 says one answers: filters, PATCH, its own media type.
import { type ApiAnswer, type ApiCall, startTlsApi, type TlsApi } from "../../support/tls-api.ts";

export const scimToken = "scim-secret-token";

const users = [
  { id: "2819c223", userName: "ana@example.com", externalId: "00u1", active: true },
  { id: "902c246b", userName: "ben@example.com", externalId: "00u2", active: true },
  { id: "5d1c8f00", userName: "gone@example.com", externalId: "00u3", active: false },
  { id: "77aa0001", userName: "twin", externalId: "00u4", active: true },
  { id: "77aa0002", userName: "twin", externalId: "00u4", active: true },
];

export interface ScimServer extends TlsApi {
  /** Behind the API's back, as its own admins would. */
  readonly members: Map<string, Set<string>>;
}

export async function startScimServer(): Promise<ScimServer> {
  const members = new Map([["g-breakers", new Set<string>()]]);
  const api = await startTlsApi((call) => answer(call, members));
  return { ...api, members };
}

function answer(call: ApiCall, members: Map<string, Set<string>>): ApiAnswer {
  if (call.headers.authorization !== `Bearer ${scimToken}`) return problem(401, "bad credentials");
  if (call.path === "/Users" && call.method === "GET") return usersFor(call.query.get("filter") ?? "");
  const group = /^\/Groups\/([^/]+)$/.exec(call.path)?.[1] ?? "";
  const known = members.get(group);
  if (known === undefined) return problem(404, "no such resource");
  if (call.method === "GET")
    return { status: 200, body: { id: group, members: [...known].map((value) => ({ value, type: "User" })) } };
  if (call.method !== "PATCH") return problem(405, "not supported");
  if (!/^application\/scim\+json/.test(call.headers["content-type"] ?? "")) return problem(415, "scim+json is needed");
  return patched(call.body, known);
}

/** Section 3.4.2.2; of the grammar only `attribute eq "value"`. */
function usersFor(filter: string): ApiAnswer {
  const [, attribute = "", quoted = '""'] = /^(id|externalId|userName) eq ("(?:[^"\\]|\\.)*")$/.exec(filter) ?? [];
  if (attribute === "") return problem(400, "invalidFilter");
  const value = JSON.parse(quoted) as string;
  const found = users.filter((user) =>
    Object.entries(user).some(([name, held]) => name === attribute && held === value),
  );
  return { status: 200, body: { totalResults: found.length, Resources: found } };
}

/** Section 3.5.2; adding who is there already is no error, removing who is not there neither. */
function patched(body: unknown, known: Set<string>): ApiAnswer {
  const { Operations = [] } = body as {
    Operations?: readonly { op: string; path: string; value?: readonly { value: string }[] }[];
  };
  for (const { op, path, value = [] } of Operations) {
    const [, removed] = /^members\[value eq "([^"]+)"\]$/.exec(path) ?? [];
    if (op === "add" && path === "members") for (const one of value) known.add(one.value);
    else if (op === "remove" && removed !== undefined) known.delete(removed);
    else return problem(400, "invalidPath");
  }
  return { status: 204 };
}

function problem(status: number, detail: string): ApiAnswer {
  return {
    status,
    body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: String(status), detail },
  };
}
