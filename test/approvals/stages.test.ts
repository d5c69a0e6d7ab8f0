// R14, T10: stages one after another, and approvals that must come from different groups.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { waitingFor } from "../../src/approvals/eligible.ts";
import { type Effect, standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { neededWords, needWords } from "../../src/approvals/needed.ts";
import { canFill, countAlternatives, openPart, solve, stagesMet, type Voter } from "../../src/approvals/quorum.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import { refOf } from "../../src/core/person.ts";
import type { Need } from "../../src/core/policy.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { standingVotes } from "../../src/core/request.ts";
import { codeOf, makeRequirement, ok, start, votes } from "./make.ts";
import { meets } from "./model.ts";
import { ann, asker, ballot, ben, claim, cleo, context, everyone, pending } from "./scene.ts";

const platformFirst: Need = { kind: "stages", of: [votes(1, "platform"), votes(1, "leads")] };
const staged = makeRequirement(platformFirst);
const candidates = everyone.map((person) => ({ ...standingOf(person), person: refOf(person) }));
const jobs = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "schedule" && effect.job === "remind" ? [effect.dueAt] : []));

describe("stages", () => {
  test("before the first is met, who is only of a later one is refused with what comes first, and may deny", () => {
    const request = pending(staged);
    assert.equal(request.says, "1 of platform, then 1 of leads");
    const early = step(request, ballot(request, ben), context());
    assert.equal(codeOf(early), "earlier-stage-first");
    assert.equal(
      isRefusal(early) && early.message,
      "It is not yet the turn of ben to countersign r-4k7m2qx: first needed is 1 of platform.",
    );
    assert.equal(ok(step(request, ballot(request, ben, "deny"), context())).request.state, "denied");
    assert.deepEqual(
      waitingFor(request, candidates).eligible.map(({ name }) => name),
      ["ann", "cleo"],
    );
  });

  test("once it is met the next one's people are told at once, and can", () => {
    const { request, effects } = ok(step(pending(staged), ballot(pending(staged), ann), context()));
    assert.deepEqual([request.state, request.says, jobs(effects)], ["pending", "1 of leads", [start]]);
    const { eligible, says } = waitingFor(request, candidates);
    assert.equal(says, "1 of leads; 2 people can");
    const turn = { kind: "ring", version: 1, ring: "turn", mentioned: eligible, named: [], why: "can" } as const;
    const told = ok(step(request, turn, context())).effects;
    assert.deepEqual(
      told.flatMap((effect) => (effect.kind === "ask" ? effect.mentioned.map(({ name }) => name) : [])),
      ["ben", "cleo"],
    );
    const last = ok(step(request, ballot(request, ben), context()));
    assert.deepEqual([last.request.state, jobs(last.effects)], ["approved", []]);
  });

  test("a vote taken back reopens its stage; votes of later ones stay", () => {
    const three = makeRequirement({ kind: "stages", of: [votes(1, "platform"), votes(1, "leads"), votes(1, "sales")] });
    const twice = [ann, ben].reduce((now, by) => ok(step(now, ballot(now, by), context())).request, pending(three));
    assert.equal(twice.says, "1 of sales");
    const back = ok(step(twice, { kind: "withdraw", by: ann }, context())).request;
    assert.deepEqual([back.says, standingVotes(back).length], ["1 of platform, then 1 of sales", 1]);
    const again = ok(step(back, ballot(back, cleo), context({ now: start + 1 })));
    assert.deepEqual([again.request.says, jobs(again.effects)], ["1 of sales", [start + 1]]);
  });

  test("one person stands in one stage only, and moves to the later one when somebody else comes for the first", () => {
    const once = ok(step(pending(staged), ballot(pending(staged), cleo), context())).request;
    assert.equal(once.says, "1 of leads");
    assert.equal(ok(step(once, ballot(once, ann), context())).request.state, "approved");
    assert.equal(codeOf(step(once, ballot(once, asker), context())), "own-request");
  });

  test("R11: at the start a lost vote of the first stage sends it back to that stage", () => {
    const done = [ann, ben].reduce((now, by) => ok(step(now, ballot(now, by), context())).request, pending(staged));
    const gone = new Map([...context().standings].filter(([human]) => human !== ann.human));
    const { request } = ok(step(done, claim(done), context({ standings: gone })));
    assert.deepEqual([request.state, request.says], ["pending", "1 of platform"]);
  });

  test("in words", () => {
    assert.equal(needWords(platformFirst), "1 of platform, then 1 of leads");
    const either: Need = { kind: "any", of: [votes(1, "b"), { kind: "all", of: [votes(1, "c"), votes(2, "d")] }] };
    const all: Need = { kind: "stages", of: [votes(2, "a"), either] };
    assert.equal(needWords(all), "2 of a, then (1 of b or (1 of c and 2 of d))");
    assert.equal(neededWords(all, []), "2 of a, then (1 of b or (1 of c and 2 of d))");
    const beside: Need = { kind: "all", of: [votes(1, "x"), platformFirst] };
    assert.equal(neededWords(beside, []), "1 of x and 1 of platform, then 1 of leads");
  });
});

const groups = ["a", "b", "c"].map(asGroupName);
const leaf: fc.Arbitrary<Need> = fc
  .record({
    count: fc.integer({ min: 1, max: 3 }),
    groups: fc.subarray(groups),
    distinct: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ count, groups: of, distinct }) => {
    const distinctGroups = Math.min(distinct, count, Math.max(of.length, 1));
    return { kind: "votes", count, groups: of, ...(distinctGroups > 1 ? { distinctGroups } : {}) };
  });
const stage = fc.oneof(
  leaf,
  fc.record({ kind: fc.constantFrom("all" as const, "any"), of: fc.array(leaf, { minLength: 1, maxLength: 2 }) }),
);
const stagesOf = fc.array(stage, { minLength: 1, maxLength: 3 });
const voters: fc.Arbitrary<Voter[]> = fc.array(
  fc.record({ human: fc.integer({ min: 0, max: 6 }).map((n) => asHumanId(`h${n}`)), groups: fc.subarray(groups) }),
  { maxLength: 6 },
);

describe("laws of stages and different groups", () => {
  test("stages are met exactly when all of them are, whatever the order of the votes", () => {
    fc.assert(
      fc.property(stagesOf, voters, (of, people) => {
        const met = solve({ kind: "stages", of }, people).met;
        assert.equal(met, meets({ kind: "all", of }, people));
        assert.equal(met, solve({ kind: "stages", of }, people.toReversed()).met);
        assert.equal(met, stagesMet(of, people) === of.length);
      }),
      { numRuns: 1_500 },
    );
  });

  test("what is open holds the first stage that is not met, and none after it", () => {
    fc.assert(
      fc.property(stagesOf, voters, fc.subarray(groups), (of, people, newcomer) => {
        const met = of.findIndex((_, index) => !meets({ kind: "all", of: of.slice(0, index + 1) }, people));
        const asked = met < 0 ? of : of.slice(0, met + 1);
        const isOpen = canFill(openPart({ kind: "stages", of }, people), newcomer);
        assert.equal(
          isOpen,
          asked.some((one) => canFill(one, newcomer)),
        );
      }),
      { numRuns: 1_500 },
    );
  });

  test("people who come only when it is their turn get any stages met that could be met at all", () => {
    fc.assert(
      fc.property(stagesOf, voters, (of, people) => {
        const need: Need = { kind: "stages", of };
        const voted: Voter[] = [];
        for (let round = 0; round <= people.length; round += 1)
          for (const person of people)
            if (!voted.includes(person) && canFill(openPart(need, voted), person.groups)) voted.push(person);
        assert.equal(solve(need, voted).met, meets(need, people));
      }),
      { numRuns: 1_500 },
    );
  });

  test("T10: different groups are solved exactly", () => {
    fc.assert(
      fc.property(leaf, voters, (need, people) => assert.equal(solve(need, people).met, meets(need, people))),
      { numRuns: 1_500 },
    );
  });
});

describe("T10: different groups", () => {
  const two: Need = { ...votes(2, "platform", "leads", "sales"), distinctGroups: 2 };

  test("two of one group are not enough, and somebody of both stands for the one that is missing", () => {
    const [one, other, both] = [
      { human: asHumanId("one"), groups: [asGroupName("platform")] },
      { human: asHumanId("other"), groups: [asGroupName("platform")] },
      { human: asHumanId("both"), groups: ["platform", "leads"].map(asGroupName) },
    ];
    assert.ok(!solve(two, [one, other]).met);
    assert.ok(solve(two, [both, one]).met && solve(two, [one, both]).met);
    assert.ok(!solve(two, [both]).met, "one human fills one slot");
  });

  test("only people of another group are asked for the second vote", () => {
    const requirement = makeRequirement(two);
    const request = ok(step(pending(requirement), ballot(pending(requirement), ann), context())).request;
    assert.deepEqual(
      waitingFor(request, candidates).eligible.map(({ name }) => name),
      ["ben", "cleo", "stranger"],
    );
  });

  test("in words, and in how many ways", () => {
    assert.equal(needWords(two), "2 of platform or leads or sales, from at least 2 of these groups");
    assert.equal(countAlternatives(two), 3);
    assert.ok(!solve({ ...votes(1, "a", "b"), distinctGroups: 2 }, [{ human: asHumanId("x"), groups }]).met);
  });
});
