// Links over Slack's directory: one human per subject, and nothing by names (R9, R10, T6, T9).
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { mayVote } from "../../src/approvals/may-vote.ts";
import { countingVotes } from "../../src/approvals/who-counts.ts";
import { asGroupName, asHumanId, type DelegationId, type HumanId } from "../../src/core/ids.ts";
import { type Person, refOf } from "../../src/core/person.ts";
import type { People } from "../../src/core/ports/people.ts";
import { isRefusal, type Refusal, refuse } from "../../src/core/refusal.ts";
import type { Vote } from "../../src/core/request.ts";
import type { AccountLink } from "../../src/core/sign-in.ts";
import { lentPeople } from "../../src/dispatch/lent-people.ts";
import { candidatesFor, lookAt, votersFor } from "../../src/dispatch/standings.ts";
import { makeLinkBook } from "../../src/identity/book.ts";
import { ended } from "../../src/identity/linking.ts";
import { type KnowingPeople, linkedPeople } from "../../src/identity/people.ts";
import { codeOf, makeRequirement, opened, votes } from "../approvals/make.ts";
import { account, accountLink, group, hour, issuer, makeLink, makePerson, start } from "./make.ts";

const groups = [
  group("dba", { idpGroups: ["db-admins"] }),
  group("data", { groups: [asGroupName("dba")], members: ["U5"] }),
];

function overlay(people: readonly (Person | readonly [string, Refusal])[], links: readonly AccountLink[], now = start) {
  const byId = new Map<string, Person | Refusal>(
    people.map((one) => ("human" in one ? [one.account.userId, one] : [one[0], one[1]])),
  );
  const find = (userId: string) => byId.get(userId) ?? refuse("not-a-member", "unknown", "Ask a member.");
  const directory: KnowingPeople = {
    person: async (userId) => find(userId),
    known: (userId) => find(userId),
    members: async (name) =>
      [...byId.values()].flatMap((one) => (!isRefusal(one) && one.groups.includes(name) ? [refOf(one)] : [])),
    channel: async () => ({ name: "x", isDirect: false }),
  };
  const book = makeLinkBook(links, issuer);
  const clock = { now: () => now, wait: async () => undefined };
  const ages = { groupMaxAgeMs: 12 * hour, stepUpFreshForMs: 900_000 };
  return { book, people: linkedPeople(directory, { book, groups: () => groups, clock, ...ages }) };
}

async function person(people: People, userId: string): Promise<Person> {
  const found = await people.person(userId);
  assert.ok(!isRefusal(found), JSON.stringify(found));
  return found;
}

test("R9: a linked person is the subject, with the link, its groups and assurance; at once as well", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const { people } = overlay([makePerson("U1"), makePerson("U2")], [link]);
  const ana = await person(people, "U1");
  assert.deepEqual(
    [ana.human, ana.subject, ana.assurance, ana.groups, ana.weakGroups, ana.link?.groups],
    [`oidc:${issuer}#ana`, { issuer, subject: "ana" }, "linked", ["dba", "data"], undefined, ["db-admins"]],
  );
  assert.deepEqual(people.known("U1"), ana);
  const other = await person(people, "U2");
  assert.deepEqual([other.human, other.assurance, other.link], ["slack:T1/U2", "directory", undefined]);
});

test("members of a group are also those whose provider says so, through groups within groups", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const gone = accountLink("U2", "bob", { link: makeLink("bob", { groups: ["db-admins"] }) });
  const left = accountLink("U3", "eve", { link: makeLink("eve", { groups: ["db-admins"] }), endedAt: start });
  const deactivated = ["U2", refuse("not-a-member", "deactivated", "Ask a member.")] as const;
  const { people } = overlay(
    [makePerson("U1"), deactivated, makePerson("U3"), makePerson("U5", ["data"])],
    [link, gone, left],
  );
  const ids = async (name: string) => {
    const found = await people.members(asGroupName(name));
    assert.ok(!isRefusal(found));
    return found.map(({ human }) => human).sort();
  };
  assert.deepEqual(await ids("dba"), [`oidc:${issuer}#ana`]);
  assert.deepEqual(await ids("data"), [`oidc:${issuer}#ana`, "slack:T1/U5"]);
});

test("R12: a sign-in that is too old gives nobody a group, and what it said is kept apart", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const { people } = overlay(
    [makePerson("U1"), makePerson("U2"), makePerson("U5", ["data"])],
    [link],
    start + 12 * hour,
  );
  const ana = await person(people, "U1");
  assert.deepEqual(
    [ana.groups, ana.lapsedGroups, ana.unknownGroups, ana.isLapsed, ana.assurance],
    [[], ["dba", "data"], ["dba", "data"], true, "linked"],
  );
  const other = await person(people, "U2");
  assert.deepEqual([other.groups, other.lapsedGroups, other.unknownGroups], [[], undefined, ["dba", "data"]]);
  const members = await people.members(asGroupName("data"));
  assert.ok(!isRefusal(members));
  assert.deepEqual(
    members.map(({ userId, isLapsed }) => [userId, isLapsed]),
    [
      ["U5", undefined],
      ["U1", true],
    ],
  );
});

test("R12, R15: a request can be asked while those who countersign only have to sign in anew; they are shown as such", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const { people } = overlay([makePerson("U1")], [link], start + 12 * hour);
  const requirement = makeRequirement(votes(1, "dba"));
  const voters = await votersFor(people, requirement);
  assert.ok(!isRefusal(voters));
  assert.deepEqual(
    voters.map(({ groups: of }) => of),
    [["dba"]],
  );
  const candidates = await candidatesFor(people, requirement);
  assert.ok(!isRefusal(candidates));
  assert.deepEqual(
    candidates.map(({ groups: of, lapsedGroups }) => [of, lapsedGroups]),
    [[[], ["dba"]]],
  );
});

test("R12: what somebody lends is as old as what is known of them", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const from = { human: asHumanId("oidc:x"), userId: "U1", name: "ana" };
  const to = { ...from, userId: "U2" };
  const times = { madeAt: 0, until: start + 24 * hour, endedAt: null };
  const delegation = { id: "d-1" as DelegationId, from, to, groups: [asGroupName("dba")], reason: "x", ...times };
  const lentAt = async (now: number) => {
    const { people } = overlay([makePerson("U1"), makePerson("U2")], [link], now);
    const store = { delegations: { inForce: async () => [delegation] } };
    const clock = { now: () => now, wait: async () => undefined };
    const [loan] = (await person(lentPeople(people, { store, clock }), "U2")).lent ?? [];
    return [loan?.groups, loan?.lapsedGroups];
  };
  assert.deepEqual(await lentAt(start), [["dba"], undefined]);
  assert.deepEqual(await lentAt(start + 12 * hour), [[], ["dba"]]);
});

test("R12: while Slack does not say who somebody is, who is in the group is not known", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const { people } = overlay([["U1", refuse("identity-unknown", "Slack is away", "Try again.")]], [link]);
  const found = await people.members(asGroupName("dba"));
  assert.ok(isRefusal(found) && found.code === "identity-unknown");
});

test("R13: a deactivated account whose link stands is nobody", async () => {
  const { people } = overlay([["U1", refuse("not-a-member", "deactivated", "Ask.")]], [accountLink("U1", "ana")]);
  const found = await people.person("U1");
  assert.ok(isRefusal(found) && found.code === "not-a-member");
});

test("T6: a changed name changes nobody's human, subject, groups or assurance", async () => {
  const link = accountLink("U1", "ana", { link: makeLink("ana", { groups: ["db-admins"] }) });
  const before = await person(overlay([makePerson("U1"), makePerson("U2")], [link]).people, "U1");
  const renamed = [
    { ...makePerson("U1"), name: "U2" },
    { ...makePerson("U2"), name: "ana@example.com" },
  ];
  const { people } = overlay(renamed, [link]);
  assert.deepEqual(await person(people, "U1"), { ...before, name: "U2" });
  const taker = await person(people, "U2");
  assert.deepEqual([taker.human, taker.groups, taker.assurance], ["slack:T1/U2", [], "directory"]);
});

test("links to another provider than the configured one give nothing", async () => {
  const foreign = accountLink("U1", "ana", {
    link: makeLink("ana", { issuer: "https://old.example.test", groups: ["db-admins"] }),
  });
  const { people, book } = overlay([makePerson("U1")], [foreign]);
  const found = await person(people, "U1");
  assert.deepEqual([found.human, found.assurance, found.groups], ["slack:T1/U1", "directory", []]);
  assert.equal(book.outdated(account("U1"))?.id, foreign.id);
});

test("R10: who asked before linking, or by an account that was linked to the same subject, does not countersign", async () => {
  const asker = makePerson("U1");
  const request = { ...opened(makeRequirement(votes(1)), []), requester: refOf(asker), authors: [] };
  const link = accountLink("U1", "ana");
  const moved = [{ ...link, endedAt: start }, accountLink("U2", "ana")];
  for (const [links, userId, own] of [
    [[link], "U1", true],
    [moved, "U1", true],
    [moved, "U2", true],
    [[link], "U2", false],
  ] as const) {
    const { people } = overlay([makePerson("U1"), makePerson("U2")], links);
    const voter = await person(people, userId);
    const standing = standingOf(voter);
    const ballot = { human: voter.human, name: voter.name, choice: "approve" } as const;
    const refused = mayVote(request, ballot, { now: start, standings: new Map([[voter.human, standing]]) });
    assert.equal(refused?.code, own ? "own-request" : undefined, `${userId} with ${links.length} links`);
  }
});

test("whoever linked their account since asking may still take their request back; nobody else may", async () => {
  const request = {
    ...opened(makeRequirement(votes(1, "platform")), [makePerson("U3", ["platform"])]),
    requester: refOf(makePerson("U1")),
  };
  const { people } = overlay([makePerson("U1"), makePerson("U2")], [accountLink("U1", "ana")]);
  const cancelled = async (userId: string) =>
    codeOf(
      step(
        request,
        { kind: "cancel", by: await person(people, userId), reason: null },
        { now: start, standings: new Map(), halted: false },
      ),
    );
  assert.deepEqual([await cancelled("U1"), await cancelled("U2")], ["not refused", "not-yours"]);
});

/** Accounts sign in and out of subjects, one active account each, and vote as whoever they are then. */
type Move =
  | { readonly do: "link"; readonly account: string; readonly subject: string }
  | { readonly do: "unlink"; readonly account: string }
  | { readonly do: "vote"; readonly account: string };

const someAccount = fc.constantFrom("U1", "U2", "U3", "U4");
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant("link" as const), account: someAccount, subject: fc.constantFrom("s1", "s2") }),
  fc.record({ do: fc.constant("unlink" as const), account: someAccount }),
  fc.record({ do: fc.constant("vote" as const), account: someAccount }),
);

test("T9: law: any set of Slack accounts of one subject counts as one, in whatever order they linked and voted", async () => {
  const everybody = ["U1", "U2", "U3", "U4"].map((userId) => makePerson(userId));
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
      const { book, people } = overlay(everybody, []);
      /** The test's own account: accounts that were ever linked to a common subject, over any number of steps. */
      const sets = new Map(everybody.map((one) => [one.account.userId, new Set([one.account.userId])]));
      const lastOf = new Map<string, string>();
      let request = { ...opened(makeRequirement(votes(4)), []), authors: [] };
      for (const [index, one] of moves.entries()) {
        if (one.do === "link") {
          const isFree = book.ofAccount(account(one.account)) === null;
          if (!isFree || book.ofSubject({ issuer, subject: one.subject }) !== null) continue;
          book.keep({ ...accountLink(one.account, one.subject), id: `l${index}` });
          const before = lastOf.get(one.subject);
          lastOf.set(one.subject, one.account);
          if (before !== undefined) unite(sets, before, one.account);
        } else if (one.do === "unlink") {
          const link = book.ofAccount(account(one.account));
          if (link !== null) book.keep(ended(link, start));
        } else {
          const voter = await person(people, one.account);
          const cast: Vote = {
            ...{ human: voter.human, voter: refOf(voter), choice: "approve", reason: null, at: start },
            ...{ version: request.version, digest: request.plan.digest, withdrawnAt: null, voidedAt: null },
          };
          request = { ...request, votes: [...request.votes, cast] };
        }
      }
      const { standings } = await lookAt(people, request);
      const counted = countingVotes(request, "approve", standings);
      const humans = counted.map(({ voter }) => sets.get(voter.userId));
      assert.equal(new Set(humans).size, humans.length, "two votes of one human count");
      const voted = new Set(request.votes.map(({ voter }) => sets.get(voter.userId)));
      assert.equal(humans.length, voted.size, "somebody's vote was lost by linking");
    }),
    { numRuns: 1_000 },
  );
});

function unite(sets: Map<string, Set<string>>, one: string, other: string): void {
  const all = new Set([...(sets.get(one) ?? []), ...(sets.get(other) ?? [])]);
  for (const each of all) sets.set(each, all);
}

test("every id of a human is known over any number of links, and of nobody else", () => {
  const links = [
    accountLink("U1", "a", { endedAt: start }),
    accountLink("U2", "a", { endedAt: start }),
    accountLink("U2", "b"),
    accountLink("U3", "c"),
  ];
  const ids: readonly HumanId[] = makeLinkBook(links, issuer).idsOf(account("U1"));
  assert.deepEqual([...ids].sort(), [`oidc:${issuer}#a`, `oidc:${issuer}#b`, "slack:T1/U1", "slack:T1/U2"]);
});
