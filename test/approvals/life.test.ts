// The life of a request until it starts, rule by rule.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { waitingFor } from "../../src/approvals/eligible.ts";
import { type Effect, standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { openRequest } from "../../src/approvals/open-request.ts";
import { digestOf } from "../../src/core/digest.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import { refOf } from "../../src/core/person.ts";
import { standingVotes } from "../../src/core/request.ts";
import { ownWorkMs } from "../support/own-work.ts";
import * as make from "./make.ts";
import { codeOf, makeRequirement, minute, ok, start, votes } from "./make.ts";
import {
  ann,
  approved,
  asker,
  ballot,
  ben,
  both,
  claim,
  cleo,
  codes,
  context,
  everyone,
  executing,
  pending,
  stranger,
} from "./scene.ts";

test("R2: no vote counts before the card is posted", () => {
  const request = make.opened(both, everyone);
  assert.equal(codeOf(step(request, ballot(request, ann), context())), "request-not-posted");
});

test("a card that was deleted and posted again is the card from then on; its votes stand, and it is recorded", () => {
  const request = ok(step(pending(), ballot(pending(), ann), context())).request;
  const { request: moved, effects } = ok(step(request, { kind: "reposted", cardTs: "3.4" }, context()));
  assert.deepEqual([moved.card.ts, moved.state, moved.postedAt], ["3.4", "pending", request.postedAt]);
  assert.equal(standingVotes(moved).length, 1);
  assert.deepEqual(
    effects.map((effect) => effect.kind === "audit" && [effect.event.code, effect.event.details]),
    [["request.posted", { ts: "3.4", reposted: true }]],
  );
  assert.equal(codeOf(step(moved, { kind: "reposted", cardTs: "3.4" }, context())), "already-so");
  const unposted = make.opened(both, everyone);
  assert.equal(codeOf(step(unposted, { kind: "reposted", cardTs: "3.4" }, context())), "request-not-posted");
});

test("the approvals complete: one transition, recorded, one job of the request's version (R26)", () => {
  const before = ok(step(pending(), ballot(pending(), ann), context())).request;
  assert.equal(before.says, "1 of leads");
  const { request, effects } = ok(step(before, ballot(before, ben), context()));
  assert.equal(request.state, "approved");
  assert.equal(request.startBy, start + 15 * minute);
  assert.deepEqual(codes(effects), ["vote.cast", "request.approved"]);
  const jobs = effects.flatMap((effect) => (effect.kind === "schedule" ? [effect.id] : []));
  assert.deepEqual(jobs, [`execute:${request.id}:1:${start}`, `expire:${request.id}:1:${start + 15 * minute}`]);
});

test("complete again after a vote was taken back is a job of its own: the ending one can't take it along", () => {
  const jobOf = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.kind === "schedule" && effect.job === "execute" ? [effect.id] : []));
  const before = ok(step(pending(), ballot(pending(), ann), context())).request;
  const first = ok(step(before, ballot(before, ben), context()));
  const back = ok(step(first.request, { kind: "withdraw", by: ben }, context({ now: start + 1 }))).request;
  assert.equal(back.state, "pending");
  const second = ok(step(back, ballot(back, ben), context({ now: start + 2 })));
  assert.equal(second.request.state, "approved");
  assert.equal(jobOf(second.effects).length, 1);
  assert.notDeepEqual(jobOf(second.effects), jobOf(first.effects));
});

describe("R10, R13: who does not count", () => {
  test("the requester, also by another account of the same human (T9)", () => {
    const request = pending();
    assert.equal(codeOf(step(request, ballot(request, asker), context())), "own-request");
    const alias = { ...cleo, human: asker.human };
    assert.equal(codeOf(step(request, ballot(request, alias), context())), "own-request");
  });

  test("whoever wrote the content", () => {
    const request = { ...pending(), authors: [refOf(ann)] };
    assert.equal(codeOf(step(request, ballot(request, ann), context())), "own-request");
  });

  test("somebody outside the groups, somebody unknown, somebody who left", () => {
    const request = pending();
    assert.equal(codeOf(step(request, ballot(request, stranger), context())), "not-eligible");
    assert.equal(codeOf(step(request, ballot(request, ann), context({ standings: new Map() }))), "not-a-member");
    const left = new Map([[ann.human, { ...standingOf(ann), active: false }]]);
    assert.equal(codeOf(step(request, ballot(request, ann), context({ standings: left }))), "not-a-member");
  });
});

describe("R17: request, version, digest and nonce must be the record's", () => {
  const request = pending();
  const forged: readonly (readonly [string, object, string])[] = [
    ["another request", { request: "r-0000000" }, "forged-vote"],
    ["another nonce", { nonce: "guess" }, "forged-vote"],
    ["another digest", { digest: digestOf("else") }, "stale-card"],
    ["an older version", { version: 0 }, "stale-card"],
    ["a later version", { version: 2 }, "stale-card"],
  ];
  for (const [name, more, code] of forged)
    test(name, () => assert.equal(codeOf(step(request, ballot(request, ann, "approve", more), context())), code));
});

describe("R19, R20: votes", () => {
  test("the same vote twice is one vote", () => {
    const once = ok(step(pending(), ballot(pending(), ann), context())).request;
    assert.equal(codeOf(step(once, ballot(once, ann), context())), "already-voted");
  });

  test("who changes their mind has one vote, and both are in the record", () => {
    const requirement = { ...both, denyThreshold: 2 };
    const once = ok(step(pending(requirement), ballot(pending(requirement), ann), context())).request;
    const { request } = ok(step(once, ballot(once, ann, "deny"), context()));
    assert.deepEqual(
      standingVotes(request).map((vote) => vote.choice),
      ["deny"],
    );
    assert.equal(request.votes.length, 2);
  });

  test("denials end the request at their threshold; a veto group's single one does at once", () => {
    const two = { ...both, denyThreshold: 2, vetoGroups: [asGroupName("sales")] };
    const once = ok(step(pending(two), ballot(pending(two), ann, "deny"), context())).request;
    assert.equal(once.state, "pending");
    assert.equal(ok(step(once, ballot(once, ben, "deny"), context())).request.state, "denied");
    assert.equal(ok(step(once, ballot(once, stranger, "deny"), context())).request.state, "denied");
    assert.equal(codeOf(step(once, ballot(once, stranger), context())), "not-eligible");
  });

  test("a voter can withdraw until execution starts, and then it waits again", () => {
    const back = ok(step(approved(), { kind: "withdraw", by: ann }, context())).request;
    assert.deepEqual([back.state, back.startBy, back.says], ["pending", null, "1 of platform"]);
    assert.equal(codeOf(step(back, { kind: "withdraw", by: ann }, context())), "no-vote");
    assert.equal(codeOf(step(executing(), { kind: "withdraw", by: ann }, context())), "execution-started");
  });

  test("an approved request can still be denied until it starts", () => {
    assert.equal(ok(step(approved(), ballot(approved(), cleo, "deny"), context())).request.state, "denied");
  });
});

describe("R22: reasons", () => {
  test("denying needs one; approving and asking do where the rule says so, in its form", () => {
    const strict = { ...both, reasonToApprove: { kind: "pattern", pattern: "OPS-\\d+", example: "OPS-12" } } as const;
    const request = pending(strict);
    const cast = (reason: string | null, choice: "approve" | "deny") =>
      codeOf(step(request, ballot(request, ann, choice, { reason }), context()));
    assert.deepEqual(
      [cast(null, "deny"), cast("  ", "deny"), cast("no", "deny")],
      ["reason-required", "reason-required", "not refused"],
    );
    assert.deepEqual(
      [cast(null, "approve"), cast("fine", "approve"), cast("see OPS-7", "approve")],
      ["reason-required", "reason-pattern", "not refused"],
    );
    const asking = make.makeOpening({ ...both, reasonToAsk: { kind: "required" } }, everyone);
    assert.equal(codeOf(openRequest(asking)), "reason-required");
  });

  test("T18: a pattern that hangs other engines answers within 50 ms", () => {
    const strict = { ...both, reasonToApprove: { kind: "pattern", pattern: "^(a+)+$", example: "a" } } as const;
    const request = pending(strict);
    const vote = ballot(request, ann, "approve", { reason: `${"a".repeat(2_000)}!` });
    assert.ok(ownWorkMs(() => step(request, vote, context())) < 50);
  });
});

test("R15: what nobody could ever approve is not asked, counting the asker out", () => {
  const opening = make.makeOpening(makeRequirement(votes(1, "platform")), [asker, ben]);
  assert.equal(codeOf(openRequest(opening)), "unreachable-quorum");
});

test("R15: where anybody may countersign, it is asked although nobody is listed; a part for a group still needs its people", () => {
  const anybody = make.makeOpening(makeRequirement(votes(2)), []);
  assert.equal(codeOf(openRequest(anybody)), "not refused");
  const mixed = makeRequirement({ kind: "all", of: [votes(1), votes(1, "leads")] });
  assert.equal(codeOf(openRequest(make.makeOpening(mixed, []))), "unreachable-quorum");
  assert.equal(codeOf(openRequest(make.makeOpening(mixed, [asker, ben]))), "not refused");
});

describe("R7: drift", () => {
  const next = {
    plan: make.makePlan("two"),
    requirement: both,
    rules: [],
    policyDigest: make.policyDigest,
    nonce: make.nonceOf(2),
  };

  test("another meaning voids every vote, tells the voters which lines changed, and asks again", () => {
    const { request, effects } = ok(
      step(approved(), { kind: "replanned", ...next, changed: ["- a", "+ b"] }, context()),
    );
    assert.deepEqual([request.state, request.version, standingVotes(request).length], ["planned", 2, 0]);
    assert.deepEqual(codes(effects), ["request.replanned", "vote.voided"]);
    const told = effects.find((effect) => effect.kind === "tell");
    assert.deepEqual(
      told?.whom.map((person) => person.name),
      ["ann", "ben"],
    );
    assert.match(told?.says ?? "", /- a\n\+ b/);
    assert.equal(codeOf(step(request, ballot(request, ann), context())), "request-not-posted");
  });

  test("the same meaning keeps them", () => {
    const same = { ...next, plan: make.makePlan("one") };
    assert.equal(codeOf(step(approved(), { kind: "replanned", ...same, changed: [] }, context())), "already-so");
  });

  test("R6, R31: a new plan never needs less than the old one did", () => {
    const { request } = ok(step(approved(), { kind: "replanned", ...next, requirement: null, changed: [] }, context()));
    assert.deepEqual(request.requirement, both);
    const less = { ...next, requirement: makeRequirement(votes(1, "leads"), { denyThreshold: 3 }) };
    const kept = ok(step(approved(), { kind: "replanned", ...less, changed: [] }, context())).request.requirement;
    assert.deepEqual([kept?.need, kept?.denyThreshold], [both.need, 1]);
  });

  test("what needed no approval is asked anew by its asker", () => {
    const free = make.opened(null, everyone);
    assert.equal(free.state, "approved");
    const { request } = ok(step(free, { kind: "replanned", ...next, requirement: null, changed: [] }, context()));
    assert.equal(request.state, "cancelled");
  });
});

describe("R8, R23: time", () => {
  test("pending requests expire, and no vote is late", () => {
    const late = context({ now: start + 120 * minute });
    assert.equal(codeOf(step(pending(), ballot(pending(), ann), late)), "expired");
    const { request, effects } = ok(step(pending(), { kind: "tick" }, late));
    assert.deepEqual([request.state, codes(effects)], ["expired", ["request.expired"]]);
    assert.equal(codeOf(step(pending(), { kind: "tick" }, context())), "already-so");
  });

  test("people are asked in rings: at once, after a third and after two thirds of its life, each once for a version", () => {
    const { request, effects } = ok(step(make.opened(both, everyone), { kind: "posted", cardTs: "1.2" }, context()));
    const jobs = effects.flatMap((effect) => (effect.kind === "schedule" ? [[effect.id, effect.dueAt - start]] : []));
    const named = (ring: number) => `remind:${request.id}:1:${ring}`;
    assert.deepEqual(jobs, [
      [named(1), 0],
      [named(2), 40 * minute],
      [named(3), 80 * minute],
    ]);
    const ring = { kind: "ring", version: 1, ring: 2, mentioned: [refOf(ann)], named: [], why: "can" } as const;
    const asked = ok(step(request, ring, context()));
    assert.deepEqual(codes(asked.effects), ["approvers.asked"]);
    assert.deepEqual(asked.request.asked, { rung: 2, userIds: ["ann"] });
    for (const again of [ring, { ...ring, ring: 1 } as const])
      assert.equal(codeOf(step(asked.request, again, context())), "already-so");
    assert.equal(codeOf(step(request, { ...ring, version: 2 }, context())), "already-so");
    assert.equal(codeOf(step(approved(), ring, context())), "already-so");
  });

  test("an approval that was not used in time is asked again", () => {
    const late = context({ now: start + 15 * minute });
    assert.equal(codeOf(step(approved(), claim(approved()), late)), "expired");
    const { request } = ok(step(approved(), { kind: "tick" }, late));
    assert.deepEqual([request.state, standingVotes(request).length], ["pending", 0]);
  });
});

describe("who can countersign", () => {
  const candidates = everyone.map((person) => ({ person: refOf(person), ...standingOf(person) }));

  test("what is missing and how many can give it, without the asker and those who did", () => {
    assert.equal(waitingFor(pending(), candidates).says, "1 of platform and 1 of leads; 3 people can");
    const request = ok(step(pending(), ballot(pending(), ben), context())).request;
    const waiting = waitingFor(request, candidates);
    assert.equal(waiting.says, "1 of platform; 2 people can");
    assert.deepEqual(
      waiting.eligible.map((person) => person.name),
      ["ann", "cleo"],
    );
  });

  test("somebody counts who helps by letting another voter move to another slot", () => {
    const request = ok(step(pending(), ballot(pending(), cleo), context())).request;
    assert.deepEqual(
      waitingFor(request, candidates).eligible.map((person) => person.name),
      ["ann", "ben"],
    );
  });

  test("where anybody can, nobody is counted; the asker still can't", () => {
    const request = pending(makeRequirement(votes(2)));
    assert.equal(waitingFor(request, []).says, "2 of anybody; anybody else can");
    assert.equal(codeOf(step(request, ballot(request, asker), context())), "own-request");
    const once = ok(step(request, ballot(request, stranger), context())).request;
    const voted = candidates.filter(({ person }) => person.human === stranger.human);
    assert.equal(waitingFor(once, voted).says, "1 of anybody; anybody else can");
    assert.equal(ok(step(once, ballot(once, ann), context())).request.state, "approved");
  });

  test("two accounts of one human are one person", () => {
    const twin = { ...standingOf(ann), person: { ...refOf(ann), userId: "ann2" } };
    const other = { ...standingOf(ann), person: { human: asHumanId("x"), userId: "x", name: "x" }, active: false };
    assert.equal(waitingFor(pending(), [...candidates, twin, other]).eligible.length, 3);
  });
});
