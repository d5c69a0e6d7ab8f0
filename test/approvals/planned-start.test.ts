// R8, R25: what is approved for later starts then, and neither earlier nor much later.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/approvals/events.ts";
import { step } from "../../src/approvals/life.ts";
import { openRequest } from "../../src/approvals/open-request.ts";
import type { Requirement } from "../../src/core/policy.ts";
import type { Request } from "../../src/core/request.ts";
import { codeOf, makeOpening, makePlan, makeRequirement, minute, ok, start, votes } from "./make.ts";
import { ann, ballot, claim, codes, context, everyone } from "./scene.ts";

const hour = 60 * minute;
const tonight = start + 10 * hour;
const one = makeRequirement(votes(1, "platform"));
const dueOf = (effects: readonly Effect[], job: string) =>
  effects.flatMap((effect) => (effect.kind === "schedule" && effect.job === job ? [effect.dueAt] : []));

function planned(notBefore = tonight, requirement: Requirement | null = one): Request {
  const plan = { ...makePlan("tonight"), notBefore };
  const opened = ok(openRequest({ ...makeOpening(requirement, everyone), plan })).request;
  return ok(step(opened, { kind: "posted", cardTs: "1.2" }, context())).request;
}
const approve = (request: Request, now = start) => ok(step(request, ballot(request, ann), context({ now })));

describe("a planned start", () => {
  test("approved before, it starts at its time, and must start within what is allowed from then on", () => {
    const { request, effects } = approve(planned());
    assert.deepEqual([request.state, request.says], ["approved", "approved; waiting for its planned start"]);
    assert.deepEqual([request.quorumAt, request.startBy], [start, tonight + 15 * minute]);
    assert.deepEqual([dueOf(effects, "execute"), dueOf(effects, "expire")], [[tonight], [tonight + 15 * minute]]);
  });

  test("nothing starts before: also not by a clock that went back", () => {
    const { request } = approve(planned());
    assert.equal(codeOf(step(request, claim(request), context({ now: tonight - 1 }))), "too-early");
    assert.equal(ok(step(request, claim(request), context({ now: tonight }))).request.state, "executing");
    assert.equal(codeOf(step(request, claim(request), context({ now: tonight + 15 * minute }))), "expired");
  });

  test("approved after its time it starts at once", () => {
    const { request, effects } = approve(planned(), tonight + minute);
    assert.equal(request.startBy, tonight + 16 * minute);
    assert.deepEqual(dueOf(effects, "execute"), [tonight + minute]);
    assert.equal(ok(step(request, claim(request), context({ now: tonight + minute }))).request.state, "executing");
  });

  test("its time to be approved ends when it would start too late, and is never shorter than that of others", () => {
    assert.equal(planned().expiresAt, tonight + 15 * minute);
    assert.equal(planned(start + minute).expiresAt, start + 2 * hour);
    const late = context({ now: tonight + 15 * minute });
    assert.equal(ok(step(planned(), { kind: "tick" }, late)).request.state, "expired");
    assert.equal(codeOf(step(planned(), { kind: "tick" }, context({ now: tonight }))), "already-so");
  });

  test("R20: until then a vote can be taken back, and it can be denied and cancelled", () => {
    const { request } = approve(planned());
    const at = context({ now: tonight - minute });
    assert.equal(ok(step(request, { kind: "withdraw", by: ann }, at)).request.state, "pending");
    assert.equal(ok(step(request, ballot(request, ann, "deny"), at)).request.state, "denied");
    assert.equal(ok(step(request, { kind: "cancel", by: ann, reason: null }, at)).request.state, "cancelled");
  });

  test("R11: at its time votes count as of then; there is time to approve it again", () => {
    const { request } = approve(planned());
    const gone = new Map([...context().standings].filter(([human]) => human !== ann.human));
    const back = ok(step(request, claim(request), context({ now: tonight, standings: gone }))).request;
    assert.deepEqual([back.state, back.says], ["pending", "1 of platform"]);
    assert.equal(approve(back, tonight + minute).request.startBy, tonight + 16 * minute);
  });

  test("R7: planned anew, it keeps time until its start", () => {
    const { request } = approve(planned());
    const event = {
      kind: "replanned",
      ...{ requirement: one, rules: [], policyDigest: request.policyDigest, changed: [] },
      ...{ plan: { ...makePlan("other"), notBefore: tonight }, nonce: request.nonce },
    } as const;
    const next = ok(step(request, event, context())).request;
    assert.deepEqual([next.state, next.expiresAt], ["planned", tonight + 15 * minute]);
  });

  test("without approvals it waits for its time as well", () => {
    const plan = { ...makePlan("tonight"), notBefore: tonight };
    const { request, effects } = ok(openRequest({ ...makeOpening(null, everyone), plan }));
    assert.deepEqual([request.state, request.startBy], ["approved", tonight + 15 * minute]);
    assert.ok(request.expiresAt >= tonight);
    assert.deepEqual([dueOf(effects, "execute"), codes(effects)], [[tonight], ["request.created", "request.approved"]]);
    assert.equal(codeOf(step(request, claim(request), context())), "too-early");
  });
});
