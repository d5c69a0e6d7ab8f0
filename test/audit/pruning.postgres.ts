// Pruning on PostgreSQL: the same rules through its one lane, by several at once too, and a pruned store that moves there.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "../cli/capture.ts";
import { configText } from "../cli/config.ts";
import { freshDatabase, sql, storeAt } from "../postgres/fresh.ts";
import { requestId, sampleRequest, temporaryDirectory } from "../store/samples.ts";
import { dayMs, neverAborted, type PruningPlace, pruningPlace } from "./pruning-place.ts";

const word = (index: number) => `word-${index}-${"x".repeat(40)}`;

/** 250 old records and an old request, then a young record. */
async function grownOld(place: PruningPlace) {
  const process = await place.start();
  const request = sampleRequest({ state: "done", endedAt: place.clock.now(), reason: word(999) });
  await process.store.transact((tx) => tx.requests.insert(request));
  await process.append(
    Array.from({ length: 250 }, (_, index) => ({ details: { says: word(index) }, request: requestId("1") })),
  );
  place.clock.set(place.clock.now() + 31 * dayMs);
  await process.append([{ details: { says: "young" } }]);
  return process;
}

test("old words go from the rows, under a record that the key signed, and the log verifies", async (t) => {
  const url = await freshDatabase(t);
  const process = await grownOld(pruningPlace(t, ({ directory, clock }) => storeAt(t, url, { directory, clock })));
  const done = await process.pruner.prune(neverAborted);
  assert.deepEqual(done, { kind: "pruned", records: 250, requests: 1, others: 0, under: [251, 252] });
  const held = async (table: string) => sql(url, `SELECT * FROM ${table} WHERE ${table}::text LIKE '%word-%'`);
  assert.deepEqual([await held("audit"), await held("requests")], [[], []]);
  const verdict = await process.verdict();
  assert.deepEqual([verdict.ok, verdict.pruned], [true, 250], verdict.says);
  assert.deepEqual(await process.pruner.prune(neverAborted), {
    kind: "pruned",
    records: 0,
    requests: 0,
    others: 0,
    under: [],
  });
});

test("two that prune at once, since one was taken for dead, take nothing twice away that is not recorded", async (t) => {
  const url = await freshDatabase(t);
  const place = pruningPlace(t, ({ directory, clock }) => storeAt(t, url, { directory, clock }));
  const one = await grownOld(place);
  const two = await place.start();
  await Promise.allSettled([one.pruner.prune(neverAborted), two.pruner.prune(neverAborted)]);
  await two.pruner.prune(neverAborted);
  const verdict = await two.verdict();
  assert.deepEqual([verdict.ok, verdict.pruned], [true, 250], verdict.says);
  assert.deepEqual(await two.store.prunings.unfinished(), []);
  const third = await place.start();
  assert.equal(third.checkpointer.refusal(), null);
});

test("a store with pruned records moves, and its log is the same there", async (t) => {
  const place = pruningPlace(t);
  const process = await grownOld(place);
  await process.pruner.prune(neverAborted);
  const lines = await process.lines();
  await process.stop();
  const file = join(temporaryDirectory(t), "c.yaml");
  writeFileSync(file, configText({ dataDirectory: place.data, checkpoints: place.outside }));
  const env = { DATABASE_URL: await freshDatabase(t) };
  const moved = await runCli(["move", "--config", file], env);
  assert.equal(moved.code, 0, moved.err);
  assert.match(moved.out, /3 records are whole and 250 were pruned under record 252/);
  const rows = await sql(env.DATABASE_URL, "SELECT line FROM audit ORDER BY seq");
  assert.deepEqual(
    rows.map(({ line }) => line),
    lines,
  );
  const verified = await runCli(["audit", "verify", "--config", file], env);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /250 were pruned/);
  const copy = await storeAt(t, env.DATABASE_URL, { directory: place.data, clock: place.clock });
  assert.equal((await copy.requests.pruned(requestId("1")))?.record, 251);
});
