// B13: pruning is a recorded, signed event; words go for good; every proof that was ever made stays valid; nothing alive goes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, isOnDisk, neverAborted, pruningPlace } from "./pruning-place.ts";

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
  assert.deepEqual(done, { kind: "pruned", records: 300, requests: 0, under: [301] });
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
  assert.deepEqual(await process.pruner.prune(neverAborted), { kind: "pruned", records: 0, requests: 0, under: [] });
  await process.stop();
  const next = await place.start();
  assert.equal(next.checkpointer.refusal(), null);
});
