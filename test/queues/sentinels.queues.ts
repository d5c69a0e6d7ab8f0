// A Sentinel failover under a running queue: the master killed, or hanging with the sentinel beside it.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { until } from "../contracts/jobs.ts";
import { queuedBed, redisSource } from "./beds.ts";
import { hearing, hintsFlow } from "./heard.ts";
import { loadOn } from "./load.ts";
import { startSentinelGroup } from "./sentinel-group.ts";

async function scene(t: TestContext) {
  const group = await startSentinelGroup(t);
  const hints = hearing(redisSource(group.url));
  const bed = await queuedBed(t, hints.source);
  const load = loadOn(bed);
  const jobs = [await bed.start({ handlers: load.handlers }), await bed.start({ handlers: load.handlers })];
  await load.put(20);
  await load.allDoneOnce();
  assert.notEqual(hints.heard.size, 0, "jobs are hinted at");
  const failedOver = (): Promise<void> =>
    until("the replica is promoted", async () => (await group.roleOf(group.replica)) === "master");
  const allReady = (): Promise<void> =>
    until("it is said to be there", () => jobs.every((one) => one.queue().kind === "ready"));
  return { group, hints, load, failedOver, allReady };
}

test("the master is killed under load: the replica is promoted, nothing is lost, and hints flow again", async (t) => {
  const { group, hints, load, failedOver, allReady } = await scene(t);
  await load.put(20);
  const began = performance.now();
  await group.master.kill();
  await load.put(20);
  await failedOver();
  t.diagnostic(`promoted after ${Math.round(performance.now() - began)} ms`);
  await hintsFlow(load, hints);
  t.diagnostic(`hints flow again ${Math.round(performance.now() - began)} ms after the kill`);
  await load.put(20);
  await load.allDoneOnce();
  await allReady();
  await group.master.start();
  await until("the old master is a replica", async () => (await group.roleOf(group.master)) === "slave");
  await hintsFlow(load, hints);
  await load.allDoneOnce();
});

test("the master hangs, and the first sentinel with it: their connections are given up, and hints flow again", async (t) => {
  const { group, hints, load, failedOver, allReady } = await scene(t);
  await load.put(20);
  const began = performance.now();
  await Promise.all([group.master.hang(), group.sentinels[0]?.hang()]);
  await load.put(20);
  await failedOver();
  t.diagnostic(`promoted after ${Math.round(performance.now() - began)} ms`);
  await hintsFlow(load, hints);
  t.diagnostic(`hints flow again ${Math.round(performance.now() - began)} ms after it hung`);
  await load.put(20);
  await load.allDoneOnce();
  await allReady();
});
