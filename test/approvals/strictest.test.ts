// R16, R31: requirements joined mean the same in whichever order, and meeting the result meets each.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isAtLeast, leastAssurance, shows } from "../../src/approvals/assured.ts";
import { bothNeeds } from "../../src/approvals/both-needs.ts";
import { isOpenAt } from "../../src/approvals/hours.ts";
import { solve, type Voter } from "../../src/approvals/quorum.ts";
import { checkReason } from "../../src/approvals/reason.ts";
import { stricter } from "../../src/approvals/strictest.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import { assurances } from "../../src/core/person.ts";
import type { ApproverHours, Need, ReasonRule, Requirement, StepUp } from "../../src/core/policy.ts";
import type { StepUpProof } from "../../src/core/request.ts";
import { makeRequirement, minute, start, votes } from "./make.ts";

const groups = ["a", "b"].map(asGroupName);
const leaf: fc.Arbitrary<Need> = fc
  .record({ count: fc.integer({ min: 1, max: 2 }), groups: fc.subarray(groups), isDistinct: fc.boolean() })
  .map(({ count, groups: of, isDistinct }) => ({
    ...{ kind: "votes", count, groups: of },
    ...(isDistinct && count === 2 && of.length === 2 ? { distinctGroups: 2 } : {}),
  }));
const need: fc.Arbitrary<Need> = fc.letrec<{ need: Need }>((tie) => ({
  need: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 2, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("all" as const, "any" as const, "stages" as const),
        of: fc.array(tie("need"), { minLength: 1, maxLength: 2 }),
      }),
    },
  ),
})).need;
const stepUp: fc.Arbitrary<StepUp> = fc.record({
  maxAgeMs: fc.constantFrom(1, 2, 3),
  acr: fc.subarray(["x", "y"]),
  amr: fc.subarray(["k", "l"]),
});
const window = fc.record({
  ...{ kind: fc.constant("weekly" as const), zone: fc.constantFrom("UTC", "Asia/Tokyo") },
  days: fc.subarray([1, 3, 6], { minLength: 1 }),
  ...{ fromMinute: fc.constantFrom(0, 600), untilMinute: fc.constantFrom(540, 1_200) },
});
const hours: fc.Arbitrary<ApproverHours> = fc.array(window, { minLength: 1, maxLength: 2 });
const reason = fc.constantFrom<ReasonRule>(
  { kind: "optional" },
  { kind: "required" },
  ...["A", "B", "C"].map((letter) => ({ kind: "pattern" as const, pattern: letter, example: letter })),
);
const requirement: fc.Arbitrary<Requirement> = fc
  .record({
    need,
    ...{ denials: fc.integer({ min: 1, max: 3 }), veto: fc.subarray(groups), reason },
    assurance: fc.option(fc.constantFrom(...assurances), { nil: undefined }),
    stepUp: fc.option(stepUp, { nil: undefined }),
    hours: fc.option(hours, { nil: undefined }),
  })
  .map((drawn) =>
    makeRequirement(drawn.need, {
      ...{ denyThreshold: drawn.denials, vetoGroups: drawn.veto, reasonToApprove: drawn.reason },
      ...(drawn.assurance === undefined ? {} : { assurance: drawn.assurance }),
      ...(drawn.stepUp === undefined ? {} : { stepUp: drawn.stepUp }),
      ...(drawn.hours === undefined ? {} : { hours: [drawn.hours] }),
    }),
  );

/** Everything that a requirement could be met with. */
interface World {
  readonly voters: readonly Voter[];
  readonly assurance: (typeof assurances)[number];
  readonly proof: StepUpProof | undefined;
  readonly at: number;
  readonly reason: string;
  readonly denials: number;
}
const world: fc.Arbitrary<World> = fc.record({
  voters: fc.array(
    fc.record({ human: fc.nat({ max: 5 }).map((n) => asHumanId(`h${n}`)), groups: fc.subarray(groups) }),
    { maxLength: 6 },
  ),
  assurance: fc.constantFrom(...assurances),
  proof: fc.option(
    fc.record({
      at: fc.constantFrom(start - 1, start - 2, start - 3),
      acr: fc.constantFrom("x", "y", null),
      amr: fc.subarray(["k", "l"]),
    }),
    { nil: undefined },
  ),
  at: fc.nat({ max: 7 * 24 }).map((hour) => start + hour * 60 * minute),
  reason: fc.constantFrom("", "A", "B A", "C B A", "A C B"),
  denials: fc.integer({ min: 0, max: 3 }),
});

/** One answer for each part, so that no part can hide behind another. */
function answers(asked: Requirement, given: World): readonly boolean[] {
  return [
    solve(asked.need, given.voters).met,
    isAtLeast(given.assurance, leastAssurance(asked)),
    asked.stepUp === undefined || shows(asked.stepUp, given.proof, start),
    isOpenAt(asked.hours ?? [], given.at),
    checkReason(asked.reasonToApprove, given.reason, "approve") === null,
    given.denials < asked.denyThreshold,
    asked.vetoGroups.length === 0 ||
      !asked.vetoGroups.some((group) => given.voters.some((one) => one.groups.includes(group))),
  ];
}

const runs = { numRuns: 3_000 };

describe("the strictest of requirements", () => {
  test("law: what meets it meets each of the two", () => {
    fc.assert(
      fc.property(requirement, requirement, world, (a, b, given) => {
        const [joined, ofA, ofB] = [answers(stricter(a, b), given), answers(a, given), answers(b, given)];
        for (const [part, isMet] of joined.entries()) assert.ok(!isMet || (ofA[part] && ofB[part]), `part ${part}`);
      }),
      runs,
    );
  });

  test("law: it asks for the same in whichever order two are joined", () => {
    fc.assert(
      fc.property(requirement, requirement, world, (a, b, given) =>
        assert.deepEqual(answers(stricter(a, b), given), answers(stricter(b, a), given)),
      ),
      runs,
    );
  });

  test("law: and in whichever order three are", () => {
    fc.assert(
      fc.property(requirement, requirement, requirement, world, (a, b, c, given) =>
        assert.deepEqual(answers(stricter(stricter(a, b), c), given), answers(stricter(a, stricter(b, c)), given)),
      ),
      runs,
    );
  });

  test("law: nor does it matter in which order one rule names votes of the same groups", () => {
    const same = fc
      .array(fc.record({ count: fc.integer({ min: 2, max: 3 }), isDistinct: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((leaves) =>
        leaves.map(({ count, isDistinct }) => ({
          ...votes(count, "a", "b"),
          ...(isDistinct ? { distinctGroups: 2 } : {}),
        })),
      );
    const people = fc
      .array(fc.constantFrom(["a"], ["b"], ["a", "b"]), { maxLength: 9 })
      .map((all) => all.map((of, index) => ({ human: asHumanId(`h${index}`), groups: of.map(asGroupName) })));
    fc.assert(
      fc.property(same, same, people, (ours, theirs, all) => {
        const [one, turned] = [{ kind: "all", of: ours } as const, { kind: "all", of: ours.toReversed() } as const];
        const other: Need = { kind: "all", of: theirs };
        assert.equal(solve(bothNeeds(one, other), all).met, solve(bothNeeds(turned, other), all).met);
        assert.ok(!solve(bothNeeds(one, other), all).met || (solve(one, all).met && solve(other, all).met));
      }),
      runs,
    );
  });

  test("law: one joined with itself, or once more with what is already in it, asks for nothing more", () => {
    fc.assert(
      fc.property(requirement, requirement, world, (a, b, given) => {
        assert.deepEqual(answers(stricter(a, a), given), answers(a, given));
        const joined = stricter(a, b);
        assert.deepEqual(answers(stricter(joined, b), given), answers(joined, given));
      }),
      runs,
    );
  });
});

describe("in particular", () => {
  const one = makeRequirement(votes(1, "a"));
  const joined = (a: Partial<Requirement>, b: Partial<Requirement>) => stricter({ ...one, ...a }, { ...one, ...b });
  const stepUpOf = (a: readonly string[], b: readonly string[]) =>
    joined({ stepUp: { maxAgeMs: 5, acr: a, amr: ["k"] } }, { stepUp: { maxAgeMs: 3, acr: b, amr: ["l"] } }).stepUp;

  test("the higher assurance, the fresher sign-in, the acr that both take, the methods of both", () => {
    assert.equal(joined({ assurance: "linked" }, { assurance: "directory" }).assurance, "linked");
    assert.equal(joined({}, { assurance: "directory" }).assurance, "directory");
    assert.deepEqual(stepUpOf(["x", "y"], ["y", "z"]), { maxAgeMs: 3, acr: ["y"], amr: ["k", "l"] });
    assert.deepEqual(stepUpOf([], ["y"])?.acr, ["y"]);
  });

  test("acr lists that share none ask for the impossible, not for nothing", () => {
    const never = stepUpOf(["x"], ["y"]);
    assert.ok(never !== undefined && never.impossible === true);
    const still = joined({ stepUp: never }, { stepUp: { maxAgeMs: 9, acr: ["x"], amr: [] } }).stepUp;
    assert.ok(still !== undefined && !shows(still, { at: start, acr: "x", amr: ["k", "l"] }, start));
  });

  test("hours of both must be open", () => {
    const day = (from: number, until: number) => [
      [{ kind: "weekly", zone: "UTC", days: [6], fromMinute: from, untilMinute: until } as const],
    ];
    const { hours: both = [] } = joined({ hours: day(0, 660) }, { hours: day(600, 900) });
    const saturday = (hour: number) => isOpenAt(both, Date.UTC(2026, 10, 21, hour));
    assert.deepEqual([saturday(9), saturday(10), saturday(11)], [false, true, false]);
  });

  test("more different groups of the same ones; stages side by side", () => {
    const plain = { need: votes(3, "a", "b") };
    const distinct = { need: { ...votes(2, "b", "a"), distinctGroups: 2 } };
    assert.deepEqual(joined(plain, distinct).need, { ...votes(3, "a", "b"), distinctGroups: 2 });
    const stages: Need = { kind: "stages", of: [votes(1, "a"), votes(1, "b")] };
    assert.deepEqual(joined({ need: stages }, { need: votes(1, "b") }).need, {
      kind: "all",
      of: [votes(1, "b"), stages],
    });
    assert.deepEqual(joined({ need: stages }, { need: stages }).need, stages);
  });

  test("R15: a need that nobody can meet stays one that nobody can meet", () => {
    for (const nobody of [{ kind: "all", of: [] }, { kind: "stages", of: [] }, votes(0, "a")] as Need[]) {
      const { need: both } = joined({ need: nobody }, {});
      assert.ok(!solve(both, [{ human: asHumanId("x"), groups }]).met, JSON.stringify(nobody));
    }
  });
});
