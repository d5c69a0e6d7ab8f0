// Teams of a GitHub organization. Source: docs.github.com/rest/teams/members, /rest/orgs/members, /rest/users/users.
import { at, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { AccessTarget, Member, MembershipOutcome } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";

export interface GitHubSettings {
  readonly name: string;
  readonly title: string;
  readonly api: string;
  readonly token: string;
  readonly organization: string;
  /** The claim of the sign-in that holds the account's number, which never changes; a login can be given up and taken by another. */
  readonly claim: string;
  /** Role of the catalogue → the team's slug. */
  readonly teams: Readonly<Record<string, string>>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

export function gitHubTarget(settings: GitHubSettings): AccessTarget {
  const api = new JsonApi({
    system: settings.title,
    base: settings.api,
    headers: {
      accept: "application/vnd.github+json",
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "countersign",
      authorization: `Bearer ${settings.token}`,
    },
    privateAddresses: settings.privateAddresses,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  });
  const team = new Team(api, settings);
  return {
    name: settings.name,
    title: settings.title,
    member: (person) => findAccount(api, settings, person),
    has: (member, role) => team.has(member, role),
    add: (member, role) => team.add(member, role),
    remove: (member, role) => team.remove(member, role),
  };
}

class Team {
  readonly #api: JsonApi;
  readonly #settings: GitHubSettings;

  constructor(api: JsonApi, settings: GitHubSettings) {
    this.#api = api;
    this.#settings = settings;
  }

  /** A pending invitation is no membership. */
  async has(member: Member, role: string): Promise<boolean | Refusal> {
    const place = await this.#membership(member, role);
    if (isRefusal(place)) return place;
    const read = await this.#api.read(place);
    return isRefusal(read) ? read : read !== null && textAt(read, "state") === "active";
  }

  /** Whoever is not in the organization would be sent an invitation, which nobody approved: refused before. */
  async add(member: Member, role: string): Promise<MembershipOutcome> {
    const place = await this.#membership(member, role);
    if (isRefusal(place)) return { kind: "refused", refusal: place };
    const { organization } = this.#settings;
    const inOrganization = await this.#api.read(
      `/orgs/${encodeURIComponent(organization)}/memberships/${loginIn(place)}`,
    );
    if (isRefusal(inOrganization)) return { kind: "refused", refusal: inOrganization };
    if (inOrganization === null || textAt(inOrganization, "state") !== "active")
      return {
        kind: "refused",
        refusal: this.#api.forbids(`${member.shown} is no member of the organization ${organization}`),
      };
    const answer = await this.#api.send({ method: "PUT", path: place, body: { role: "member" } });
    if (answer.kind !== "answer") return answer;
    if (answer.status === 404) return { kind: "refused", refusal: noTeam(this.#settings, role) };
    if (textAt(answer.body ?? undefined, "state") === "active") return { kind: "done" };
    return { kind: "unknown", says: `${this.#settings.title} answered that the membership is not active yet` };
  }

  async remove(member: Member, role: string): Promise<MembershipOutcome> {
    const place = await this.#membership(member, role);
    if (isRefusal(place)) return { kind: "refused", refusal: place };
    const answer = await this.#api.send({ method: "DELETE", path: place });
    return answer.kind === "answer" ? { kind: "done" } : answer;
  }

  /** The login as of now, by the account's number: between two calls it may have changed hands. */
  async #membership(member: Member, role: string): Promise<string | Refusal> {
    const { teams, organization } = this.#settings;
    const slug = Object.hasOwn(teams, role) ? teams[role] : undefined;
    if (slug === undefined) return noTeam(this.#settings, role);
    const account = await accountOf(this.#api, member.id);
    if (isRefusal(account)) return account;
    const login = encodeURIComponent(account.shown);
    return `/orgs/${encodeURIComponent(organization)}/teams/${encodeURIComponent(slug)}/memberships/${login}`;
  }
}

function loginIn(place: string): string {
  return place.split("/").at(-1) ?? "";
}

async function findAccount(api: JsonApi, settings: GitHubSettings, person: Person): Promise<Member | Refusal> {
  const { link } = person;
  if (link === undefined)
    return refuse(
      "not-linked",
      `${person.name} has not signed in, so ${settings.title} can't say who they are.`,
      "They type: login",
    );
  const id = link.claims[settings.claim] ?? "";
  if (!/^[1-9]\d{0,18}$/.test(id))
    return api.forbids(`the sign-in of ${person.name} told no ${settings.claim}, the number of their GitHub account`);
  return accountOf(api, id);
}

async function accountOf(api: JsonApi, id: string): Promise<Member | Refusal> {
  const account = await api.read(`/user/${encodeURIComponent(id)}`);
  if (isRefusal(account)) return account;
  const login = textAt(account ?? undefined, "login");
  if (account === null || login === "") return api.forbids(`it has no account number ${id}`);
  if (String(at(account, "id")) !== id) return api.unreachable("it answered about another account");
  return { id, shown: login };
}

function noTeam({ title, teams }: GitHubSettings, role: string): Refusal {
  return refuse(
    "no-such-role",
    `${title} has no team for the role ${role}.`,
    `It has: ${Object.keys(teams).join(", ") || "none"}.`,
  );
}
