// R9, R12, R21, R31, T5, T9, T31: how surely somebody must be known for their approval to count, when voting and at the start.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shows } from "../../src/approvals/assured.ts";
import { waitingFor } from "../../src/approvals/eligible.ts";
import { type Standing, standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { demandWords } from "../../src/approvals/may-vote.ts";
import { openRequest } from "../../src/approvals/open-request.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { type Person, refOf } from "../../src/core/person.ts";
import type { Requirement, StepUp } from "../../src/core/policy.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { type Request, standingVotes } from "../../src/core/request.ts";
import * as make from "./make.ts";
import { codeOf, makeRequirement, minute, ok, start, votes } from "./make.ts";
import { allow, ann, asker, ballot, ben, claim, cleo, codes, context, everyone, pending, stranger } from "./scene.ts";

const hour = 60 * minute;
const fresh: StepUp = { maxAgeMs: 5 * minute, acr: ["phr", "phrh"], amr: ["hwk"] };
const proof = { at: start - minute, acr: "phr", amr: ["pwd", "hwk"] };
const linked = makeRequirement(votes(1, "platform"), { assurance: "linked" });
const topTier = makeRequirement(votes(1, "platform"), { stepUp: fresh });

/** Everybody as they are, but for one. */
function knownAs(person: Person, more: Partial<Standing>): ReturnType<typeof context> {
  const sure = everyone.map((one) => [one.human, { ...standingOf(one), assurance: "linked" as const }] as const);
  return context({
    standings: new Map([...sure, [person.human, { ...standingOf(person), assurance: "linked", ...more }]]),
  });
}
const said = (result: unknown) => (isRefusal(result) ? `${result.message} ${result.hint}` : "not refused");
const cast = (requirement: Requirement, more: Partial<Standing>, form: object = {}) =>
  step(pending(requirement), ballot(pending(requirement), ann, "approve", form), knownAs(ann, more));

describe("T5, R12: what Slack alone says does not suffice for the top tiers", () => {
  test("who is not linked is told to sign in, and nothing is counted", () => {
    assert.equal(codeOf(cast(linked, { assurance: "directory" })), "not-linked");
    assert.equal(
      said(cast(linked, { assurance: "directory" })),
      "ann is not signed in with the company's sign-in, and r-4k7m2qx is only countersigned by people who are. Type login, then open the card again.",
    );
    assert.equal(codeOf(cast(topTier, { assurance: "none" }, { stepUp: proof })), "not-linked");
    assert.equal(ok(cast(linked, {})).request.state, "approved");
  });

  test("a group known only by Slack's user group does not count for the top tiers, and the refusal says which", () => {
    const weakGroups = [asGroupName("platform")];
    assert.equal(
      said(cast(linked, { weakGroups })),
      "Slack's user groups say that ann is in platform, which does not suffice for r-4k7m2qx. Type login: the company's sign-in then says which groups you are in now.",
    );
    assert.equal(
      codeOf(cast(makeRequirement(votes(1, "platform")), { weakGroups })),
      "not refused",
      "below the top tiers",
    );
  });

  test("R12: a group known only by a sign-in that is too old counts for no tier, and the refusal says so and what to type", () => {
    const old = { groups: [], lapsedGroups: [asGroupName("platform")], heardAt: start - 14 * hour };
    const low = makeRequirement(votes(1, "platform"));
    for (const requirement of [low, linked, topTier])
      assert.equal(
        said(cast(requirement, old, { stepUp: proof })),
        "ann is in platform only by what the sign-in said 14 h ago, which is too old to count for r-4k7m2qx. Type login: the company's sign-in then says which groups you are in now.",
      );
    const denied = ok(step(pending(low), ballot(pending(low), ann, "deny"), knownAs(ann, old))).request;
    assert.equal(denied.state, "denied", "to stop something they suffice");
  });

  test("R11, R12: an approval whose voter's groups have become too old does not start anything", () => {
    const low = makeRequirement(votes(1, "platform"));
    const old = { groups: [], lapsedGroups: [asGroupName("platform")], heardAt: start - 14 * hour };
    const done = ok(step(pending(low), ballot(pending(low), ann), knownAs(ann, {}))).request;
    assert.equal(done.state, "approved");
    assert.equal(ok(step(done, claim(done), knownAs(ann, {}))).request.state, "executing");
    const stopped = ok(step(done, claim(done), knownAs(ann, old)));
    assert.equal(stopped.request.state, "pending");
    assert.match(JSON.stringify(stopped.effects), /only by a sign-in that is too old by now \(login\)/);
  });

  test("R12: who only has to sign in anew is counted apart, and is asked like everybody who can", () => {
    const old = { groups: [], lapsedGroups: [asGroupName("platform")] };
    const waiting = waitingFor(pending(makeRequirement(votes(1, "platform"))), [
      { ...standingOf(ann), ...old, person: refOf(ann) },
      { ...standingOf(stranger), ...old, lapsedGroups: [asGroupName("sales")], person: refOf(stranger) },
    ]);
    assert.equal(waiting.says, "1 of platform; 0 people can, 1 more once signed in (login)");
    assert.deepEqual([waiting.eligible, waiting.lapsed.map(({ name }) => name)], [[], ["ann"]]);
  });

  test("least assurance below that is held too", () => {
    const directory = makeRequirement(votes(1, "platform"), { assurance: "directory" });
    assert.equal(codeOf(cast(directory, { assurance: "none" })), "not-linked");
    assert.equal(
      codeOf(cast(directory, { assurance: "directory", weakGroups: [asGroupName("platform")] })),
      "not refused",
    );
  });

  test("denying takes none of it: whoever could approve can stop", () => {
    const weak = knownAs(ann, { assurance: "none", weakGroups: [asGroupName("platform")] });
    const denied = ok(step(pending(topTier), ballot(pending(topTier), ann, "deny"), weak)).request;
    assert.equal(denied.state, "denied");
    assert.equal(codeOf(step(pending(topTier), ballot(pending(topTier), stranger, "deny"), weak)), "not-eligible");
  });

  test("T9: two accounts of one subject are one voter", () => {
    const two = makeRequirement(votes(2, "platform"), { assurance: "linked" });
    const once = ok(step(pending(two), ballot(pending(two), ann), knownAs(ann, {}))).request;
    const twin = { ...cleo, human: ann.human };
    assert.equal(codeOf(step(once, ballot(once, twin), knownAs(ann, {}))), "already-voted");
    assert.equal(once.says, "1 of platform");
  });

  test("who would have to sign in first is counted apart", () => {
    const people = [
      { ...standingOf(ann), person: refOf(ann) },
      { ...standingOf(cleo), person: refOf(cleo), assurance: "linked" as const },
    ];
    const waiting = waitingFor(pending(linked), people);
    assert.equal(waiting.says, "1 of platform; 1 person can, 1 more once signed in (login)");
    assert.deepEqual(
      waiting.eligible.map(({ name }) => name),
      ["cleo"],
    );
  });
});

describe("R21: a fresh sign-in for each vote", () => {
  const table: readonly (readonly [string, boolean, object | undefined])[] = [
    ["none", false, undefined],
    ["one that shows all", true, proof],
    ["one of exactly the age", true, { ...proof, at: start - 5 * minute }],
    ["one a millisecond older", false, { ...proof, at: start - 5 * minute - 1 }],
    ["one of a clock that is a little ahead", true, { ...proof, at: start + 30_000 }],
    ["one of the future", false, { ...proof, at: start + 30_001 }],
    ["one at no time", false, { ...proof, at: Number.NaN }],
    ["another acr that is listed", true, { ...proof, acr: "phrh" }],
    ["an acr that is not", false, { ...proof, acr: "pwd" }],
    ["no acr", false, { ...proof, acr: null }],
    ["amr without what is needed", false, { ...proof, amr: ["pwd"] }],
  ];
  for (const [what, isTaken, stepUp] of table) {
    test(`${what} ${isTaken ? "is taken" : "is refused"}`, () => {
      const form = stepUp === undefined ? {} : { stepUp };
      assert.equal(codeOf(cast(topTier, {}, form)), isTaken ? "not refused" : "step-up-required");
    });
  }

  test("it is asked for last: who may not vote anyway is told that", () => {
    const late = knownAs(ann, {});
    const strict = { ...topTier, reasonToApprove: { kind: "required" } } as const;
    assert.equal(codeOf(cast(strict, {}, { reason: null })), "reason-required");
    assert.equal(codeOf(step(pending(topTier), ballot(pending(topTier), asker), late)), "own-request");
  });

  test("the vote keeps it, and so does the record", () => {
    const { request, effects } = ok(cast(topTier, {}, { stepUp: proof }));
    assert.deepEqual(
      standingVotes(request).map(({ assurance, stepUp }) => [assurance, stepUp]),
      [["linked", proof]],
    );
    const [event] = effects.flatMap((effect) => (effect.kind === "audit" ? [effect.event] : []));
    assert.deepEqual(event?.details, {
      ...{ choice: "approve", reason: "because", assurance: "linked" },
      stepUp: { at: start - minute, acr: "phr", amr: ["pwd", "hwk"] },
    });
  });

  test("linked-step-up is met by being known so, or by the vote's own sign-in", () => {
    const highest = makeRequirement(votes(1, "platform"), { assurance: "linked-step-up" });
    assert.equal(codeOf(cast(highest, {})), "step-up-required");
    assert.equal(codeOf(cast(highest, { assurance: "linked-step-up" })), "not refused");
    assert.equal(codeOf(cast(highest, {}, { stepUp: proof })), "not refused");
  });

  test("the refusal says what the sign-in lacks", () => {
    assert.match(
      said(cast(topTier, {}, { stepUp: { ...proof, at: start - 9 * minute } })),
      /9 min old; at most 5 min is taken/,
    );
    assert.match(said(cast(topTier, {}, { stepUp: { ...proof, amr: ["pwd"] } })), /amr pwd; hwk is needed/);
    assert.match(said(cast(topTier, {}, { stepUp: { ...proof, acr: null } })), /acr none; phr or phrh is needed/);
  });

  test("what no sign-in can show is shown by none, and is not asked in the first place (R15)", () => {
    const never: StepUp = { ...fresh, acr: [], impossible: true };
    assert.ok(!shows(never, proof, start));
    const asked = openRequest(make.makeOpening({ ...topTier, stepUp: never }, everyone));
    assert.equal(codeOf(asked), "unreachable-quorum");
  });

  test("card and form say what an approval takes", () => {
    assert.deepEqual(demandWords(topTier), [
      "Each approval needs a fresh sign-in, at most 5 min old.",
      "Slack's user groups do not suffice for it.",
    ]);
    assert.deepEqual(demandWords(linked), [
      "Only people who have signed in (type login) can approve.",
      "Slack's user groups do not suffice for it.",
    ]);
    assert.deepEqual(demandWords(makeRequirement(votes(1))), []);
  });
});

describe("R11, R31, T31: at the start, as of now", () => {
  const approved = ok(cast(topTier, {}, { stepUp: proof })).request;
  const starts = (request: Request, more: Partial<Standing>, decided?: Requirement) => {
    const decision = decided === undefined ? allow : { ...allow, kind: "approvals", requirement: decided };
    return ok(step(request, claim(request, { decision }), knownAs(ann, more)));
  };

  test("who is known as before starts it, also when the sign-in has aged since the vote", () => {
    assert.equal(starts(approved, { assurance: "linked" }).request.state, "executing");
    const later = { ...knownAs(ann, {}), now: start + 14 * minute };
    assert.equal(ok(step(approved, claim(approved), later)).request.state, "executing");
  });

  const lost: readonly (readonly [string, Partial<Standing>, string])[] = [
    ["unlinked since", { assurance: "directory" }, "ann is not signed in with the company's sign-in any more"],
    [
      "in the group only weakly since",
      { weakGroups: [asGroupName("platform")] },
      "ann is not known surely enough to be in a group that may countersign",
    ],
  ];
  for (const [what, more, why] of lost)
    test(`${what}: the vote does not count, and the request waits again with the reason`, () => {
      const { request, effects } = starts(approved, more);
      assert.deepEqual([request.state, request.execution, standingVotes(request).length], ["pending", null, 0]);
      assert.deepEqual(codes(effects), ["execution.refused", "vote.voided"]);
      assert.match(JSON.stringify(effects), new RegExp(why));
    });

  const before = ok(cast(makeRequirement(votes(1, "platform")), {}, { stepUp: proof })).request;
  const stricter: readonly (readonly [string, Partial<Requirement>, string])[] = [
    ["asks for a linked person and had one", { assurance: "linked" }, "executing"],
    ["asks for a sign-in that the vote has", { stepUp: fresh }, "executing"],
    ["asks for a fresher one", { stepUp: { ...fresh, maxAgeMs: 30_000 } }, "pending"],
    ["asks for another acr", { stepUp: { ...fresh, acr: ["other"] } }, "pending"],
    ["asks for more methods", { stepUp: { ...fresh, amr: ["hwk", "face"] } }, "pending"],
    [
      "takes approvals at other hours",
      { hours: [[{ kind: "weekly", zone: "UTC", days: [1], fromMinute: 0, untilMinute: 60 }]] },
      "pending",
    ],
  ];
  for (const [what, more, state] of stricter)
    test(`a policy that ${what}: ${state}`, () =>
      assert.equal(starts(before, {}, { ...makeRequirement(votes(1, "platform")), ...more }).request.state, state));

  test("who signed in only after voting has not voted as a linked person", () => {
    const weakly = ok(
      cast(makeRequirement(votes(1, "platform")), { assurance: "directory" }, { stepUp: proof }),
    ).request;
    for (const more of [{ assurance: "linked" }, { stepUp: fresh }] as const)
      assert.equal(starts(weakly, {}, { ...makeRequirement(votes(1, "platform")), ...more }).request.state, "pending");
  });

  test("requests and votes of before people could be linked start as they did", () => {
    const { assurance: _a, stepUp: _s, ...vote } = standingVotes(before)[0] ?? assert.fail();
    const old: Request = { ...before, votes: [vote] };
    assert.equal(ok(step(old, claim(old), context())).request.state, "executing");
    assert.equal(
      starts(old, {}, linked).request.state,
      "pending",
      "under a policy that asks for linked people they vote again",
    );
  });

  test("an approver left: who voted of several is told apart", () => {
    const two = makeRequirement(
      { kind: "all", of: [votes(1, "platform"), votes(1, "leads")] },
      { assurance: "linked" },
    );
    const sure = knownAs(ann, {});
    const done = [ann, ben].reduce((request, by) => ok(step(request, ballot(request, by), sure)).request, pending(two));
    const { request } = ok(step(done, claim(done), knownAs(ben, { assurance: "none" })));
    assert.deepEqual([request.says, standingVotes(request).map(({ voter }) => voter.name)], ["1 of leads", ["ann"]]);
  });
});
