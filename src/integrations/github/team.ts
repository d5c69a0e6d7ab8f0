// One team of a GitHub organization: who is in it, and by which way.
import { textAt } from "../../core/json.ts";
import type { Membership, MembershipOutcome } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { JsonApi } from "../https/json.ts";

export interface TeamPlace {
  readonly organization: string;
  readonly slug: string;
}

export class Team {
  readonly #api: JsonApi;
  readonly #slug: string;
  readonly #organization: string;
  readonly #orgPath: string;
  readonly #path: string;

  constructor(api: JsonApi, { organization, slug }: TeamPlace) {
    this.#api = api;
    this.#slug = slug;
    this.#organization = organization;
    this.#orgPath = `/orgs/${encodeURIComponent(organization)}`;
    this.#path = `${this.#orgPath}/teams/${encodeURIComponent(slug)}`;
  }

  /** A pending invitation is no membership. Members of child teams are members too, which only those teams can end. */
  async observe(login: string): Promise<Membership | Refusal> {
    const read = await this.#api.read(this.#membership(login));
    if (isRefusal(read)) return read;
    if (read !== null) return this.#membershipOf(login, textAt(read, "state") === "active");
    // The same answer stands for a team that was renamed, or that the credential may not see: then it says nothing of members.
    return (await this.whyNotThere()) ?? { isMember: false, otherwise: "" };
  }

  /** Whoever is not in the organization would be sent an invitation, which nobody approved: refused before. */
  async add(login: string, signal: AbortSignal): Promise<MembershipOutcome> {
    const inside = await this.#api.read(`${this.#orgPath}/memberships/${encodeURIComponent(login)}`, { signal });
    if (isRefusal(inside)) return { kind: "refused", refusal: inside };
    if (inside === null || textAt(inside, "state") !== "active") {
      const refusal = this.#api.says(`${login} is no member of the organization ${this.#organization}`);
      return { kind: "refused", refusal };
    }
    const ask = { method: "PUT", path: this.#membership(login), body: { role: "member" }, signal } as const;
    const answer = await this.#api.send(ask);
    if (answer.kind !== "answer") return answer;
    if (answer.status === 404) return { kind: "refused", refusal: this.#missing() };
    if (textAt(answer.body ?? undefined, "state") === "active") return { kind: "done" };
    return { kind: "unknown", says: "GitHub answered that the membership is not active yet" };
  }

  /** GitHub's 404 is of somebody who is not in it, and of a team that is not there: what is read back tells them apart. */
  async remove(login: string, signal: AbortSignal): Promise<MembershipOutcome> {
    const answer = await this.#api.send({ method: "DELETE", path: this.#membership(login), signal });
    return answer.kind === "answer" ? { kind: "done" } : answer;
  }

  async whyNotThere(): Promise<Refusal | null> {
    const team = await this.#api.read(this.#path);
    if (isRefusal(team)) return team;
    return team === null ? this.#missing() : null;
  }

  async #membershipOf(login: string, isMember: boolean): Promise<Membership | Refusal> {
    if (!isMember) return { isMember, otherwise: "" };
    const children = await this.#api.read(`${this.#path}/teams`, { query: { per_page: "100" } });
    if (isRefusal(children)) return children;
    for (const child of Array.isArray(children) ? children : []) {
      const slug = textAt(child, "slug");
      const path = `${this.#orgPath}/teams/${encodeURIComponent(slug)}/memberships/${encodeURIComponent(login)}`;
      const inChild = slug === "" ? null : await this.#api.read(path);
      if (isRefusal(inChild)) return inChild;
      if (inChild !== null && textAt(inChild, "state") === "active")
        return { isMember, otherwise: `by its child team ${slug}.` };
    }
    return { isMember, otherwise: "" };
  }

  #missing(): Refusal {
    return this.#api.hasNo(`team ${this.#slug}`);
  }

  #membership(login: string): string {
    return `${this.#path}/memberships/${encodeURIComponent(login)}`;
  }
}
