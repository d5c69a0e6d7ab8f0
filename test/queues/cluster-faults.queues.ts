// A node of a Redis Cluster killed, with the queue's keys or without, under load.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { until } from "../contracts/jobs.ts";
import { ask } from "./ask-redis.ts";
import { queuedBed, redisSource } from "./beds.ts";
import { hearing, hintsFlow } from "./heard.ts";
import { loadOn } from "./load.ts";
import { startCluster } from "./redis-cluster.ts";

const prefix = "ours";

async function scene(t: TestContext) {
  const cluster = await startCluster();
  t.after(() => cluster.stop());
  const hints = hearing(redisSource(cluster.url, prefix));
  const bed = await queuedBed(t, hints.source);
  const load = loadOn(bed);
  const jobs = [await bed.start({ handlers: load.handlers }), await bed.start({ handlers: load.handlers })];
  await load.put(20);
  await load.allDoneOnce();
  assert.notEqual(hints.heard.size, 0, "jobs are hinted at");
  const owner = await cluster.ownerOf(`{${prefix}}`);
  const all = (kind: "away" | "ready"): Promise<void> =>
    until(`it is said to be ${kind}`, () => jobs.every((one) => one.queue().kind === kind));
  return { cluster, hints, load, owner, all };
}

test("a node is killed, with the queue's keys or without: it is said to be away, nothing is lost, and hints flow when it is back", async (t) => {
  const { cluster, hints, load, owner, all } = await scene(t);
  const other = cluster.nodes.find((node) => node !== owner);
  assert.ok(other);
  for (const { port } of cluster.nodes) {
    const keys = (await ask(`redis://127.0.0.1:${port}`, "KEYS", "*")) as readonly string[];
    assert.equal(keys.length > 0, port === owner.port, "all keys lie together");
    assert.deepEqual(
      keys.filter((key) => !key.startsWith(`{${prefix}}:`)),
      [],
    );
  }
  for (const [which, node] of [
    ["with the keys", owner],
    ["another", other],
  ] as const) {
    await load.put(20);
    await node.kill();
    await load.put(20);
    await all("away");
    await load.put(20);
    await load.allDoneOnce();
    await node.start();
    const ms = await hintsFlow(load, hints);
    t.diagnostic(`${which}: hints flow again ${ms} ms after it is back`);
    await load.allDoneOnce();
    await all("ready");
  }
});
