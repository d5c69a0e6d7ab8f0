// The life of a request from its last check to its end, rule by rule.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Effect, standingOf } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { digestOf } from "../../src/core/digest.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Person } from "../../src/core/person.ts";
import type { Requirement } from "../../src/core/policy.ts";
import type { Request } from "../../src/core/request.ts";
import { isOver, standingVotes } from "../../src/core/request.ts";
import * as make from "./make.ts";
import { codeOf, makeRequirement, minute, ok, start, votes } from "./make.ts";
import {
  ann,
  approved,
  asker,
  ballot,
  claim,
  codes,
  context,
  everyone,
  executing,
  held,
  pending,
  stranger,
  verifying,
  written,
} from "./scene.ts";

describe("the last check before execution", () => {
  test("R5: another digest is refused", () => {
    assert.equal(codeOf(step(approved(), claim(approved(), { digest: digestOf("two") }), context())), "plan-drifted");
  });

  test("R11: a vote of somebody who left the group, or the company, does not count any more", () => {
    for (const standing of [
      { ...standingOf(ann), groups: [] },
      { ...standingOf(ann), active: false },
    ]) {
      const standings = new Map([...make.standingsOf(everyone), [ann.human, standing]]);
      const { request, effects } = ok(step(approved(), claim(approved()), context({ standings })));
      assert.deepEqual([request.state, request.says, request.execution], ["pending", "1 of platform", null]);
      assert.deepEqual(codes(effects), ["execution.refused", "vote.voided"]);
    }
  });

  test("R24: a freeze or a denial that came in between stops it", () => {
    const frozen = {
      kind: "deny",
      code: "frozen",
      rule: "quiet",
      reason: "holidays",
      because: [],
      policy: make.policyDigest,
    };
    assert.equal(codeOf(step(approved(), claim(approved(), { decision: frozen }), context())), "frozen");
  });

  test("R31, T31: a policy changed to less needs no less, one changed to more needs more", () => {
    const decided = (requirement: Requirement) => ({
      kind: "approvals",
      rules: ["new"],
      requirement,
      because: [],
      policy: digestOf("new"),
    });
    const less = ok(step(pending(), ballot(pending(), ann), context())).request;
    assert.equal(
      codeOf(step(less, claim(less, { decision: decided(makeRequirement(votes(1, "platform"))) }), context())),
      "not-eligible",
    );
    const more = decided(makeRequirement(votes(2, "platform")));
    const { request } = ok(step(approved(), claim(approved(), { decision: more }), context()));
    assert.deepEqual([request.state, request.says], ["pending", "1 of platform"]);
    assert.equal(standingVotes(request).length, 2);
  });

  test("R29: nothing starts and no write is intended while all is halted", () => {
    const halted = context({ halted: true });
    assert.equal(codeOf(step(approved(), claim(approved()), halted)), "halted");
    const intent = { kind: "step-recorded", ...held, step: { ...written, state: "intended" } } as const;
    assert.equal(codeOf(step(executing(), intent, halted)), "halted");
    assert.equal(codeOf(step(executing(), { kind: "step-recorded", ...held, step: written }, halted)), "not refused");
  });
});

describe("R26, T29: one runner", () => {
  test("a second claim is refused", () => {
    assert.equal(codeOf(step(executing(), claim(executing(), { runner: "r2" }), context())), "execution-started");
  });

  test("who was overtaken records nothing any more, not even with the right name", () => {
    const late = context({ now: start + minute });
    const recovery = { kind: "recovered", runner: "r1", leaseMs: minute } as const;
    assert.equal(codeOf(step(executing(), recovery, context())), "execution-started");
    const { request } = ok(step(executing(), recovery, late));
    assert.equal(request.execution?.fence, 2);
    assert.equal(codeOf(step(request, { kind: "step-recorded", ...held, step: written }, late)), "execution-started");
    assert.equal(codeOf(step(request, { kind: "heartbeat", ...held, leaseMs: minute }, late)), "execution-started");
  });

  test("no write is intended after the lease ran out; a write that happened is still recorded", () => {
    const late = context({ now: start + minute });
    const intent = { kind: "step-recorded", ...held, step: { ...written, state: "intended" } } as const;
    assert.equal(codeOf(step(executing(), intent, late)), "expired");
    assert.deepEqual(codes(ok(step(executing(), { kind: "step-recorded", ...held, step: written }, late)).effects), [
      "write.done",
    ]);
  });

  test("a lease that ran out is seen by the next tick", () => {
    const { effects } = ok(step(executing(), { kind: "tick" }, context({ now: start + minute })));
    assert.deepEqual(
      effects.map((effect) => effect.kind === "schedule" && effect.job),
      ["recover"],
    );
  });
});

test("one recover job per claim, however often the lease is made longer", () => {
  const jobsOf = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.kind === "schedule" && effect.job === "recover" ? [effect.id] : []));
  const claimed = jobsOf(ok(step(approved(), claim(approved()), context())).effects);
  const beaten = [1, 2].flatMap((second) => {
    const at = context({ now: start + second * 1_000 });
    return jobsOf(ok(step(executing(), { kind: "heartbeat", ...held, leaseMs: minute }, at)).effects);
  });
  assert.equal(claimed.length, 1);
  assert.deepEqual([...new Set(beaten)], claimed);
  const late = context({ now: start + minute });
  assert.notDeepEqual(
    jobsOf(ok(step(executing(), { kind: "recovered", runner: "r2", leaseMs: minute }, late)).effects),
    claimed,
  );
});

test("a holder that stops hands over: its lease ends now, it intends nothing more, and only it can", () => {
  const handed = { kind: "handed-over", ...held } as const;
  for (const request of [executing(), verifying()]) {
    const { request: next, effects } = ok(step(request, handed, context({ now: start + 1 })));
    assert.deepEqual([next.state, next.execution?.leaseUntil, next.execution?.fence], [request.state, start + 1, 1]);
    assert.deepEqual(
      effects.map((effect) => (effect.kind === "schedule" ? [effect.job, effect.dueAt] : effect.kind)),
      [["recover", start + 1]],
    );
    assert.equal(codeOf(step(next, handed, context({ now: start + 2 }))), "expired");
  }
  const intent = { kind: "step-recorded", ...held, step: { ...written, state: "intended" } } as const;
  const { request } = ok(step(executing(), handed, context({ now: start + 1 })));
  assert.equal(codeOf(step(request, intent, context({ now: start + 1 }))), "expired");
  for (const other of [{ runner: "r9" }, { fence: 9 }])
    assert.equal(codeOf(step(executing(), { ...handed, ...other }, context())), "execution-started");
});

test("of a holder that is known to be gone the lease ends at once; of oneself, or over already, it does not", () => {
  const gone = { kind: "orphaned", runner: "r9" } as const;
  const { request, effects } = ok(step(executing(), gone, context({ now: start + 1 })));
  assert.equal(request.execution?.leaseUntil, start + 1);
  assert.equal(request.execution?.fence, 1, "it is the recovery that takes it over");
  assert.deepEqual(
    effects.map((effect) => (effect.kind === "schedule" ? [effect.job, effect.dueAt] : effect.kind)),
    [["recover", start + 1]],
  );
  const stale = { kind: "step-recorded", ...held, step: { ...written, state: "intended" } } as const;
  assert.equal(codeOf(step(request, stale, context({ now: start + 1 }))), "expired", "it intends nothing more");
  assert.equal(codeOf(step(executing(), { kind: "orphaned", runner: held.runner }, context())), "already-so");
  assert.equal(codeOf(step(request, gone, context({ now: start + 2 }))), "already-so");
  assert.equal(codeOf(step(approved(), gone, context())), "already-so");
});

describe("R27, R28: the end", () => {
  test("done is only said after the result was read back", () => {
    const done = { kind: "ended", ...held, outcome: "done", says: "3 of 3 ready" } as const;
    assert.equal(codeOf(step(executing(), done, context())), "bad-argument");
    assert.equal(codeOf(step(executing(), { kind: "written-all", ...held }, context())), "bad-argument");
    const { request, effects } = ok(step(verifying(), done, context()));
    assert.equal(request.state, "done");
    assert.deepEqual(codes(effects), ["execution.verified", "execution.ended"]);
  });

  test("rollback, pause and cancel end the watching; others wait, and nothing interrupts the writing", () => {
    const later = (verb: string) => ({ kind: "supersede", verb, request: "r-0000001" as RequestId }) as const;
    for (const verb of ["rollback", "pause", "cancel"])
      assert.equal(ok(step(verifying(), later(verb), context())).request.state, "superseded");
    assert.equal(codeOf(step(verifying(), later("scale"), context())), "target-locked");
    assert.equal(codeOf(step(executing(), later("rollback"), context())), "target-locked");
    assert.equal(
      ok(step(verifying(), { kind: "cancel", by: asker, reason: null }, context())).request.state,
      "superseded",
    );
  });

  test("R29: the asker and approvers cancel before the start, nobody while it is written", () => {
    const cancel = (request: Request, by: Person) => step(request, { kind: "cancel", by, reason: null }, context());
    for (const by of [asker, ann]) assert.equal(ok(cancel(approved(), by)).request.state, "cancelled");
    assert.equal(codeOf(cancel(approved(), stranger)), "not-yours");
    assert.equal(codeOf(cancel(executing(), asker)), "execution-started");
  });

  test("nothing leaves an end", () => {
    const over = ok(step(approved(), { kind: "cancel", by: asker, reason: null }, context())).request;
    assert.ok(isOver(over));
    for (const event of [
      ballot(over, ann),
      claim(over),
      { kind: "tick" } as const,
      { kind: "posted", cardTs: "1" } as const,
    ])
      assert.equal(codeOf(step(over, event, context())), "request-over");
  });
});
