// Requests, people and policies as the tests of approvals need them.

import { type Standing, standingOf } from "../../src/approvals/events.ts";
import type { Stepped } from "../../src/approvals/life.ts";
import { type Opening, openRequest } from "../../src/approvals/open-request.ts";
import { digestOf } from "../../src/core/digest.ts";
import { asClusterName, asGroupName, asHumanId, type Nonce, type RequestId } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/person.ts";
import type { Plan, PreviewedChange } from "../../src/core/plan.ts";
import type { Match, Need, Place, Policy, Question, Requirement, Rule } from "../../src/core/policy.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import type { Request } from "../../src/core/request.ts";

export const minute = 60_000;
export const start = Date.UTC(2026, 10, 21, 10);

export function makePerson(name: string, groups: readonly string[] = []): Person {
  return {
    human: asHumanId(`slack:T1/${name}`),
    account: { enterpriseId: null, teamId: "T1", userId: name },
    subject: null,
    assurance: "directory",
    name,
    zone: "UTC",
    groups: groups.map(asGroupName),
  };
}

export function standingsOf(people: readonly Person[]): ReadonlyMap<Person["human"], Standing> {
  return new Map(people.map((person) => [person.human, standingOf(person)]));
}

export function makePlan(title: string, changes = 1): Plan {
  return {
    ...{ verb: "rollback", schema: 1, title, goals: [], observations: [], notes: [], risks: [], sensitive: false },
    changes: Array.from({ length: changes }, () => restartOfCheckout),
    undo: { kind: "none", because: "it is a test" },
    verifyWithinMs: minute,
    followUp: null,
    digest: digestOf(title),
  };
}

const restartOfCheckout: PreviewedChange = {
  kind: "object",
  operation: "update",
  object: {
    cluster: asClusterName("production"),
    kind: {
      ...{ group: "apps", version: "v1", kind: "Deployment", resource: "deployments", singular: "deployment" },
      ...{ shortNames: ["deploy"], namespaced: true, verbs: ["patch"], subresources: [] },
    },
    namespace: "shop",
    name: "checkout",
    uid: "u1",
  },
  call: { method: "PATCH", path: "/x", query: {}, contentType: "application/json", body: {}, guard: "body-metadata" },
  before: {},
  after: {},
};

export const votes = (count: number, ...groups: readonly string[]): Extract<Need, { kind: "votes" }> => ({
  kind: "votes",
  count,
  groups: groups.map(asGroupName),
});

export function makeRequirement(need: Need, more: Partial<Requirement> = {}): Requirement {
  return {
    ...{ need, denyThreshold: 1, vetoGroups: [], expiresInMs: 120 * minute, startWithinMs: 15 * minute, tell: [] },
    ...{ reasonToAsk: { kind: "optional" }, reasonToApprove: { kind: "optional" } },
    ...more,
  };
}

export const policyDigest = digestOf("policy");
export const requestId = "r-4k7m2qx" as RequestId;
export const nonceOf = (version: number) => `nonce-${version}` as Nonce;

export function makeOpening(
  requirement: Requirement | null,
  people: readonly Person[],
  more: Partial<Opening> = {},
): Opening {
  return {
    ...{
      id: requestId,
      nonce: nonceOf(1),
      digestKey: "k",
      now: start,
      plan: makePlan("one"),
      authors: [],
      reason: null,
    },
    invocation: { verb: "rollback", args: {} },
    requester: makePerson("asker", ["platform"]),
    ...{ policyDigest, rules: ["rule"], question: makeQuestion(), requirement },
    people: people.map(({ human, groups }) => ({ human, groups })),
    askedIn: { channelId: "C1", ts: null },
    card: { channelId: "C2", ts: null },
    ...more,
  };
}

export function ok(result: Stepped | Refusal): Stepped {
  if (isRefusal(result)) throw new Error(`refused: ${result.code}: ${result.message}`);
  return result;
}

export function codeOf(result: unknown): string {
  return isRefusal(result) ? result.code : "not refused";
}

export function opened(requirement: Requirement | null, people: readonly Person[]): Request {
  return ok(openRequest(makeOpening(requirement, people))).request;
}

const emptyMatch: Match = {
  ...{ verbs: [], verbKinds: [], groups: [], clusters: [], environments: [], namespaces: [], kinds: [], names: [] },
  ...{ labels: {}, risks: [], args: {} },
};

export function makeRule(
  name: string,
  match: Partial<Match>,
  effect: Rule["effect"],
  replaces: string | null = null,
): Rule {
  return { name, match: { ...emptyMatch, ...match }, effect, replaces };
}

export function makeMatch(match: Partial<Match> = {}): Match {
  return { ...emptyMatch, ...match };
}

export function makePolicy(rules: readonly Rule[], freezes: Policy["freezes"] = []): Policy {
  const defaults = { expiresInMs: 120 * minute, startWithinMs: 15 * minute, denyThreshold: 1 };
  return { digest: policyDigest, rules, freezes, groups: [], defaults };
}

export function makePlace(place: Partial<Place> = {}): Place {
  return {
    ...{ cluster: "prod", environment: "production", namespace: "shop", kind: "deployment.apps", name: "checkout" },
    labels: {},
    ...place,
  };
}

export function makeQuestion(question: Partial<Question> = {}): Question {
  return {
    ...{ verb: "rollback", verbKind: "change", args: {}, places: [makePlace()], risks: [], dryRun: false, now: start },
    who: { userId: "U1", groups: [], assurance: "directory" },
    ...question,
  };
}
