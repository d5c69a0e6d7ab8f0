// Use cases of DataOS, by its grant resources. Source: dataos.info, docs/resources/grant and docs/resources/manifest_attributes; the
// paths are those of the Poros and Heimdall REST interfaces as its documentation and Python SDK show them (docs/dataos.md).
import { createHash } from "node:crypto";
import { at, type Json, type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { AccessTarget, Member, MembershipOutcome } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";

export interface UseCase {
  readonly id: string;
  /** Authorization atom → what it is about, as the use case asks for it. */
  readonly values: JsonObject;
}

export interface DataosSettings {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly token: string;
  /** The claim of the sign-in that holds the DataOS user id. */
  readonly claim: string;
  /** Role of the catalogue → the use case that is granted. */
  readonly useCases: Readonly<Record<string, UseCase>>;
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const grants = "/poros/api/v1/resources/grant";

export function dataosTarget(settings: DataosSettings): AccessTarget {
  const api = new JsonApi({
    system: settings.title,
    base: settings.base,
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      authorization: `Bearer ${settings.token}`,
    },
    privateAddresses: settings.privateAddresses,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  });
  const useCaseOf = (role: string): UseCase | Refusal =>
    (Object.hasOwn(settings.useCases, role) ? settings.useCases[role] : undefined) ?? noUseCase(settings, role);
  return {
    name: settings.name,
    title: settings.title,
    member: (person) => findUser(api, settings, person),
    async has(member, role) {
      const useCase = useCaseOf(role);
      if (isRefusal(useCase)) return useCase;
      const read = await api.read(`${grants}/${grantName(member, role)}`);
      if (isRefusal(read)) return read;
      return read !== null && isThisGrant(read, member, useCase);
    },
    async add(member, role): Promise<MembershipOutcome> {
      const useCase = useCaseOf(role);
      if (isRefusal(useCase)) return { kind: "refused", refusal: useCase };
      const body = grantResource(grantName(member, role), member, useCase);
      const answer = await api.send({ method: "POST", path: "/poros/api/v1/resources", body });
      if (answer.kind !== "answer") return answer;
      return answer.status === 404 ? { kind: "refused", refusal: noUseCase(settings, role) } : { kind: "done" };
    },
    async remove(member, role): Promise<MembershipOutcome> {
      const answer = await api.send({ method: "DELETE", path: `${grants}/${grantName(member, role)}` });
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },
  };
}

/**
 * One grant resource for each person and role, by a name of its own: at most 48 characters, `[a-z0-9]([-a-z0-9]*[a-z0-9])`. Two people
 * or roles never share one, however their names are written.
 */
export function grantName(member: Member, role: string): string {
  const mark = createHash("sha256").update(`${member.id}\n${role}`, "utf8").digest("hex").slice(0, 32);
  return `countersign-${mark}`;
}

/** `approve: true` puts it in force; without it DataOS would ask its own people once more. */
function grantResource(name: string, member: Member, useCase: UseCase): Json {
  return {
    name,
    version: "v1alpha",
    type: "grant",
    layer: "user",
    description: "Granted for a time by Countersign, which also removes it",
    grant: {
      policy_use_case_id: useCase.id,
      subjects: [`users:id:${member.id}`],
      values: useCase.values,
      requester: "countersign",
      approve: true,
    },
  };
}

/** Somebody may have made another grant of that name: then it is not what was granted. */
function isThisGrant(resource: Json, member: Member, useCase: UseCase): boolean {
  const isInForce = at(resource, "grant", "approve") === true && textAt(resource, "status") !== "deleted";
  const subjects = listAt(resource, "grant", "subjects");
  const isTheirs = subjects.length === 1 && subjects[0] === `users:id:${member.id}`;
  return isInForce && isTheirs && textAt(resource, "grant", "policy_use_case_id") === useCase.id;
}

async function findUser(api: JsonApi, settings: DataosSettings, person: Person): Promise<Member | Refusal> {
  const { link } = person;
  if (link === undefined)
    return refuse(
      "not-linked",
      `${person.name} has not signed in, so ${settings.title} can't say who they are.`,
      "They type: login",
    );
  const id = settings.claim === "sub" ? link.subject : (link.claims[settings.claim] ?? "");
  if (!/^[A-Za-z0-9._@-]{1,128}$/.test(id))
    return api.forbids(`the sign-in of ${person.name} told no ${settings.claim} that is a DataOS user id`);
  const user = await api.read(`/heimdall/api/v1/users/${encodeURIComponent(id)}`);
  if (isRefusal(user)) return user;
  if (user === null || textAt(user, "id") !== id) return api.forbids(`it has no user ${id}`);
  return { id, shown: textAt(user, "name") || id };
}

function noUseCase({ title, useCases }: DataosSettings, role: string): Refusal {
  return refuse(
    "no-such-role",
    `${title} has no use case for the role ${role}.`,
    `It has: ${Object.keys(useCases).join(", ") || "none"}.`,
  );
}
