// GitHub's REST API for team memberships, as its documentation says it answers.
import { type ApiAnswer, type ApiCall, startTlsApi, type TlsApi } from "../../support/tls-api.ts";

export const gitHubToken = "github_pat_example";

export interface GitHubServer extends TlsApi {
  /** Account number → login; logins can be changed. */
  readonly logins: Map<string, string>;
  /** Logins in the team `breakers`. */
  readonly team: Set<string>;
  readonly invited: Set<string>;
}

export async function startGitHubServer(): Promise<GitHubServer> {
  const logins = new Map([
    ["101", "ana"],
    ["102", "ben"],
    ["103", "outsider"],
  ]);
  const team = new Set<string>();
  const invited = new Set<string>();
  const api = await startTlsApi((call) => answer(call, { logins, team, invited }));
  return { ...api, logins, team, invited };
}

type State = Pick<GitHubServer, "logins" | "team" | "invited">;

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
  const [, team, login] = /^\/orgs\/example-org\/teams\/([^/]+)\/memberships\/([^/]+)$/.exec(call.path) ?? [];
  return team === "breakers" && login !== undefined ? membership(call, login, state) : missing();
}

/** Whoever is not in the organization is sent an invitation: the membership is pending. */
function membership({ method }: ApiCall, login: string, { logins, team, invited }: State): ApiAnswer {
  if (![...logins.values()].includes(login)) return missing();
  if (method === "PUT") {
    if (login === "outsider") invited.add(login);
    else team.add(login);
    return { status: 200, body: { role: "member", state: login === "outsider" ? "pending" : "active" } };
  }
  if (method === "DELETE") return { status: team.delete(login) ? 204 : 404 };
  if (invited.has(login)) return { status: 200, body: { role: "member", state: "pending" } };
  return team.has(login) ? { status: 200, body: { role: "member", state: "active" } } : missing();
}

const missing = (): ApiAnswer => ({ status: 404, body: { message: "Not Found" } });
