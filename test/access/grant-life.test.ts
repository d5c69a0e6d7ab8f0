// The life of a grant: tables of its steps, and laws that hold whatever happens in whatever order.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { againMsOf, nextWarning, warningDue, warningsOf } from "../../src/access/grant-jobs.ts";
import { type GrantEvent, stepGrant } from "../../src/access/grant-life.ts";
import { mayEnd } from "../../src/access/may-end.ts";
import type { Grant } from "../../src/core/access.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { makePerson } from "../approvals/make.ts";
import { requestId, sampleGrant } from "../store/samples.ts";

const minute = 60_000;
const hour = 60 * minute;
const now = 1_800_000_000_000;
const bo = makePerson("U2");

const active = (lengthMs = 2 * hour): Grant =>
  sampleGrant({ state: "active", lengthMs, activeAt: now, endsAt: now + lengthMs });

const events: readonly GrantEvent[] = [
  { kind: "activated", objects: [], activeAt: now, token: null },
  { kind: "extended", lengthMs: 3 * hour, token: null },
  { kind: "end", how: "revoked", by: bo, reason: null },
  { kind: "end", how: "expired", by: null, reason: null },
  { kind: "gone", says: "gone" },
  { kind: "never-began", says: "denied" },
  { kind: "handed-over", to: bo },
];

const order = ["planned", "active", "ending", "ended"];

test("R28: whatever happens, a grant never goes back, is active only by being read back, and ends only by being read back", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 20 }), (happened) => {
      let grant = sampleGrant();
      for (const event of happened) {
        const stepped = stepGrant(grant, event, now);
        if (isRefusal(stepped)) continue;
        const next = stepped.grant;
        assert.equal(next.revision, grant.revision + 1);
        assert.ok(order.indexOf(next.state) >= order.indexOf(grant.state));
        if (next.state === "active" && grant.state !== "active") assert.equal(event.kind, "activated");
        if (next.state === "ended") assert.ok(event.kind === "gone" || event.kind === "never-began");
        if (event.kind === "gone") assert.equal(grant.state, "ending", "a record of why came before");
        assert.ok(
          stepped.effects.some((effect) => effect.kind === "audit"),
          "each step is recorded",
        );
        grant = next;
      }
      if (grant.state === "ended") for (const event of events) assert.ok(isRefusal(stepGrant(grant, event, now)));
    }),
  );
});

test("R25: the clock starts at activation, and an extension counts from there", () => {
  const stepped = stepGrant(
    sampleGrant(),
    { kind: "activated", objects: [], activeAt: now + 5, token: null },
    now + 60_000,
  );
  assert.ok(!isRefusal(stepped));
  assert.equal(stepped.grant.endsAt, now + 5 + hour);
  const more = stepGrant(stepped.grant, { kind: "extended", lengthMs: 2 * hour, token: null }, now + minute);
  assert.ok(!isRefusal(more) && more.grant.endsAt === now + 5 + 2 * hour);
  assert.ok(
    isRefusal(stepGrant(more.grant, { kind: "extended", lengthMs: hour, token: null }, now)),
    "never by one that is shorter",
  );
});

const tokenOf = (id: string, expiresAt: number) => ({ of: requestId(id), expiresAt });

test("a token grant ends when the API server ends its token, and never after its own time", () => {
  for (const [expiresAt, endsAt] of [
    [now + hour - 2_000, now + hour - 2_000],
    [now + hour + 2_000, now + hour],
  ] as const) {
    const token = tokenOf("1", expiresAt);
    const stepped = stepGrant(sampleGrant(), { kind: "activated", objects: [], activeAt: now, token }, now);
    assert.ok(!isRefusal(stepped) && stepped.grant.endsAt === endsAt && stepped.grant.tokenOf === token.of);
  }
  const capped = stepGrant(active(), { kind: "extended", lengthMs: 3 * hour, token: tokenOf("2", now + hour) }, now);
  assert.ok(!isRefusal(capped) && capped.grant.endsAt === now + hour);
});

test("T28: a token that nobody is given any more is erased with the step that says so", () => {
  const held = { ...active(), tokenOf: requestId("1") };
  const erased = (event: GrantEvent) => {
    const stepped = stepGrant(held, event, now);
    return isRefusal(stepped) ? [] : stepped.effects.filter(({ kind }) => kind === "erase-token");
  };
  const erasing = [{ kind: "erase-token", of: requestId("1") }];
  assert.deepEqual(erased({ kind: "end", how: "revoked", by: bo, reason: null }), erasing);
  assert.deepEqual(erased({ kind: "extended", lengthMs: 3 * hour, token: tokenOf("2", now + 3 * hour) }), erasing);
  assert.deepEqual(erased({ kind: "gone", says: "gone" }), []);
});

test("credentials are handed over once, and again only after an extension", () => {
  const once = stepGrant(active(), { kind: "handed-over", to: bo }, now);
  assert.ok(!isRefusal(once));
  const twice = stepGrant(once.grant, { kind: "handed-over", to: bo }, now);
  assert.ok(isRefusal(twice) && twice.code === "already-handed-over");
  const longer = stepGrant(once.grant, { kind: "extended", lengthMs: 3 * hour, token: null }, now);
  assert.ok(!isRefusal(longer) && longer.grant.handedOverAt === null);
});

test("holders are warned ten minutes before the end, of long grants an hour before too, of short ones at half their time", () => {
  assert.deepEqual(warningsOf({ lengthMs: 10 * minute }), [5 * minute]);
  assert.deepEqual(warningsOf({ lengthMs: 2 * hour }), [10 * minute]);
  assert.deepEqual(warningsOf({ lengthMs: 4 * hour }), [60 * minute, 10 * minute]);
  const long = active(4 * hour);
  for (const [at, due] of [
    [0, null],
    [3 * hour - 1, null],
    [3 * hour, 60 * minute],
    [4 * hour - 10 * minute, 10 * minute],
    [4 * hour, null],
  ] as const)
    assert.equal(warningDue(long, now + at), due, String(at));
  assert.equal(nextWarning(long, now + 3 * hour - minute), now + 3 * hour);
  assert.equal(nextWarning(long, now + 4 * hour - minute), null, "the end comes first");
});

test("an end that does not come about is tried at once, then ever more seldom, and at least once a minute", () => {
  const ending = { how: "expired", by: null, reason: null, at: now } as const;
  for (const [sinceMs, againMs] of [
    [0, 2_000],
    [8_000, 2_000],
    [40_000, 10_000],
    [10 * minute, minute],
    [-5_000, 2_000],
  ] as const)
    assert.equal(againMsOf(ending, now + sinceMs), againMs, String(sinceMs));
});

test("a grant is ended by its holder, its asker, those who may countersign it and the admins of access, by nobody else", () => {
  const admins = { admins: makePerson("x", ["security"]).groups };
  const may = (name: string, how: "revoked" | "done", groups: readonly string[] = [], isApprover = false) =>
    mayEnd(active(), how, { person: makePerson(name, groups), isApprover }, admins) === null;
  assert.ok(may("U2", "revoked") && may("U2", "done"));
  assert.ok(may("U1", "revoked") && !may("U1", "done"));
  assert.ok(may("U9", "revoked", [], true) && !may("U9", "done", [], true));
  assert.ok(may("U9", "revoked", ["security"]));
  assert.ok(!may("U9", "revoked", ["engineers"]));
});
