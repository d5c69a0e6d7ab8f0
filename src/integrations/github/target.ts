// Teams of a GitHub organization. Source: docs.github.com/rest/teams/members, /rest/teams/teams, /rest/orgs/members, /rest/users/users.
import { at, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { Member, MembershipOutcome, OpenedTarget } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";
import { toldId } from "../https/told-id.ts";
import { Team } from "./team.ts";

export interface GitHubSettings {
  readonly name: string;
  readonly title: string;
  readonly api: string;
  readonly token: string;
  readonly organization: string;
  /** The claim of the sign-in that holds the account's number, which never changes; a login can be given up and taken by another. */
  readonly claim: string;
  /** Slugs of the teams that may be given. */
  readonly teams: readonly string[];
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

export function gitHubTarget(settings: GitHubSettings): OpenedTarget {
  const { name, title, teams } = settings;
  const api = apiOf(settings);
  const team = (slug: string): Team => new Team(api, { organization: settings.organization, slug });
  return {
    ...{ name, title },
    memberOf: (person) => findAccount(api, settings, person),
    async observe(member, slug) {
      const account = await accountOf(api, member.id);
      return isRefusal(account) ? account : team(slug).observe(account.name);
    },
    async add(member, slug, deadlineMs): Promise<MembershipOutcome> {
      if (!teams.includes(slug)) return { kind: "refused", refusal: api.notNamed(`team ${slug}`, teams) };
      const signal = AbortSignal.timeout(deadlineMs);
      const account = await accountOf(api, member.id, signal);
      return isRefusal(account) ? { kind: "refused", refusal: account } : team(slug).add(account.name, signal);
    },
    async remove(member, slug, deadlineMs): Promise<MembershipOutcome> {
      const signal = AbortSignal.timeout(deadlineMs);
      const account = await accountOf(api, member.id, signal);
      return isRefusal(account) ? { kind: "refused", refusal: account } : team(slug).remove(account.name, signal);
    },
    async examine() {
      for (const slug of teams) {
        const wrong = await team(slug).whyNotThere();
        if (wrong !== null) return wrong;
      }
      return null;
    },
  };
}

function apiOf({ title, api, token, privateAddresses, ca }: GitHubSettings): JsonApi {
  return new JsonApi({
    ...{ system: title, base: api, privateAddresses },
    headers: {
      accept: "application/vnd.github+json",
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "countersign",
      authorization: `Bearer ${token}`,
    },
    ...(ca === undefined ? {} : { ca }),
  });
}

async function findAccount(api: JsonApi, settings: GitHubSettings, person: Person): Promise<Member | Refusal> {
  const id = toldId(person, { system: settings.title, claim: settings.claim, form: /^[1-9]\d{0,18}$/ });
  return isRefusal(id) ? id : accountOf(api, id);
}

/** The login as of now, by the account's number: between two calls it may have changed hands. */
async function accountOf(api: JsonApi, id: string, signal?: AbortSignal): Promise<Member | Refusal> {
  const account = await api.read(`/user/${encodeURIComponent(id)}`, signal === undefined ? {} : { signal });
  if (isRefusal(account)) return account;
  const login = textAt(account ?? undefined, "login");
  if (account === null || login === "") return api.says(`it has no account number ${id}`);
  if (String(at(account, "id")) !== id) return api.unreachable("it answered about another account");
  return { id, name: login };
}
