// GitHub's REST API for team memberships, as its documentation says it answers.
import { type ApiAnswer, type ApiCall, startTlsApi, type TlsApi } from "../../support/tls-api.ts";

export const gitHubToken = "github_pat_example";

export interface GitHubServer extends TlsApi {
  /** Account number → login; logins can be changed. */
  readonly logins: Map<string, string>;
  /** Logins in the team `breakers`. */
  readonly team: Set<string>;
  readonly invited: Set<string>;
  /** Logins in its child team, `breakers-night`: members of the parent too. */
  readonly children: Set<string>;
  /** Teams that are there. */
  readonly slugs: Set<string>;
}

export async function startGitHubServer(): Promise<GitHubServer> {
  const logins = new Map([
    ["101", "ana"],
    ["102", "ben"],
    ["103", "outsider"],
  ]);
  const team = new Set<string>();
  const invited = new Set<string>();
  const state = { logins, team, invited, children: new Set<string>(), slugs: new Set(["breakers", "breakers-night"]) };
  const api = await startTlsApi((call) => answer(call, state));
  return { ...api, ...state };
}

type State = Omit<GitHubServer, keyof TlsApi>;

function answer(call: ApiCall, state: State): ApiAnswer {
  if (call.headers.authorization !== `Bearer ${gitHubToken}`)
    return { status: 401, body: { message: "Bad credentials" } };
  if (call.headers["user-agent"] === undefined) return { status: 403, body: { message: "User-Agent is required" } };
  const account = /^\/user\/(\d+)$/.exec(call.path)?.[1];
  if (account !== undefined) {
    const login = state.logins.get(account);
    return login === undefined ? missing() : { status: 200, body: { id: Number(account), login } };
  }
  const organization = /^\/orgs\/example-org\/memberships\/([^/]+)$/.exec(call.path)?.[1];
  if (organization !== undefined)
    return organization === "outsider" ? missing() : { status: 200, body: { state: "active", role: "member" } };
  const [, slug = "", rest = ""] = /^\/orgs\/example-org\/teams\/([^/]+)(\/.*)?$/.exec(call.path) ?? [];
  if (!state.slugs.has(slug)) return missing();
  if (rest === "") return { status: 200, body: { slug } };
  if (rest === "/teams") return { status: 200, body: slug === "breakers" ? [{ slug: "breakers-night" }] : [] };
  const login = /^\/memberships\/([^/]+)$/.exec(rest)?.[1];
  if (login === undefined) return missing();
  return slug === "breakers" ? membership(call, login, state) : held(state.children.has(login));
}

const held = (isIn: boolean): ApiAnswer =>
  isIn ? { status: 200, body: { role: "member", state: "active" } } : missing();

/** Whoever is not in the organization is sent an invitation: the membership is pending. */
function membership({ method }: ApiCall, login: string, { logins, team, invited, children }: State): ApiAnswer {
  if (![...logins.values()].includes(login)) return missing();
  if (method === "PUT") {
    if (login === "outsider") invited.add(login);
    else team.add(login);
    return { status: 200, body: { role: "member", state: login === "outsider" ? "pending" : "active" } };
  }
  if (method === "DELETE") return { status: team.delete(login) ? 204 : 404 };
  if (invited.has(login)) return { status: 200, body: { role: "member", state: "pending" } };
  return held(team.has(login) || children.has(login));
}

const missing = (): ApiAnswer => ({ status: 404, body: { message: "Not Found" } });
