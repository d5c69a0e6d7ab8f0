// The checker finds each broken invariant in a history made by hand, and nothing in the honest one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { vkeyOf } from "../../../src/audit/note.ts";
import type { AuditActor, AuditEvent } from "../../../src/core/audit.ts";
import { digestOf } from "../../../src/core/digest.ts";
import type { HumanId, RequestId } from "../../../src/core/ids.ts";
import { checkpointAt, linesOf, newSigner, timeOf } from "../../audit/logs.ts";
import { detailsFor, headOf, pruned, withoutWords } from "../../audit/pruned-logs.ts";
import { check } from "./check.ts";
import type { ClusterCall, Finding, FrontEvent, History, Invariant } from "./history.ts";

const signer = newSigner("countersign.dev/log/test");
const request = "r-0000001" as RequestId;
const digest = digestOf("what was asked for");
const path = "/apis/apps/v1/namespaces/shop/deployments/web";
const card = "17.0001";
const second = 1_000;

const by = (userId: string): AuditActor => ({
  ...{ userId, name: userId, human: `slack:T/${userId}` as HumanId, teamId: "T" },
  ...{ subject: null, assurance: "directory" },
});

const event = (code: AuditEvent["code"], more: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ code, outcome: "ok", actor: null, request, version: 1, digest, channel: null, details: {} },
  ...more,
});

const intent = event("write.intended", {
  details: { index: 0, object: "a:shop/web", says: `PATCH ${path}`, fence: 1 },
});
const written = event("write.done", { details: { index: 0, object: "a:shop/web", state: "written", says: "" } });
const ended = event("execution.ended", { details: { state: "done", written: 1, says: "" } });

/** Asked, posted, approved by two, claimed, intended, written, ended: record n at timeOf(n). */
const story: readonly AuditEvent[] = [
  event("request.created", { actor: by("ana"), details: { title: "Restart web" } }),
  event("request.posted", { details: { ts: card } }),
  event("vote.cast", { actor: by("ben"), details: { choice: "approve" } }),
  event("vote.cast", { actor: by("finn"), details: { choice: "approve" } }),
  event("request.approved"),
  event("execution.claimed", { details: { runner: "one", fence: 1 } }),
  intent,
  written,
  event("execution.verified"),
  ended,
];
const intentAt = timeOf(6);

const call = (more: Partial<ClusterCall> = {}): ClusterCall => ({
  ...{
    at: intentAt + 500,
    method: "PATCH",
    path,
    userAgent: `countersign/1 (request/${request})`,
    code: 200,
    done: true,
  },
  ...more,
});

const deed = (op: number, who: string, at: number, choice: "approve" | "deny" = "approve"): readonly FrontEvent[] => [
  { kind: "invoke", op, at, who, deed: { do: choice, request, card } },
  { kind: "ok", op, at: at + 100, says: "Recorded" },
  { kind: "acknowledged", op, at: at + 100, tookMs: 100 },
];

const members = (ben: readonly string[], at = timeOf(0)): FrontEvent => ({
  kind: "members",
  at,
  groups: { leads: ben, platform: ["finn", "ana"] },
});

const asking: readonly FrontEvent[] = [
  { kind: "invoke", op: 1, at: timeOf(0) - 10, who: "ana", deed: { do: "command", text: "restart shop/web" } },
  { kind: "ok", op: 1, at: timeOf(0) + 10, says: "" },
];

const front: readonly FrontEvent[] = [
  members(["ben"], timeOf(0) - 600 * second),
  { kind: "bot", at: timeOf(0) - second, is: "serving" },
  ...asking,
  ...deed(2, "ben", timeOf(2) - 10),
  ...deed(3, "finn", timeOf(3) - 10),
  { kind: "shown", at: timeOf(9) + 10, request, end: "done" },
];

function history(events: readonly AuditEvent[] = story, more: Partial<History> = {}): History {
  const log = linesOf(events);
  return {
    ...{ part: "none", seed: 1, backend: "none", front, cluster: [call()], grantsLeft: [], log },
    rules: { approvals: 2, from: ["leads", "platform"], groupMaxAgeMs: 300 * second },
    checkpoints: [checkpointAt(log, log.length, signer)],
    key: vkeyOf(signer),
    sinks: [{ name: "slack", text: "all is well" }],
    canaries: ["plain-canary-one"],
    endedAt: timeOf(60),
    settled: true,
    ...more,
  };
}

/** The story with one record changed, left out, or followed by another. */
const instead = (index: number, ...by: readonly AuditEvent[]): readonly AuditEvent[] =>
  story.toSpliced(index, 1, ...by);

async function finds(invariant: Invariant, says: RegExp, bad: History): Promise<void> {
  const found = await check(bad);
  assert.ok(
    found.some((one) => one.invariant === invariant && says.test(one.says)),
    `${invariant} ${says}: ${JSON.stringify(found)}`,
  );
}

test("an honest history is found to be so", async () => {
  assert.deepEqual(await check(history()), []);
});

test("honest: lost on the way, looked up, fenced, sent again and found done", async () => {
  const unknown = event("write.failed", { outcome: "failed", details: { index: 0, state: "unknown" } });
  const foundDone = event("write.done", { details: { index: 0, state: "found-done" } });
  const events = [...story.slice(0, 7), unknown, intent, foundDone, ...story.slice(8)];
  const fence = call({ at: timeOf(7) + 100, userAgent: `countersign/1 (request/fence-${request}-77)` });
  const cluster = [call({ code: 0, done: false }), fence, call({ at: timeOf(8) + 500, code: 0 })];
  assert.deepEqual(await check(history(events, { cluster })), []);
});

test("I1: a write without an intent, before it, for another digest, after its end, or naming nobody", async () => {
  await finds("I1", /has no intent/, history(instead(6)));
  await finds("I1", /has no intent/, history(story, { cluster: [call({ at: intentAt - 1 })] }));
  await finds("I1", /has no intent/, history(story, { cluster: [call(), call({ path: `${path}2` })] }));
  await finds("I1", /was intended for digest/, history(instead(6, { ...intent, digest: digestOf("else") })));
  await finds("I1", /nobody asked for/, history(instead(6, { ...intent, version: 2 })));
  await finds("I1", /after its change had ended/, history(story, { cluster: [call({ at: timeOf(20) })] }));
  await finds("I1", /names no request/, history(story, { cluster: [call(), call({ userAgent: "countersign/1" })] }));
  const fence = call({ userAgent: `countersign/1 (request/fence-${request}-77)` });
  await finds("I1", /fences what was not/, history(story, { cluster: [call(), fence] }));
});

test("I2: a change that took effect twice, also when its first answer was lost; an execution that ended twice", async () => {
  await finds("I2", /took effect 2 times/, history(story, { cluster: [call(), call()] }));
  await finds("I2", /took effect 2 times/, history(story, { cluster: [call({ code: 0 }), call()] }));
  assert.deepEqual(await check(history(story, { cluster: [call({ code: 409, done: false }), call()] })), []);
  await finds("I2", /ended 2 times/, history([...story, ended]));
});

test("I3: too few, the asker's own, twice the same, a denial, too late, another version, not in a group by then", async () => {
  const only = (...events: readonly FrontEvent[]) => [members(["ben"], timeOf(0) - 600 * second), ...asking, ...events];
  const votes = (...events: readonly FrontEvent[]) => history(story, { front: only(...events) });
  const ben = deed(2, "ben", timeOf(2) - 10);
  const few = /1 of 2 approvals \(ben\)/;
  assert.deepEqual(await check(votes(...ben, ...deed(3, "finn", timeOf(3)))), []);
  await finds("I3", few, votes(...ben));
  await finds("I3", few, votes(...ben, ...deed(3, "ana", timeOf(3))));
  await finds("I3", few, votes(...ben, ...deed(3, "ben", timeOf(3))));
  await finds("I3", few, votes(...ben, ...deed(3, "finn", timeOf(3)), ...deed(4, "finn", timeOf(4), "deny")));
  await finds("I3", few, votes(...ben, ...deed(3, "finn", timeOf(7))));
  await finds("I3", few, votes(...ben, ...deed(3, "dev", timeOf(3))));
  const refused = ben.map((one) => (one.kind === "ok" ? { ...one, kind: "fail" as const } : one));
  await finds("I3", /0 of 2/, votes(...refused));
  const reposted = instead(1, event("request.posted", { details: { ts: "18.0002" } }));
  await finds("I3", /0 of 2/, history(reposted));
  const longGone = [members(["ben"], timeOf(0) - 900 * second), members([], timeOf(0) - 600 * second)];
  const both = [...ben, ...deed(3, "finn", timeOf(3))];
  await finds("I3", /1 of 2 approvals \(finn\)/, history(story, { front: [...longGone, ...asking, ...both] }));
  const justGone = [members(["ben"], timeOf(0) - 900 * second), members([], timeOf(0))];
  assert.deepEqual(await check(history(story, { front: [...justGone, ...asking, ...both] })), []);
});

test("I4: an intent or a claim without an end, done without effect, failed with effect, unknown and nobody told", async () => {
  const open = story.slice(0, 7);
  const unshown = front.filter(({ kind }) => kind !== "shown");
  await finds("I4", /intent of record 6 has no end/, history(open, { front: unshown }));
  await finds("I4", /never ended/, history(story.slice(0, 6), { cluster: [], front: unshown }));
  assert.deepEqual(await check(history(open, { front: unshown, settled: false })), []);
  await finds("I4", /called done/, history(story, { cluster: [call({ code: 0, done: false })] }));
  const failed = event("execution.ended", { outcome: "failed", details: { state: "failed", written: 0 } });
  const refused = event("write.failed", { outcome: "refused", details: { index: 0, state: "refused" } });
  const shown: FrontEvent = { kind: "shown", at: timeOf(9), request, end: "failed" };
  const saidFailed = [...story.slice(0, 7), refused, failed];
  await finds("I4", /called failed with nothing written/, history(saidFailed, { front: [...unshown, shown] }));
  const unknown = event("execution.ended", { outcome: "failed", details: { state: "unknown", written: 0 } });
  await finds("I4", /no card says so/, history([...story.slice(0, 8), unknown], { front: unshown }));
});

test("I5: access that outlives its time, or ends before it", async () => {
  const active = event("grant.activated", { details: { until: timeOf(20), role: "r" } });
  const granted = [...story, active];
  await finds("I5", /should have ended/, history(granted, { endedAt: timeOf(90), grantsLeft: [request] }));
  assert.deepEqual(await check(history(granted, { endedAt: timeOf(90) })), []);
  assert.deepEqual(await check(history(granted, { endedAt: timeOf(21), grantsLeft: [request] })), []);
  const ending = event("grant.ending", { details: { how: "expired" } });
  await finds("I5", /too early/, history([...granted, ending]));
});

test("I6: a record changed or cut off, and a vote, an end or a head that was told and is not there", async () => {
  const log = linesOf(story);
  const checkpoints = [checkpointAt(log, log.length, signer)];
  await finds("I6", /checkpoint vouches for 10/, history(story, { log: log.slice(0, 9), checkpoints }));
  const edited = log.with(2, (log[2] ?? "").replace("ben", "bob"));
  await finds("I6", /./, history(story, { log: edited, checkpoints }));
  await finds("I6", /ben was told/, history(instead(2)));
  await finds("I6", /a card said done/, history(story.slice(0, 9)));
  const head: FrontEvent = { kind: "head", at: timeOf(5), seq: 5, hash: digestOf("another") };
  await finds("I6", /record 5 was read once/, history(story, { front: [...front, head] }));
});

test("I1, I3, I6: a request that was pruned is held to nothing any more, and one that was not named is", async () => {
  const before = linesOf(story);
  const spans = [[0, 9]] as const;
  const naming = (requests: readonly string[]): History => {
    const details = detailsFor(before, spans, signer, requests);
    const log = [...before, ...linesOf([pruned(details)], headOf(before))];
    const checkpoints = [checkpointAt(log, log.length, signer)];
    const cut = log.map((line, seq) => (seq < 10 ? withoutWords(log, seq) : line));
    return history(story, { log: cut, checkpoints, cards: [{ request, ts: card, says: "done" }] });
  };
  assert.deepEqual(await check(naming([request])), []);
  await finds("I1", /has no intent/, naming([]));
  await finds("I6", /a card said done/, naming(["r-0000009"]));
});

test("I1, I3, I6: what a database lost is excused once a person accepted it, and nothing is done before", async () => {
  const details = { setting: "audit-log", why: "it took records away", abandoned: "aside" };
  const accepted = event("setting.changed", { request: null, version: null, digest: null, details });
  const loss = { at: timeOf(9) + 500, from: 10 };
  const gone = "r-0000007";
  const head: FrontEvent = { kind: "head", at: loss.at - 1, seq: 10, hash: digestOf("another") };
  const shown: FrontEvent = { kind: "shown", at: timeOf(60), request: gone, end: "done" };
  const vote = deed(9, "ben", loss.at - 90).map((one) =>
    one.kind === "invoke" ? { ...one, deed: { do: "approve" as const, request: gone, card: "9.0" } } : one,
  );
  const write = (at: number) => call({ at, userAgent: `countersign/1 (request/${gone})` });
  const told = [...front, head, shown, ...vote];
  const lossy = (events: readonly AuditEvent[], at = loss.at - 50): History =>
    history(events, { losses: [loss], cluster: [call(), write(at)], front: told });
  assert.deepEqual(await check(lossy([...story, accepted])), []);
  const goesOn = event("read.batch", { request: null, version: null, digest: null, details: { reads: [] } });
  await finds("I6", /record 10 was read once/, lossy([...story, goesOn]));
  await finds("I1", /r-0000007: .* has no intent/, lossy([...story, goesOn]));
  await finds("I1", /which nobody had accepted/, lossy([...story, accepted], loss.at + 100));
  await finds("I1", /r-0000007: .* has no intent/, lossy([...story, accepted], timeOf(10) + 100));
});

test("I6: a card that stayed behind, two that count, one that ran ahead", async () => {
  const cards = (...all: NonNullable<History["cards"]>): History => history(story, { cards: all });
  const done = { request, ts: card, says: "done" } as const;
  const old = { request, ts: "16.0001", says: "replaced" } as const;
  assert.deepEqual(await check(cards(old, done)), []);
  await finds("I6", /its card 17.0001 says open, and the record done/, cards({ ...done, says: "open" }));
  await finds("I6", /2 of its 2 cards count/, cards(done, { ...done, ts: "18.0001" }));
  await finds("I6", /0 of its 1 cards count/, cards(old));
  const waiting = story.slice(0, 3);
  const unended = { cluster: [], front: front.filter(({ kind }) => kind !== "shown") };
  assert.deepEqual(await check(history(waiting, { ...unended, cards: [{ ...done, says: "open" }] })).then(cardsIn), []);
  assert.equal((await check(history(waiting, { ...unended, cards: [done] })).then(cardsIn)).length, 1);
});

const cardsIn = (found: readonly Finding[]): readonly string[] =>
  found.flatMap(({ says }) => (says.includes("its card") ? [says] : []));

test("I6: words that were pruned lawfully are no finding, and words that were taken away are one", async () => {
  const batch = event("read.batch", { request: null, version: null, digest: null, details: { reads: [] } });
  const before = linesOf([...story, batch]);
  const log = [...before, ...linesOf([pruned(detailsFor(before, [[10, 10]], signer))], headOf(before))];
  const checkpoints = [checkpointAt(log, log.length, signer)];
  const head: FrontEvent = { kind: "head", at: timeOf(10), seq: 10, hash: headOf(before).hash };
  const seen = { front: [...front, head], checkpoints };
  assert.deepEqual(await check(history(story, { ...seen, log: log.with(10, withoutWords(log, 10)) })), []);
  const taken = log.with(10, withoutWords(log, 10)).with(8, withoutWords(log, 8));
  await finds("I6", /Record 8 lacks its words/, history(story, { ...seen, log: taken }));
});

test("I7: a planted secret in a sink or in the log, plain or as base64", async () => {
  await finds("I7", /stands in slack/, history(story, { sinks: [{ name: "slack", text: "x plain-canary-one y" }] }));
  const disguised = Buffer.from("plain-canary-one").toString("base64");
  await finds("I7", /stands in slack/, history(story, { sinks: [{ name: "slack", text: `data: ${disguised}` }] }));
  const spoken = event("vote.cast", { actor: by("ben"), details: { choice: "approve", reason: "plain-canary-one" } });
  await finds("I7", /the audit log/, history(instead(2, spoken)));
});

test("I8: an acknowledgement that came too late while the bot served, and one command that became two requests", async () => {
  const slow: FrontEvent = { kind: "acknowledged", op: 2, at: timeOf(5), tookMs: 3_001 };
  await finds("I8", /after 3001 ms/, history(story, { front: [...front, slow] }));
  const late: FrontEvent = { kind: "breach", at: timeOf(5), code: "late_ack", detail: "not acknowledged in time" };
  await finds("I8", /not acknowledged/, history(story, { front: [...front, late] }));
  const killed: readonly FrontEvent[] = [
    { kind: "bot", at: timeOf(4), is: "down" },
    { kind: "bot", at: timeOf(6), is: "serving" },
  ];
  assert.deepEqual(await check(history(story, { front: [...front, ...killed, slow, late] })), []);
  const again = { ...event("request.created", { actor: by("ana") }), request: "r-0000002" as RequestId };
  await finds("I8", /1 commands of ana became 2/, history([...story, again]));
});
