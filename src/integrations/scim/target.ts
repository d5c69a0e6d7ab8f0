// Groups of an IdP by SCIM 2.0 (RFC 7643, RFC 7644).
import { at, type Json, listAt, numberAt, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { Member, Membership, MembershipOutcome, OpenedTarget } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";
import { toldId } from "../https/told-id.ts";

export interface ScimSettings {
  readonly name: string;
  readonly title: string;
  /** The service provider's base URL. */
  readonly base: string;
  readonly token: string;
  /** The attribute by which people are found: RFC 7643, section 3.1. */
  readonly userAttribute: "id" | "externalId";
  /** The claim of the sign-in whose value that is; `sub` is the subject. */
  readonly claim: string;
  /** Ids of the groups that may be given. */
  readonly groups: readonly string[];
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

export function scimTarget(settings: ScimSettings): OpenedTarget {
  const { name, title, groups } = settings;
  const api = apiOf(settings);
  const patch = async (group: string, operation: Json, deadlineMs: number): Promise<MembershipOutcome> => {
    const answer = await api.send({
      ...{ method: "PATCH", path: pathOf(group), body: { schemas: [patchOp], Operations: [operation] } },
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (answer.kind !== "answer") return answer;
    return answer.status === 404 ? { kind: "refused", refusal: api.hasNo(`group ${group}`) } : { kind: "done" };
  };
  return {
    ...{ name, title },
    memberOf: (person) => findUser(api, settings, person),
    observe: (member, group) => observe(api, member, group),
    add: async (member, group, deadlineMs) =>
      groups.includes(group)
        ? patch(group, { op: "add", path: "members", value: [{ value: member.id }] }, deadlineMs)
        : { kind: "refused", refusal: api.notNamed(`group ${group}`, groups) },
    // RFC 7644, section 3.5.2.2: a value filter removes that member and no other.
    remove: (member, group, deadlineMs) =>
      patch(group, { op: "remove", path: `members[value eq ${quoted(member.id)}]` }, deadlineMs),
    async examine() {
      for (const group of groups) {
        const read = await api.read(pathOf(group), { query: { attributes: "displayName" } });
        if (isRefusal(read)) return read;
        if (read === null) return api.hasNo(`group ${group}`);
      }
      return null;
    },
  };
}

function apiOf({ title, base, token, privateAddresses, ca }: ScimSettings): JsonApi {
  const type = "application/scim+json";
  return new JsonApi({
    ...{ system: title, base, privateAddresses },
    headers: { accept: type, "content-type": type, authorization: `Bearer ${token}` },
    ...(ca === undefined ? {} : { ca }),
  });
}

const pathOf = (group: string): string => `/Groups/${encodeURIComponent(group)}`;

/** Who is in it by a group within it is no member of it: RFC 7643, section 4.2 lists both kinds apart. */
async function observe(api: JsonApi, member: Member, group: string): Promise<Membership | Refusal> {
  const read = await api.read(pathOf(group), { query: { attributes: "members" } });
  if (isRefusal(read)) return read;
  if (read === null) return api.hasNo(`group ${group}`);
  return { isMember: listAt(read, "members").some((one) => textAt(one, "value") === member.id), otherwise: "" };
}

/** Exactly one active user, or nobody. */
async function findUser(api: JsonApi, settings: ScimSettings, person: Person): Promise<Member | Refusal> {
  const { title, claim, userAttribute } = settings;
  const value = toldId(person, { system: title, claim, form: /^.{1,512}$/u });
  if (isRefusal(value)) return value;
  const filter = `${userAttribute} eq ${quoted(value)}`;
  const found = await api.read("/Users", { query: { filter, attributes: "id,userName,active", count: "2" } });
  if (isRefusal(found)) return found;
  const users = listAt(found ?? undefined, "Resources");
  const [user] = users;
  if (user === undefined || numberAt(found ?? undefined, users.length, "totalResults") !== 1)
    return api.says(`${users.length === 0 ? "nobody" : "more than one person"} there is ${person.name} (${claim})`);
  if (at(user, "active") === false) return api.says(`${person.name} is deactivated there`);
  const id = textAt(user, "id");
  return id === "" ? api.unreachable("its answer is not understood") : { id, name: textAt(user, "userName") || id };
}

/** A JSON string, as filters take it (RFC 7644, section 3.4.2.2). */
function quoted(value: string): string {
  return JSON.stringify(value);
}
