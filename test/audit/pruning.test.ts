// B13: pruning is a recorded, signed event; words go for good; every proof that was ever made stays valid; nothing alive goes.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { prunedSeq } from "../../src/audit/entry.ts";
import { Pruner } from "../../src/audit/pruning/pruner.ts";
import { restored } from "../../src/audit/pruning/restored.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { SettingChange } from "../../src/core/plan.ts";
import { requestId, sampleEvent, sampleGrant, sampleRequest, sampleReview } from "../store/samples.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "./logs.ts";
import { detailsFor, headOf, pruned, withoutWords } from "./pruned-logs.ts";
import { dayMs, dyingAfter, isOnDisk, neverAborted, pruningPlace } from "./pruning-place.ts";

const word = (index: number) => `word-${index}-${"x".repeat(40)}`;

test("old words go, from the disk too, under a record of it; the log verifies and says so", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await process.append(Array.from({ length: 300 }, (_, index) => ({ details: { says: word(index) } })));
  await process.checkpointer.check();
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{ details: { says: word(300) } }]);
  assert.ok(isOnDisk(place.data, word(7)));
  const done = await process.pruner.prune(neverAborted);
  assert.deepEqual(done, { kind: "pruned", records: 300, requests: 0, others: 0, under: [301] });
  for (const index of [0, 7, 150, 299]) assert.equal(isOnDisk(place.data, word(index)), false, word(index));
  assert.ok(isOnDisk(place.data, word(300)));
  const verdict = await process.verdict();
  assert.ok(verdict.ok, verdict.says);
  assert.equal(verdict.pruned, 300);
  assert.match(
    verdict.says,
    /^2 records are whole and 300 were pruned under record 301; \d+ checkpoints vouch for them\.$/,
  );
  assert.deepEqual(await process.store.prunings.unfinished(), []);
  assert.deepEqual(await process.pruner.prune(neverAborted), {
    kind: "pruned",
    records: 0,
    requests: 0,
    others: 0,
    under: [],
  });
  await process.stop();
  const next = await place.start();
  assert.equal(next.checkpointer.refusal(), null);
});

test("words that somebody took away are found as anything else that was tampered with, at the start and by verify", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await process.append(Array.from({ length: 9 }, (_, index) => ({ details: { says: word(index) } })));
  await process.checkpointer.check();
  const lines = await process.lines();
  await process.store.transact((tx) => tx.audit.prune([{ seq: 4, line: withoutWords(lines, 4) }]));
  const verdict = await process.verdict();
  assert.deepEqual([verdict.ok, verdict.firstBad], [false, 4]);
  const why = "Record 4 lacks its words, and no pruning that was recorded and signed covers it";
  assert.equal(verdict.says, `${why}.`);
  await process.stop();
  const next = await place.start();
  assert.equal(next.checkpointer.refusal()?.message, `Nothing is changed now: ${why}.`);
  assert.deepEqual(await next.pruner.prune(neverAborted), {
    kind: "kept",
    why: `Nothing is changed now: ${why}.`,
  });
});

test("a pruning that was stretched, altered, unsigned, or signed by another key makes nothing lawful", async () => {
  const signer = newSigner("countersign.dev/log/test");
  const events = Array.from({ length: 12 }, (_, index) => eventNumber(index));
  const lines = linesOf(events);
  const details = detailsFor(
    lines,
    [
      [2, 4],
      [7, 7],
    ],
    signer,
  );
  const check = async (given: JsonObject, gone: readonly number[]) => {
    const log = [...lines, ...linesOf([pruned(given)], headOf(lines))];
    const checkpoints = [checkpointAt(log, log.length, signer)];
    const shown = log.map((line, seq) => (gone.includes(seq) ? withoutWords(log, seq) : line));
    const { ok, firstBad, says } = await verifyLog({ lines: shown, checkpoints, verifier: signer });
    return { ok, firstBad, says };
  };
  assert.equal((await check(details, [2, 3, 4, 7])).ok, true);
  assert.equal((await check(details, [3])).ok, true, "killed before all were gone");
  assert.deepEqual((await check(details, [2, 3, 4, 5, 7])).firstBad, 5);
  const stretched = { ...details, records: ["2-5", "7"], count: 5 };
  assert.match((await check(stretched, [2, 3, 4, 5, 7])).says, /Record 12, a pruning, is not about the records/);
  const { root, count, records } = detailsFor(
    lines,
    [
      [2, 5],
      [7, 7],
    ],
    signer,
  );
  const recomputed = { ...details, ...{ root: root ?? "", count: count ?? 0, records: records ?? [] } };
  assert.match(
    (await check(recomputed, [2, 3, 4, 5, 7])).says,
    /Record 12, a pruning, is not signed by countersign\.dev/,
  );
  assert.match((await check({ ...details, policy: "another" }, [3])).says, /is not signed by/);
  assert.match((await check({ ...details, count: 3 }, [3])).says, /does not count what it names/);
  assert.match((await check({ ...details, records: ["2-4", "7-12"], count: 9 }, [3])).says, /were not there yet/);
  assert.match((await check({ ...details, records: ["4-2"] }, [3])).says, /does not name the records/);
  const other = detailsFor(lines, [[2, 4]], newSigner("countersign.dev/log/test"));
  assert.match((await check(other, [3])).says, /Record 3 lacks its words, and no pruning that was recorded and signed/);
  assert.match((await check({ ...other, key: details.key ?? "" }, [3])).says, /is not signed by/);
});

test("a pruning by a former key counts where a person's acceptance of the change is recorded after it", async () => {
  const [former, signer] = [newSigner("countersign.dev/log/test"), newSigner("countersign.dev/log/test")];
  const lines = linesOf(Array.from({ length: 5 }, (_, index) => eventNumber(index)));
  const accepted = { ...eventNumber(6), code: "setting.changed", details: { setting: "audit-log" } } as const;
  const gone = pruned(detailsFor(lines, [[1, 3]], former));
  const verdict = async (events: readonly AuditEvent[]) => {
    const log = [...lines, ...linesOf(events, headOf(lines))];
    const shown = log.map((line, seq) => (seq >= 1 && seq <= 3 ? withoutWords(log, seq) : line));
    return verifyLog({ lines: shown, checkpoints: [checkpointAt(log, log.length, signer)], verifier: signer });
  };
  assert.equal((await verdict([gone, accepted])).ok, true);
  assert.equal((await verdict([accepted, gone])).firstBad, 1);
  assert.equal((await verdict([gone])).firstBad, 1);
});

test("no word goes before a checkpoint outside vouches for the record of it", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await process.append(Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) } })));
  await process.checkpointer.check();
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{}]);
  await process.checkpointer.check();
  let isAway = false;
  const proving = async () => {
    const found = await process.checkpointer.proving();
    return isAway || found === null ? found : { ...found, signed: { ...found.signed, size: 6 } };
  };
  const pruner = new Pruner({ ...process.settings, checkpointer: { proving } });
  await assert.rejects(pruner.prune(neverAborted), /pruning 6 waits for its checkpoint/);
  assert.ok(isOnDisk(place.data, word(2)));
  assert.deepEqual(await process.store.prunings.unfinished(), [6]);
  isAway = true;
  assert.deepEqual(await pruner.prune(neverAborted), { kind: "pruned", records: 0, requests: 0, others: 0, under: [] });
  assert.equal(isOnDisk(place.data, word(2)), false);
  assert.equal((await process.verdict()).pruned, 5);
});

test("killed after any of its transactions, the next start finishes what was begun, and records nothing twice", async (t) => {
  for (let kill = 0; ; kill += 1) {
    const place = pruningPlace(t);
    const process = await place.start();
    await process.append(Array.from({ length: 250 }, (_, index) => ({ details: { says: word(index) } })));
    place.clock.set(place.clock.now() + 31 * dayMs);
    await process.append([{}]);
    await process.checkpointer.check();
    const killed = await new Pruner({ ...process.settings, store: dyingAfter(process.store, kill) })
      .prune(neverAborted)
      .then(() => false)
      .catch(() => true);
    await process.stop();
    const next = await place.start();
    assert.equal(next.checkpointer.refusal(), null);
    assert.ok((await next.verdict()).ok);
    await next.pruner.prune(neverAborted);
    const verdict = await next.verdict();
    assert.equal(verdict.pruned, 250, verdict.says);
    assert.equal((await next.store.audit.list({ code: "log.pruned", limit: 10 })).length, 1);
    assert.equal(isOnDisk(place.data, word(249)), false);
    await next.stop();
    if (!killed) break;
    assert.ok(kill < 20);
  }
});

test("another key changes nothing until a person accepts it; then what the former one pruned stays lawful", async (t) => {
  const place = pruningPlace(t);
  const former = await place.start();
  await former.append(Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) } })));
  place.clock.set(place.clock.now() + 31 * dayMs);
  await former.append([{}]);
  await former.pruner.prune(neverAborted);
  await former.stop();
  rmSync(join(place.data, "keys"), { recursive: true });
  const next = await place.start();
  const refusal = next.checkpointer.refusal();
  assert.match(refusal?.message ?? "", /the log was signed with the key/);
  writeFileSync(join(place.data, "accept-log"), /accept [0-9a-f]{12}/.exec(refusal?.hint ?? "")?.[0] ?? "");
  await next.checkpointer.check();
  assert.equal(next.checkpointer.refusal(), null);
  const verdict = await next.verdict();
  assert.deepEqual([verdict.ok, verdict.pruned], [true, 5], verdict.says);
  await next.stop();
  const third = await place.start();
  assert.equal(third.checkpointer.refusal(), null);
});

test("a log that lacks words is accepted with no key: what nothing covers is never waved through", async (t) => {
  const place = pruningPlace(t);
  const former = await place.start();
  await former.append(Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) } })));
  await former.checkpointer.check();
  const lines = await former.lines();
  await former.store.transact((tx) => tx.audit.prune([{ seq: 2, line: withoutWords(lines, 2) }]));
  await former.stop();
  rmSync(join(place.data, "keys"), { recursive: true });
  const next = await place.start();
  const refusal = next.checkpointer.refusal();
  assert.match(refusal?.message ?? "", /Record 2 lacks its words/);
  writeFileSync(join(place.data, "accept-log"), /accept [0-9a-f]{12}/.exec(refusal?.hint ?? "")?.[0] ?? "");
  await next.checkpointer.check();
  assert.equal(next.checkpointer.refusal()?.message, refusal?.message);
});

test("somebody with the database and another key makes nothing lawful: the bot signs nothing from its next start on", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await process.append(Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) } })));
  const lines = await process.lines();
  const forger = newSigner(process.signer.name);
  await process.store.transact(async (tx) => {
    await tx.audit.append(pruned(detailsFor(lines, [[1, 3]], forger)));
    await tx.prunings.begin(5);
  });
  await process.checkpointer.check();
  // As the one who can write the database: the record stands under the bot's own checkpoint by now.
  await process.store.transact((tx) => tx.audit.prune([{ seq: 2, line: withoutWords(lines, 2) }]));
  await process.stop();
  const next = await place.start();
  assert.match(
    next.checkpointer.refusal()?.message ?? "",
    /Record 2 lacks its words, and no pruning that was recorded/,
  );
  assert.equal((await next.verdict()).firstBad, 2);
  assert.equal((await next.pruner.finish(neverAborted))?.kind, "kept");
  assert.ok(isOnDisk(place.data, word(1)) && isOnDisk(place.data, word(3)));
});

test("a record that is not the one that was checked stops the pruning before it is recorded", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await process.append(Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) } })));
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{}]);
  await process.checkpointer.check();
  const line = (await process.lines())[2] ?? "";
  await process.store.transact((tx) => tx.audit.prune([{ seq: 2, line: line.replace("word-2", "word-9") }]));
  const why = "Record 2 is not the one that was checked: nothing is pruned.";
  for (const _ of [1, 2]) assert.deepEqual(await process.pruner.prune(neverAborted), { kind: "kept", why });
  const recorded = await process.store.audit.list({ code: "log.pruned", limit: 10 });
  assert.deepEqual(
    recorded.map(({ outcome, details }) => [outcome, details]),
    [["failed", { says: why }]],
  );
});

test("with an archive the words are there before they go, hashed in the record, and put back where they belong", async (t) => {
  const place = pruningPlace(t);
  const archive = join(place.outside, "..", "archive");
  const retention = () => ({ requestsMs: 7 * dayMs, recordsMs: 30 * dayMs, archive });
  const process = await place.start({ retention });
  const request = sampleRequest({ state: "done", endedAt: place.clock.now(), reason: word(77) });
  await process.store.transact((tx) => tx.requests.insert(request));
  await process.append(
    Array.from({ length: 5 }, (_, index) => ({ details: { says: word(index) }, request: request.id })),
  );
  const before = await process.lines();
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{}]);
  const why = `The archive ${archive} cannot be written (ENOENT): nothing is pruned.`;
  assert.deepEqual(await process.pruner.prune(neverAborted), { kind: "kept", why });
  assert.deepEqual(
    (await process.store.audit.list({ code: "log.pruned", limit: 10 })).map(({ outcome }) => outcome),
    ["failed"],
  );
  mkdirSync(archive);
  const done = await process.pruner.prune(neverAborted);
  assert.deepEqual(done, { kind: "pruned", records: 5, requests: 1, others: 0, under: [7, 8] });
  const recorded = await process.store.audit.list({ code: "log.pruned", limit: 10 });
  const files = recorded.flatMap(({ details }) => (details.archive ?? []) as { file: string; sha256: string }[]);
  assert.equal(files.length, 2);
  for (const { file, sha256 } of files)
    assert.equal(`sha256:${hash("sha256", readFileSync(join(archive, file)), "hex")}`, sha256);
  assert.ok(isOnDisk(archive, word(77)) && !isOnDisk(place.data, word(77)) && !isOnDisk(place.data, word(1)));
  const [requests, records] = files;
  assert.equal(readFileSync(join(archive, records?.file ?? ""), "utf8"), before.map((line) => `${line}\n`).join(""));
  assert.equal((await process.store.requests.pruned(request.id))?.archive, requests?.file);
  const pruned = await process.lines();
  const whole = [];
  for await (const line of restored(pruned, archive)) whole.push(line);
  assert.deepEqual(whole.slice(0, 5), before);
  const file = join(archive, records?.file ?? "");
  writeFileSync(file, readFileSync(file, "utf8").replace("word-3", "word-4"));
  const doubtful = [];
  for await (const line of restored(pruned, archive)) doubtful.push(line);
  assert.deepEqual(doubtful.slice(0, 5), [...before.slice(0, 3), pruned[3], before[4]]);
});

test("what is alive is kept: open and young requests, living grants, due reviews, jobs to come, and all records of theirs", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start({ freezes: async () => new Set(["fz-1"]) });
  const old = { state: "done", createdAt: place.clock.now(), endedAt: place.clock.now() + 1 } as const;
  const young = { ...old, endedAt: place.clock.now() + 30 * dayMs };
  const setting = (id: string, change: Omit<SettingChange, "kind">) =>
    sampleRequest({
      ...{ ...old, id: requestId(id) },
      plan: { ...sampleRequest().plan, changes: [{ kind: "setting", ...change }] },
    });
  const requests = [
    sampleRequest({ ...old, id: requestId("1") }),
    sampleRequest({ ...old, id: requestId("2"), state: "pending", endedAt: null }),
    sampleRequest({ ...young, id: requestId("3") }),
    sampleRequest({ ...old, id: requestId("4") }),
    sampleRequest({ ...old, id: requestId("5") }),
    sampleRequest({ ...old, id: requestId("6") }),
    sampleRequest({ ...old, id: requestId("7") }),
    sampleRequest({ ...old, id: requestId("8") }),
    setting("a", { setting: "policy", before: null, after: { digest: "sha256:policy" } }),
    setting("b", { setting: "policy", before: null, after: { digest: "sha256:older" } }),
    setting("c", { setting: "freezes", item: "fz-1", before: null, after: { name: "fz-1" } }),
  ];
  const job = { id: "x", kind: "freeze-over", request: requestId("6"), dueAt: 9e15 } as const;
  await process.store.transact(async (tx) => {
    for (const request of requests) await tx.requests.insert(request);
    await tx.grants.insert(sampleGrant({ id: requestId("4"), state: "active" }));
    await tx.grants.insert(sampleGrant({ id: requestId("7"), state: "ended" }));
    await tx.reviews.insert(sampleReview("v1", { request: requestId("5") }));
    await tx.reviews.insert(sampleReview("v2", { request: requestId("8"), state: "ok" }));
    await tx.jobs.put(job);
    for (const { id } of requests) await tx.audit.append(sampleEvent({ request: id }));
  });
  await process.append([{ request: requestId("9") }, ...keptAlways]);
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{}]);
  const would = await process.pruner.wouldGo();
  const done = await process.pruner.prune(neverAborted);
  assert.ok(would.kind === "pruned" && done.kind === "pruned");
  assert.deepEqual([would.records, would.requests], [done.records, done.requests]);
  const { store } = process;
  const gone = [];
  for (const { id } of requests) if ((await store.requests.pruned(id)) !== null) gone.push(id);
  assert.deepEqual(gone, ["1", "7", "8", "b"].map(requestId));
  const left = (await process.lines()).flatMap((line, seq) => (prunedSeq(line) === null ? [] : [seq]));
  assert.deepEqual(
    left,
    [0, 6, 7, 9, 11, 16, 18],
    "of pruned and unknown requests, an older policy, a freeze that is over",
  );
  assert.equal(await store.grants.get(requestId("7")), null);
  assert.equal((await store.grants.get(requestId("4")))?.state, "active");
  assert.deepEqual(
    (await store.reviews.list({ limit: 9 })).map(({ id }) => id),
    ["v1"],
  );
  assert.equal(await store.requests.get(requestId("1")), null);
  assert.equal(await store.requests.count({}), 7);
  const again = { ...sampleRequest({ ...old, id: requestId("1") }), revision: 2 };
  assert.equal(
    await store.transact((tx) => tx.requests.replace(again, 1)),
    false,
    "who had it in hand brings nothing back",
  );
});

/** Records 12 to 18. */
const keptAlways: readonly Partial<AuditEvent>[] = [
  { code: "checkpoint.refused", outcome: "failed", details: { says: "no" } },
  { code: "setting.changed", details: { setting: "audit-log" } },
  { code: "policy.loaded", details: { policy: "sha256:policy" } },
  { code: "setting.changed", details: { setting: "freezes", item: "fz-1" } },
  { code: "policy.loaded", details: { policy: "sha256:older" } },
  { code: "log.pruned", outcome: "failed", details: { says: "Record 17 was altered." } },
  { code: "setting.changed", details: { setting: "freezes", item: "fz-2" } },
];
