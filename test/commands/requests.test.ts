// Verbs about the bot itself: requests, votes, the record, the policy's word, halting.
import assert from "node:assert/strict";
import { test } from "node:test";
import { approvals } from "../../src/commands/approvals.ts";
import { audit } from "../../src/commands/audit.ts";
import { canI } from "../../src/commands/can-i.ts";
import { cancel } from "../../src/commands/cancel.ts";
import { halt } from "../../src/commands/halt.ts";
import { request as requestVerb } from "../../src/commands/request.ts";
import { unhalt } from "../../src/commands/unhalt.ts";
import { why } from "../../src/commands/why.ts";
import type { AuditRecord } from "../../src/core/audit.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Decision } from "../../src/core/policy.ts";
import type { BreakGlasses } from "../../src/core/ports/break-glass.ts";
import type { Clusters } from "../../src/core/ports/clusters.ts";
import type { PrunedRequest } from "../../src/core/ports/pruning.ts";
import type { Requests, Standing } from "../../src/core/ports/requests.ts";
import { isRefusal, refuse } from "../../src/core/refusal.ts";
import type { Request } from "../../src/core/request.ts";
import { makePlan, opened, policyDigest, requestId } from "../approvals/make.ts";
import { asking, drafted, refusedAs, said } from "./make.ts";

const standing: Standing = {
  missing: "1 of payments-leads; 2 people can",
  eligible: [{ userId: "U0ANA0001", name: "ana" }],
  because: "It needs 1 of payments-leads.",
};

const prunedId = "r-0000009" as RequestId;
const left: PrunedRequest = {
  ...{ id: prunedId, verb: "scale", state: "done", createdAt: Date.UTC(2026, 0, 2), endedAt: Date.UTC(2026, 0, 3) },
  ...{ prunedAt: Date.UTC(2026, 4, 5), record: 4711, archive: "1767312000000-3f1c2a9b0d4e.requests.jsonl" },
};
const prunedSays =
  "request-pruned: r-0000009 was a request to scale, asked on 2026-01-02 and over since 2026-01-03 (done). What it said was pruned on 2026-05-05, as retention has it: record 4711 says so. The archive has it in 1767312000000-3f1c2a9b0d4e.requests.jsonl. Proofs of its records that were made before stay valid.";

test("request, why and audit say of a pruned request what it was, when its words went and where they are", async () => {
  const clock = { now: () => 0, wait: async () => {} };
  const ports = { requests: requests([]), breakGlass: noGlass, clock };
  assert.equal(refusedAs(await requestVerb.observe(ports, { id: prunedId }, asking)), prunedSays);
  assert.equal(refusedAs(await why.observe(ports, { request: prunedId }, asking)), prunedSays);
  const log = { list: async () => [], verify: async () => ({ ok: true, says: "", records: 0 }) };
  const args = { filter: prunedId, since: undefined, limit: undefined };
  assert.equal(refusedAs(await audit.observe({ audit: log, requests: requests([]), clock }, args, asking)), prunedSays);
});

function requests(list: readonly Request[]): Requests {
  return {
    get: async (id) => list.find((one) => one.id === id) ?? null,
    pruned: async (id) => (id === prunedId ? left : null),
    list: async (filter) => list.slice(0, filter.limit),
    standing: async () => standing,
    cancel: async (id, _by, reason) => ({ ...found(list, id), state: "cancelled", says: String(reason) }),
    halted: async () => null,
  };
}

function found(list: readonly Request[], id: string): Request {
  const one = list.find((request) => request.id === id);
  assert.ok(one !== undefined);
  return one;
}

const noGlass: BreakGlasses = {
  offer: async () => refuse("breakglass-forbidden", "no", "no"),
  use: async () => refuse("breakglass-forbidden", "no", "no"),
  review: async () => refuse("no-review", "no", "no"),
  reviews: async () => [],
  reviewsOf: async () => [],
};

const pending: Request = { ...opened(null, []), state: "pending" };

test("approvals put what waits for oneself first, and count what they leave out", async () => {
  const facts = await approvals.observe({ requests: requests([pending]) }, { mine: false }, asking);
  assert.ok(!isRefusal(facts));
  assert.match(
    said(approvals.answer(facts, { mine: false }, asking)),
    /^1 open, 1 waiting for you\nWaiting for you\nr-4k7m2qx/,
  );
  assert.match(said(approvals.answer([], { mine: false }, asking)), /Nothing waits/);
  const many = await approvals.observe(
    { requests: requests(Array.from({ length: 60 }, () => pending)) },
    { mine: false },
    asking,
  );
  assert.ok(!isRefusal(many));
  assert.match(said(approvals.answer(many, { mine: false }, asking)), /Only 50 are listed/);
});

test("a request is told in full: what is needed, its votes, and every object of a run that stopped", async () => {
  const steps = [
    { index: 0, object: "a", state: "refused", says: "No.", resourceVersion: null, auditId: null },
  ] as const;
  const execution = { runner: "r", fence: 1, leaseUntil: 0, startedAt: 0, steps };
  const failed: Request = { ...pending, state: "failed", plan: makePlan("Apply two", 2), execution };
  const text = said(
    requestVerb.answer({ found: failed, standing: null, reviews: [], now: 0 }, { id: requestId }, asking),
  );
  assert.match(text, /a was refused\. No\.\n.*was not touched\./);
  assert.match(
    said(requestVerb.answer({ found: pending, standing, reviews: [], now: 0 }, { id: requestId }, asking)),
    /Still needed: 1 of payments-leads; 2 people can/,
  );
  const none = await requestVerb.observe(
    { requests: requests([]), breakGlass: noGlass, clock: { now: () => 0, wait: async () => {} } },
    { id: requestId },
    asking,
  );
  assert.match(refusedAs(none), /^no-such-request: There is no request r-4k7m2qx\. Type approvals/);
});

test("why names the rules, what is missing and who can countersign now", async () => {
  const facts = await why.observe({ requests: requests([pending]) }, { request: requestId }, asking);
  assert.ok(!isRefusal(facts));
  assert.match(
    said(why.answer(facts, { request: requestId }, asking)),
    /It needs 1 of payments-leads\.[\s\S]*Still needed[\s\S]*Can countersign now: @U0ANA0001/,
  );
});

for (const [typed, reason] of [
  [undefined, null],
  ["wrong cluster", "wrong cluster"],
  ["because of the wrong cluster", "of the wrong cluster"],
  ["because", null],
] as const) {
  test(`cancel with “${typed ?? ""}” gives the reason ${reason}`, async () => {
    let given: string | null = "";
    const port: Requests = {
      ...requests([pending]),
      cancel: async (_id, _by, said) => {
        given = said;
        return pending;
      },
    };
    await cancel.run({ requests: port }, { request: requestId, reason: typed }, asking);
    assert.equal(given, reason);
  });
}

const noWindow = { opens: () => null, couldCountersign: async () => [] };

const decisions: readonly (readonly [Decision, RegExp])[] = [
  [{ kind: "allow", rules: ["reads"], because: [], policy: policyDigest }, /Yes: set image runs at once, by reads\./],
  [
    { kind: "deny", code: "no-rule", rule: "", reason: "No rule allows it.", because: [], policy: policyDigest },
    /No: No rule allows it\.$/m,
  ],
  [
    {
      kind: "deny",
      code: "denied-by-policy",
      rule: "night",
      reason: "Not at night.",
      because: [],
      policy: policyDigest,
    },
    /No: Not at night\. \(night\)/,
  ],
];

const noClusters: Clusters = { all: () => [], get: () => null, as: () => noClusters };

for (const [decision, says] of decisions) {
  test(`can-i says ${says.source}`, async () => {
    const ports = {
      clusters: noClusters,
      clock: { now: () => 0, wait: async () => {} },
      policy: { decide: async () => decision, explain: () => ["because"], mayEver: () => true, ...noWindow },
      catalogue: { verbs: [{ name: "set image", kind: "change", summary: "", usage: "", flags: [], examples: [] }] },
    } as const;
    const args = { verb: "Set-Image", target: { kind: "everything" } } as const;
    const facts = await canI.observe(ports, args, asking);
    assert.ok(!isRefusal(facts));
    assert.match(said(canI.answer(facts, args, asking)), says);
    assert.match(
      refusedAs(await canI.observe(ports, { ...args, verb: "constructor" }, asking)),
      /^no-such-verb: .*The verbs are set-image\./,
    );
  });
}

test("halt and unhalt are each other's undo and refuse what is already so", () => {
  const halted = { by: "ben", at: 5, reason: "a loop" };
  const on = drafted(halt.decide({ halted: null }, {}, asking));
  assert.deepEqual(on.goals, [{ kind: "setting", setting: "halted", value: true }]);
  assert.deepEqual(
    on.risks.map((risk) => risk.kind),
    ["stops-execution"],
  );
  assert.match(refusedAs(halt.decide({ halted }, {}, asking)), /^already-so: .*halted by ben: a loop.*unhalt/);
  const off = drafted(unhalt.decide({ halted }, {}, asking));
  assert.equal(off.title, "Let execution go on (halted by ben: a loop)");
  assert.match(refusedAs(unhalt.decide({ halted: null }, {}, asking)), /^already-so: Nothing is halted/);
});

test("the record is filtered by request, person, code and time, and says when there is more", async () => {
  let asked: unknown;
  const record = { seq: 7, at: 0, code: "vote.cast", outcome: "ok", actor: null, request: requestId, details: {} };
  const log = {
    list: async (filter: unknown) => {
      asked = filter;
      return [record as unknown as AuditRecord];
    },
    verify: async () => ({ ok: true, says: "All 7 records verify.", records: 7 }),
  };
  const clock = { now: () => 100_000_000, wait: async () => {} };
  const read = async (filter: string, more: { since?: number; limit?: number } = {}) => {
    const args = { filter, since: more.since, limit: more.limit };
    const facts = await audit.observe({ audit: log, requests: requests([]), clock }, args, asking);
    return isRefusal(facts) ? said(facts) : said(audit.answer(facts, args, asking));
  };
  assert.match(
    await read("R-4K7M2QX @U012AB3CD vote.cast", { since: 60_000, limit: 1 }),
    /^1 record[\s\S]*The newest 1; --limit N shows more/,
  );
  assert.deepEqual(asked, { request: requestId, userId: "U012AB3CD", code: "vote.cast", since: 99_940_000, limit: 1 });
  assert.doesNotMatch(await read("vote.cast"), /The newest/);
  assert.match(await read("verify"), /All 7 records verify/);
  assert.match(await read("__proto__"), /^bad-argument: “__proto__” is no request, person or event code/);
});
