// Use cases of DataOS, by its grant resources. Source: dataos.info, docs/resources/grant and docs/resources/manifest_attributes; the
// paths are those of the Poros and Heimdall REST interfaces as its documentation and Python SDK show them (docs/dataos.md).
import { createHash } from "node:crypto";
import { type UseCase, useCaseIdIn, useCaseName } from "../../core/access-targets.ts";
import { at, type Json, listAt, textAt } from "../../core/json.ts";
import type { Person } from "../../core/person.ts";
import type { Member, Membership, MembershipOutcome, OpenedTarget } from "../../core/ports/access-targets.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { JsonApi } from "../https/json.ts";
import { toldId } from "../https/told-id.ts";

export interface DataosSettings {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly token: string;
  /** The claim of the sign-in that holds the DataOS user id. */
  readonly claim: string;
  /** That may be given. */
  readonly useCases: readonly UseCase[];
  readonly privateAddresses: boolean;
  readonly ca?: string;
}

const grants = "/poros/api/v1/resources/grant";

export function dataosTarget(settings: DataosSettings): OpenedTarget {
  const { name, title, useCases } = settings;
  const api = apiOf(settings);
  return {
    ...{ name, title },
    memberOf: (person) => findUser(api, settings, person),
    observe: (member, role) => observe(api, member, role),
    async add(member, role, deadlineMs): Promise<MembershipOutcome> {
      const useCase = useCases.find((one) => useCaseName(one) === role);
      if (useCase === undefined)
        return { kind: "refused", refusal: api.notNamed(`use case ${role}`, useCases.map(useCaseName)) };
      const body = grantResource(grantName(member, role), member, useCase);
      const signal = AbortSignal.timeout(deadlineMs);
      const answer = await api.send({ method: "POST", path: "/poros/api/v1/resources", body, signal });
      if (answer.kind !== "answer") return answer;
      return answer.status === 404
        ? { kind: "refused", refusal: api.hasNo(`use case ${useCase.id}`) }
        : { kind: "done" };
    },
    async remove(member, role, deadlineMs): Promise<MembershipOutcome> {
      const path = `${grants}/${grantName(member, role)}`;
      const answer = await api.send({ method: "DELETE", path, signal: AbortSignal.timeout(deadlineMs) });
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },
    async examine() {
      const read = await api.read(`${grants}/countersign-doctor`);
      return isRefusal(read) ? read : null;
    },
  };
}

function apiOf({ title, base, token, privateAddresses, ca }: DataosSettings): JsonApi {
  const type = "application/json";
  return new JsonApi({
    ...{ system: title, base, privateAddresses },
    headers: { accept: type, "content-type": type, authorization: `Bearer ${token}` },
    ...(ca === undefined ? {} : { ca }),
  });
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

async function observe(api: JsonApi, member: Member, role: string): Promise<Membership | Refusal> {
  const name = grantName(member, role);
  const read = await api.read(`${grants}/${name}`);
  if (isRefusal(read)) return read;
  const isInForce = read !== null && at(read, "grant", "approve") === true && textAt(read, "status") !== "deleted";
  if (!isInForce) return { isMember: false, otherwise: "" };
  // Somebody wrote into it: it is in force, so it has not ended, and it is not what was approved, so it was not given.
  return isOf(read, member, role)
    ? { isMember: true, otherwise: "" }
    : api.says(`the grant ${name} is about something else than was given`);
}

function isOf(resource: Json, member: Member, role: string): boolean {
  const subjects = listAt(resource, "grant", "subjects");
  const isTheirs = subjects.length === 1 && subjects[0] === `users:id:${member.id}`;
  return isTheirs && textAt(resource, "grant", "policy_use_case_id") === useCaseIdIn(role);
}

async function findUser(api: JsonApi, settings: DataosSettings, person: Person): Promise<Member | Refusal> {
  const form = /^[A-Za-z0-9._@-]{1,128}$/;
  const id = toldId(person, { system: settings.title, claim: settings.claim, form });
  if (isRefusal(id)) return id;
  const user = await api.read(`/heimdall/api/v1/users/${encodeURIComponent(id)}`);
  if (isRefusal(user)) return user;
  if (user === null || textAt(user, "id") !== id) return api.says(`it has no user ${id}`);
  return { id, name: textAt(user, "name") || id };
}
