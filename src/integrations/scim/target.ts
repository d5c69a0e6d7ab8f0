// Groups of an IdP by SCIM 2.0 (RFC 7643, RFC 7644).
import { at, type Json, listAt, numberAt, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { AccessTarget, Member, MembershipOutcome } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";

export interface ScimSettings {
  readonly name: string;
  readonly title: string;
  /** The service provider's base URL. */
  readonly base: string;
  readonly token: string;
  /** The attribute by which people are found: RFC 7643 section 3.1 and 4.1.1. */
  readonly userAttribute: "id" | "externalId" | "userName";
  /** The claim of the sign-in whose value that is; `sub` is the subject. */
  readonly claim: string;
  /** Role of the catalogue → the group's id. */
  readonly groups: Readonly<Record<string, string>>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

export function scimTarget(settings: ScimSettings): AccessTarget {
  const api = new JsonApi({
    system: settings.title,
    base: settings.base,
    headers: {
      accept: "application/scim+json",
      "content-type": "application/scim+json",
      authorization: `Bearer ${settings.token}`,
    },
    privateAddresses: settings.privateAddresses,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  });
  const groupOf = (role: string): string | Refusal =>
    Object.hasOwn(settings.groups, role) ? (settings.groups[role] ?? "") : noRole(settings, role);
  const has = async (member: Member, role: string): Promise<boolean | Refusal> => {
    const group = groupOf(role);
    if (isRefusal(group)) return group;
    const read = await api.read(`/Groups/${encodeURIComponent(group)}`, { attributes: "members" });
    if (isRefusal(read)) return read;
    if (read === null) return noRole(settings, role);
    return listAt(read, "members").some((one) => textAt(one, "value") === member.id);
  };
  const patch = async (role: string, operation: Json): Promise<MembershipOutcome> => {
    const group = groupOf(role);
    if (isRefusal(group)) return { kind: "refused", refusal: group };
    const answer = await api.send({
      method: "PATCH",
      path: `/Groups/${encodeURIComponent(group)}`,
      body: { schemas: [patchOp], Operations: [operation] },
    });
    if (answer.kind !== "answer") return answer;
    return answer.status === 404 ? { kind: "refused", refusal: noRole(settings, role) } : { kind: "done" };
  };
  return {
    name: settings.name,
    title: settings.title,
    member: (person) => findUser(api, settings, person),
    has,
    add: (member, role) => patch(role, { op: "add", path: "members", value: [{ value: member.id }] }),
    // RFC 7644 section 3.5.2.2: a value filter removes that member and no other.
    remove: (member, role) => patch(role, { op: "remove", path: `members[value eq ${quoted(member.id)}]` }),
  };
}

/** Exactly one active user, or nobody. */
async function findUser(api: JsonApi, settings: ScimSettings, person: Person): Promise<Member | Refusal> {
  const { link } = person;
  if (link === undefined)
    return refuse(
      "not-linked",
      `${person.name} has not signed in, so ${settings.title} can't say who they are.`,
      "They type: login",
    );
  const value = settings.claim === "sub" ? link.subject : (link.claims[settings.claim] ?? "");
  if (value === "")
    return api.forbids(`the sign-in of ${person.name} told no ${settings.claim}, by which people are found there`);
  const filter = `${settings.userAttribute} eq ${quoted(value)}`;
  const found = await api.read("/Users", { filter, attributes: "id,userName,active", count: "2" });
  if (isRefusal(found)) return found;
  const users = listAt(found ?? undefined, "Resources");
  const [user] = users;
  if (user === undefined || numberAt(found ?? undefined, users.length, "totalResults") !== 1)
    return api.forbids(
      `${users.length === 0 ? "nobody" : "more than one person"} there is ${person.name} (${settings.claim})`,
    );
  if (at(user, "active") === false) return api.forbids(`${person.name} is deactivated there`);
  const id = textAt(user, "id");
  return id === "" ? api.unreachable("its answer is not understood") : { id, shown: textAt(user, "userName") || id };
}

/** A JSON string, as filters take it (RFC 7644 section 3.4.2.2). */
function quoted(value: string): string {
  return JSON.stringify(value);
}

function noRole({ title, groups }: ScimSettings, role: string): Refusal {
  return refuse(
    "no-such-role",
    `${title} has no group for the role ${role}.`,
    `It has: ${Object.keys(groups).join(", ") || "none"}.`,
  );
}
