// B8: without a fresh view of the freezes nothing is changed, and what is not a list of freezes is no view.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timesOf } from "../../src/approvals/freeze-times.ts";
import { settleFreeze } from "../../src/commands/parts/freeze-words.ts";
import { readSetFreezes, type SetFreeze } from "../../src/core/freezes.ts";
import type { Json } from "../../src/core/json.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { decideNow } from "../../src/dispatch/decide-now.ts";
import type { Deps } from "../../src/dispatch/deps.ts";
import { freezesInStore } from "../../src/dispatch/freezes.ts";
import { makePlace, makePolicy, makeQuestion, makeRule } from "../approvals/make.ts";
import { manualClock, silent } from "../store/samples.ts";

const now = manualClock().now();
const freeze: SetFreeze = {
  name: "fz-1",
  scope: { environments: ["production"], clusters: [], namespaces: [], kinds: [], verbs: [] },
  from: now - 1_000,
  until: now + 60_000,
  reason: "migration",
  by: { userId: "U1", name: "Ada" },
};
const question = makeQuestion({ verb: "restart", places: [makePlace({ environment: "production" })], now });
const policy = makePolicy([makeRule("all", {}, { kind: "allow" })]);

async function decided(freezesNow: Deps["freezesNow"], asked = question): Promise<string> {
  const deps = { freezesNow, clock: manualClock(), log: silent, policy: () => policy } as unknown as Deps;
  const decision = await decideNow(deps, asked);
  if (isRefusal(decision)) return `${decision.code}: ${decision.message}`;
  return decision.kind === "deny" ? decision.code : decision.kind;
}

describe("B8: a change is decided with the freezes as they are", () => {
  test("in force denies, over and elsewhere does not", async () => {
    const seen = (more: Partial<SetFreeze>) => async () => ({ freezes: [{ ...freeze, ...more }], asOf: now });
    assert.equal(await decided(seen({})), "frozen");
    assert.equal(await decided(seen({ until: now })), "allow");
    assert.equal(await decided(seen({ from: now + 1 })), "allow");
    assert.equal(await decided(seen({ scope: { ...freeze.scope, environments: ["staging"] } })), "allow");
    assert.equal(await decided(seen({ scope: { ...freeze.scope, verbs: ["apply"] } })), "allow");
  });

  test("a view older than 10 s denies, with its age", async () => {
    assert.equal(await decided(async () => ({ freezes: [], asOf: now - 10_000 })), "allow");
    assert.match(await decided(async () => ({ freezes: [], asOf: now - 10_001 })), /^freezes-unknown: .*10 s old/);
  });

  test("a view that can't be read denies changes; what no freeze can stop goes on", async () => {
    const broken = async () => Promise.reject(new Error("gone"));
    assert.match(await decided(broken), /^freezes-unknown: .*can't be read now, so I change nothing/);
    assert.equal(await decided(broken, { ...question, verbKind: "read" }), "allow");
    assert.equal(await decided(broken, { ...question, places: [] }), "allow");
  });

  test("what is stored and is not exactly freezes can't be read", async () => {
    const stored = (value: Json | null) => freezesInStore({ settings: { get: async () => value } }, manualClock());
    const whole = freeze as unknown as Json & object;
    assert.deepEqual((await stored([whole])()).freezes, [freeze]);
    assert.deepEqual((await stored(null)()).freezes, []);
    const wrong: readonly Json[] = [
      {},
      "x",
      [1],
      [{ ...whole, until: "soon" }],
      [{ ...whole, scope: {} }],
      [{ ...whole, name: "" }],
    ];
    for (const value of wrong) {
      assert.equal(readSetFreezes(value), null, JSON.stringify(value));
      assert.match(await decided(stored(value)), /^freezes-unknown/);
    }
  });
});

test("R24: the end of a freeze is a moment, by the clock of whoever says it", () => {
  const at = Date.parse("2026-11-24T16:30:00Z");
  const said = { now: at, zone: "Europe/Berlin", cluster: null, namespace: null };
  const table: readonly (readonly [Record<string, string>, string])[] = [
    [{ scope: "production for 2h" }, "2026-11-24T18:30:00.000Z"],
    [{ scope: "production" }, "2026-11-24T20:30:00.000Z"],
    [{ scope: "production", until: "18:00" }, "2026-11-24T17:00:00.000Z"],
    [{ scope: "production", until: "17:00" }, "2026-11-25T16:00:00.000Z"],
    [{ scope: "production", until: "2026-11-26T08:00" }, "2026-11-26T07:00:00.000Z"],
    [{ scope: "production", until: "2026-11-26T08:00Z" }, "2026-11-26T08:00:00.000Z"],
    [{ scope: "production", until: "2026-11-26" }, "2026-11-25T23:00:00.000Z"],
  ];
  for (const [typed, until] of table) {
    const settled = settleFreeze(typed, said);
    assert.ok(!isRefusal(settled), JSON.stringify(settled));
    assert.equal(settled.until, until, JSON.stringify(typed));
    assert.equal(settled.scope, "production");
    assert.deepEqual(settleFreeze({ ...settled }, { ...said, zone: "UTC" }), settled, "the same again, anywhere");
  }
  const skipped = settleFreeze(
    { scope: "x", until: "2027-03-28T02:30" },
    { ...said, now: Date.parse("2027-03-27T10:00Z") },
  );
  assert.ok(isRefusal(skipped) && /no moment that exists on your clock/.test(skipped.message));
});

test("a weekly freeze tells when it begins and ends next, over midnight and a change of clocks", () => {
  const window = {
    kind: "weekly",
    zone: "Europe/Berlin",
    days: [5],
    fromMinute: 22 * 60,
    untilMinute: 6 * 60,
  } as const;
  const of = (moment: string) => {
    const { inForce, begins, ends } = timesOf(window, Date.parse(moment));
    const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));
    return [inForce, iso(begins), iso(ends)];
  };
  assert.deepEqual(of("2026-11-24T12:00Z"), [false, "2026-11-27T21:00", "2026-11-28T05:00"]);
  assert.deepEqual(of("2026-11-27T23:00Z"), [true, null, "2026-11-28T05:00"]);
  assert.deepEqual(of("2027-03-25T12:00Z"), [false, "2027-03-26T21:00", "2027-03-27T05:00"]);
  assert.deepEqual(of("2027-03-27T12:00Z"), [false, "2027-04-02T20:00", "2027-04-03T04:00"]);
});
