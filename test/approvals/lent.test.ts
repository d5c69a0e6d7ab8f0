// Lent groups: whose place a delegate's vote fills, and when it fills none (R10, R11, R12, R14).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { waitingFor } from "../../src/approvals/eligible.ts";
import { type LifeContext, standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { openRequest } from "../../src/approvals/open-request.ts";
import { solve, type Voter } from "../../src/approvals/quorum.ts";
import type { Loan } from "../../src/core/delegation.ts";
import { asGroupName, asHumanId, type DelegationId } from "../../src/core/ids.ts";
import { type Person, refOf } from "../../src/core/person.ts";
import type { Need, Requirement } from "../../src/core/policy.ts";
import { type Request, standingVotes } from "../../src/core/request.ts";
import { codeOf, makeOpening, makePerson, makeRequirement, nonceOf, ok, start, votes } from "./make.ts";

const asker = makePerson("asker", ["platform"]);
const dora = makePerson("dora", ["leads", "platform"]);
const emil = makePerson("emil", []);
const fay = makePerson("fay", ["security"]);

/** What `by` lends, as it is counted out at a look. */
function lending(by: Person, groups: readonly string[], more: Partial<Loan> = {}): Loan {
  return {
    delegation: "d-4k7m2qx" as DelegationId,
    by: refOf(by),
    ...(by.alsoKnownAs === undefined ? {} : { alsoKnownAs: by.alsoKnownAs }),
    assurance: by.assurance,
    groups: groups.map(asGroupName),
    weakGroups: [],
    until: start + 1,
    ...more,
  };
}

const standsIn = (person: Person, ...lent: readonly Loan[]): Person => ({ ...person, lent });

function context(people: readonly Person[]): LifeContext {
  return { now: start, standings: new Map(people.map((one) => [one.human, standingOf(one)])), halted: false };
}

function pending(requirement: Requirement, more: Partial<Parameters<typeof makeOpening>[2]> = {}): Request {
  const people = ["x", "y", "z", "v"].map((name) => makePerson(name, ["leads", "platform", "security"]));
  const request = ok(openRequest(makeOpening(requirement, people, { requester: asker, ...more }))).request;
  return ok(step(request, { kind: "posted", cardTs: "1.2" }, context([]))).request;
}

function cast(request: Request, by: Person, people: readonly Person[], choice: "approve" | "deny" = "approve") {
  const { id, version, plan } = request;
  const vote = { by, choice, reason: "because", request: id, version, digest: plan.digest, nonce: nonceOf(1) };
  return step(request, { kind: "vote", ...vote }, context([...people, by]));
}

describe("R10, R14: a lent right", () => {
  const leads = makeRequirement(votes(1, "leads"));
  const two = makeRequirement(votes(2, "leads"));

  test("counts as its owner's vote would", () => {
    const delegate = standsIn(emil, lending(dora, ["leads"]));
    assert.equal(ok(cast(pending(leads), delegate, [])).request.state, "approved");
    assert.equal(codeOf(cast(pending(leads), emil, [])), "not-eligible", "and without it there is none");
  });

  test("never counts for what its owner asked for or wrote, and the delegate never gets their own request", () => {
    const delegate = standsIn(emil, lending(dora, ["leads"]));
    assert.equal(codeOf(cast(pending(leads, { requester: dora }), delegate, [])), "not-eligible");
    assert.equal(codeOf(cast(pending(leads, { authors: [refOf(dora)] }), delegate, [])), "not-eligible");
    assert.equal(codeOf(cast(pending(leads, { requester: emil }), delegate, [])), "own-request");
    assert.equal(codeOf(cast(pending(leads, { authors: [refOf(emil)] }), delegate, [])), "own-request");
  });

  test("R10: nor for what they asked for before they signed in, or from another account of theirs", () => {
    const signedIn: Person = { ...dora, human: asHumanId("oidc:https://idp#dora"), alsoKnownAs: [dora.human] };
    const delegate = standsIn(emil, lending(signedIn, ["leads"]));
    assert.equal(codeOf(cast(pending(leads, { requester: dora }), delegate, [])), "not-eligible");
    assert.equal(codeOf(cast(pending(leads, { authors: [refOf(dora)] }), delegate, [])), "not-eligible");
  });

  test("R14: is one right, too, where its owner voted before they signed in", () => {
    const signedIn: Person = { ...dora, human: asHumanId("oidc:https://idp#dora"), alsoKnownAs: [dora.human] };
    const delegate = standsIn(emil, lending(signedIn, ["leads"]));
    const once = ok(cast(pending(two), dora, [])).request;
    const { id, version, plan } = once;
    const vote = { choice: "approve", reason: "because", request: id, version, digest: plan.digest } as const;
    // Her vote stands under the id that she had then.
    const standings = new Map([
      [dora.human, standingOf(signedIn)],
      [emil.human, standingOf(delegate)],
    ]);
    const event = { kind: "vote", by: delegate, nonce: nonceOf(1), ...vote } as const;
    const { request } = ok(step(once, event, { now: start, standings, halted: false }));
    assert.deepEqual([request.state, request.says], ["pending", "1 of leads"]);
  });

  test("is one right, whoever uses it: its owner and all delegates fill one place together", () => {
    const first = standsIn(emil, lending(dora, ["leads"]));
    const second = standsIn(makePerson("gus"), lending(dora, ["leads"]));
    const all = [dora, first, second];
    const request = all.reduce((now, by) => ok(cast(now, by, all)).request, pending(two));
    assert.equal(standingVotes(request).length, 3);
    assert.deepEqual([request.state, request.says], ["pending", "1 of leads"]);
    const other = makePerson("hugo", ["leads"]);
    assert.equal(ok(cast(request, other, all)).request.state, "approved");
  });

  test("leaves both their own: who lent one group and voted by another fills one place, the delegate's own group another", () => {
    const both = makeRequirement({ kind: "all", of: [votes(1, "leads"), votes(1, "security")] });
    const delegate = standsIn(fay, lending(dora, ["leads"]));
    const once = ok(cast(pending(both), dora, [])).request;
    assert.equal(ok(cast(once, delegate, [dora])).request.state, "approved", "Fay counts for security, Dora for leads");
    const alone = ok(cast(pending(both), delegate, [])).request;
    assert.deepEqual([alone.state, alone.says.startsWith("1 of")], ["pending", true], "one human fills one place");
  });

  test("R11: is gone when it is looked for again, and the vote with it", () => {
    const delegate = standsIn(emil, lending(dora, ["leads"]));
    const voted = ok(cast(pending(two), delegate, [])).request;
    assert.equal(voted.says, "1 of leads");
    const other = makePerson("hugo", ["leads"]);
    // Emil is looked up again, and nobody lends him anything now.
    const after = ok(cast(voted, other, [emil])).request;
    assert.deepEqual([after.state, after.says], ["pending", "1 of leads"]);
  });

  test("R12: counts for a top tier only when its owner is known surely, and surely in the group", () => {
    const top = makeRequirement(votes(1, "leads"), { assurance: "linked" });
    const linked = { ...emil, assurance: "linked" } as const;
    const by = { ...dora, assurance: "linked" } as const;
    const cases: readonly (readonly [string, Person])[] = [
      ["approved", standsIn(linked, lending(by, ["leads"]))],
      ["not-linked", standsIn(linked, lending(by, ["leads"], { weakGroups: [asGroupName("leads")] }))],
      ["not-linked", standsIn(linked, lending(dora, ["leads"]))],
      ["not-linked", standsIn(emil, lending(by, ["leads"]))],
    ];
    for (const [wanted, delegate] of cases) {
      const result = cast(pending(top), delegate, []);
      assert.equal(codeOf(result) === "not refused" ? ok(result).request.state : codeOf(result), wanted);
    }
  });

  test("lets its holder deny, and veto", () => {
    const delegate = standsIn(emil, lending(dora, ["leads"]));
    assert.equal(ok(cast(pending(leads), delegate, [], "deny")).request.state, "denied");
    const veto = makeRequirement(votes(1, "platform"), { denyThreshold: 3, vetoGroups: [asGroupName("leads")] });
    assert.equal(ok(cast(pending(veto), delegate, [], "deny")).request.state, "denied");
  });

  test("is shown on the card while it could help, and not once its owner has voted", () => {
    const delegate = standsIn(emil, lending(dora, ["leads"]));
    const candidates = [dora, delegate].map((one) => ({ person: refOf(one), ...standingOf(one) }));
    const names = (request: Request) => waitingFor(request, candidates).eligible.map(({ name }) => name);
    assert.deepEqual(names(pending(two)), ["dora", "emil"]);
    assert.deepEqual(names(ok(cast(pending(two), dora, [])).request), []);
  });
});

const groupNames = ["a", "b", "c"].map(asGroupName);
const someGroups = fc.subarray(groupNames);
const human = (index: number) => asHumanId(`h${index}`);
const voter = (index: number): fc.Arbitrary<Voter> =>
  fc
    .record({
      groups: someGroups,
      lent: fc.array(
        fc.record({ by: fc.nat({ max: 4 }).map(human), groups: fc.subarray(groupNames, { minLength: 1 }) }),
        {
          maxLength: 2,
        },
      ),
    })
    .map(({ groups, lent }) => ({ human: human(index), groups, lent: lent.filter(({ by }) => by !== human(index)) }));
const leaf = fc.record({ count: fc.integer({ min: 1, max: 2 }), groups: fc.subarray(groupNames, { minLength: 1 }) });

/** By trying everything: each slot gets a voter and the human whose right it is; nobody and no right is used twice. */
function canBeMet(slots: readonly (readonly string[])[], voters: readonly Voter[], used: ReadonlySet<string>): boolean {
  const [slot, ...others] = slots;
  if (slot === undefined) return true;
  return voters.some((one) =>
    [{ by: one.human, groups: one.groups }, ...(one.lent ?? [])].some(({ by, groups }) => {
      const [who, right] = [`who ${one.human}`, `right ${by}`];
      if (used.has(who) || used.has(right) || !groups.some((group) => slot.includes(group))) return false;
      return canBeMet(others, voters, new Set([...used, who, right]));
    }),
  );
}

test("R14: with lent rights too the answer is exact, whatever the order of votes", () => {
  fc.assert(
    fc.property(
      fc.array(leaf, { minLength: 1, maxLength: 3 }),
      fc.tuple(voter(0), voter(1), voter(2), voter(3)),
      fc.integer({ min: 0, max: 4 }),
      (leaves, all, count) => {
        const voters = all.slice(0, count);
        const need: Need = { kind: "all", of: leaves.map((one) => ({ kind: "votes", ...one })) };
        const slots = leaves.flatMap((one) => Array.from({ length: one.count }, () => one.groups as readonly string[]));
        const wanted = canBeMet(slots, voters, new Set());
        assert.equal(solve(need, voters).met, wanted);
        assert.equal(solve(need, [...voters].reverse()).met, wanted);
      },
    ),
    { numRuns: 1_000 },
  );
});
