// The quorum solver is exact: held against trying every assignment (R14).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bothNeeds } from "../../src/approvals/both-needs.ts";
import { canFill, couldEverMeet, countAlternatives, solve, type Voter } from "../../src/approvals/quorum.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import type { Need } from "../../src/core/policy.ts";
import { votes } from "./make.ts";
import { meets } from "./model.ts";

const groups = ["a", "b", "c"].map(asGroupName);
const leaf = fc.record({
  kind: fc.constant("votes" as const),
  count: fc.integer({ min: 1, max: 2 }),
  groups: fc.subarray(groups),
});
const needs: fc.Arbitrary<Need> = fc.letrec<{ need: Need }>((tie) => ({
  need: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("need"), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).need;
const voters: fc.Arbitrary<Voter[]> = fc.array(
  fc.record({ human: fc.integer({ min: 0, max: 5 }).map((n) => asHumanId(`h${n}`)), groups: fc.subarray(groups) }),
  { maxLength: 5 },
);

const voter = (name: string, ...of: string[]): Voter => ({ human: asHumanId(name), groups: of.map(asGroupName) });

describe("R14: the quorum is solved exactly", () => {
  test("law: met exactly when some assignment of people to slots meets it", () => {
    fc.assert(
      fc.property(needs, voters, (need, people) => solve(need, people).met === meets(need, people)),
      { numRuns: 2_000 },
    );
  });

  test("law: the order of votes never matters, also for what is missing", () => {
    fc.assert(
      fc.property(needs, voters, fc.infiniteStream(fc.nat()), (need, people, dice) => {
        const shuffled = people.map((person) => ({ person, at: dice.next().value })).sort((x, y) => x.at - y.at);
        assert.deepEqual(
          solve(
            need,
            shuffled.map(({ person }) => person),
          ),
          solve(need, people),
        );
      }),
    );
  });

  test("law: one more vote never takes a quorum away", () => {
    fc.assert(
      fc.property(
        needs,
        voters,
        voters,
        (need, some, more) => !solve(need, some).met || solve(need, [...some, ...more]).met,
      ),
    );
  });

  test("law: what meets the strictest of two needs meets each of them (R16, R31)", () => {
    fc.assert(
      fc.property(needs, needs, voters, (one, two, people) => {
        if (solve(bothNeeds(one, two), people).met) assert.ok(solve(one, people).met && solve(two, people).met);
      }),
      { numRuns: 1_000 },
    );
  });

  test("the first voter is moved when only that lets the second one count", () => {
    const need: Need = { kind: "all", of: [votes(1, "a"), votes(1, "b")] };
    const [both, onlyA] = [voter("both", "a", "b"), voter("onlyA", "a")];
    assert.ok(solve(need, [both, onlyA]).met);
    assert.ok(solve(need, [onlyA, both]).met);
    assert.deepEqual(solve(need, [onlyA]).missing, [{ count: 1, groups: ["b"] }]);
  });

  test("T9: two accounts of one human count once", () => {
    assert.ok(!solve(votes(2, "a"), [voter("x", "a"), voter("x", "a", "b")]).met);
    assert.ok(!solve({ kind: "all", of: [votes(1, "a"), votes(1, "b")] }, [voter("x", "a"), voter("x", "b")]).met);
  });

  test("R15: needs of nothing are never met", () => {
    for (const need of [
      votes(0, "a"),
      votes(Number.NaN, "a"),
      votes(-1),
      { kind: "all", of: [] },
      { kind: "any", of: [] },
    ] as Need[])
      assert.ok(!couldEverMeet(need, [voter("x", "a")]), JSON.stringify(need));
  });

  test("two rules that ask for one of the same group are met by one person", () => {
    assert.deepEqual(bothNeeds(votes(1, "a"), votes(2, "a")), votes(2, "a"));
    assert.deepEqual(bothNeeds(votes(1, "a"), { kind: "all", of: [votes(1, "b"), votes(1, "a")] }), {
      kind: "all",
      of: [votes(1, "a"), votes(1, "b")],
    });
  });

  test("without groups anybody fills it, and choices are counted", () => {
    assert.ok(canFill(votes(1), []));
    assert.equal(countAlternatives({ kind: "all", of: [{ kind: "any", of: [votes(1), votes(2)] }, votes(1)] }), 2);
  });
});
