// The caches over watches that break in every way: they go on, and say when they are not live.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Overview } from "../../../src/core/ports/clusters.ts";
import { eventually } from "../../support/hand-clock.ts";
import { feed, openScriptedAdapter, type ScriptedAdapter } from "../../support/scripted-adapter.ts";
import { sendJson, status } from "../../support/scripted-cluster.ts";

let at: ScriptedAdapter;
beforeEach(async () => {
  at = await openScriptedAdapter();
});
afterEach(async () => await at.close());

const pod = (name: string, resourceVersion: string, phase = "Running"): JsonObject => ({
  metadata: { name, namespace: "shop", uid: name, resourceVersion, creationTimestamp: "2025-12-31T00:00:00Z" },
  status: { phase, conditions: [{ type: "Ready", status: phase === "Running" ? "True" : "False" }] },
});

function playPods(items: () => readonly JsonObject[]): {
  readonly lists: () => number;
  readonly watches: ServerResponse[];
  readonly from: string[];
} {
  const watches: ServerResponse[] = [];
  const from: string[] = [];
  let lists = 0;
  at.server.script((heard, response) => {
    if (heard.path !== "/api/v1/pods") return false;
    if (heard.query.get("watch") !== "true") {
      lists += 1;
      return sendJson(response, 200, { metadata: { resourceVersion: String(lists * 100) }, items: items() as never });
    }
    from.push(heard.query.get("resourceVersion") ?? "");
    watches.push(response);
    response.writeHead(200).flushHeaders();
    return true;
  });
  return { lists: () => lists, watches, from };
}

const overview = (): Overview => {
  const seen = at.cluster.overview({ kind: "cluster" });
  assert.ok(seen !== null);
  return seen;
};
test("a cache follows its watch, goes on from the last version after a drop, and says when it is not live", async () => {
  const pods = playPods(() => [pod("a", "5")]);
  assert.equal(at.cluster.overview({ kind: "cluster" }), null);
  at.clusters.start();
  await at.clusters.whenWarm();
  await eventually(() => pods.watches.length === 1);
  feed(pods.watches[0], "ADDED", pod("b", "101"));
  feed(pods.watches[0], "MODIFIED", pod("a", "102", "Failed"));
  feed(pods.watches[0], "BOOKMARK", { metadata: { resourceVersion: "150" } });
  await eventually(() => overview().pods.failed === 1);
  assert.deepEqual(overview().pods, { total: 2, ready: 1, pending: 0, failed: 1 });
  assert.deepEqual(
    overview().troubled.map((one) => one.name),
    ["a"],
  );
  feed(pods.watches[0], "DELETED", pod("a", "160"));
  await eventually(() => overview().pods.total === 1);
  pods.watches[0]?.destroy();
  await eventually(() => !overview().live);
  assert.equal(overview().pods.total, 1);
  at.clock.advance(500);
  await eventually(() => pods.watches.length === 2 && overview().live);
  assert.deepEqual(pods.from, ["100", "160"]);
  assert.equal(pods.lists(), 1);
});

test("after 410 the list is read again, and what it does not name is gone", async () => {
  let items = [pod("a", "5"), pod("b", "6")];
  const pods = playPods(() => items);
  at.clusters.start();
  await at.clusters.whenWarm();
  await eventually(() => pods.watches.length === 1);
  items = [pod("b", "6")];
  feed(pods.watches[0], "ERROR", status(410, "Expired", "too old resource version"));
  await eventually(() => at.clock.waits.includes(250));
  at.clock.advance(500);
  await eventually(() => overview().pods.total === 1);
  assert.equal(pods.lists(), 2);
});

for (const [code, headers, least] of [
  [429, { "retry-after": "7" }, 7_000],
  [401, {}, 250],
] as const) {
  test(`a watch answered with ${code} is tried again, not before ${least} ms`, async () => {
    const pods = playPods(() => [pod("a", "5")]);
    let refusing = true;
    at.server.script((heard, response) => {
      const isWatch = heard.path === "/api/v1/pods" && heard.query.get("watch") === "true";
      return isWatch && refusing && sendJson(response, code, status(code, "X", "x"), headers);
    });
    at.clusters.start();
    await at.clusters.whenWarm();
    await eventually(() => !overview().live);
    await eventually(() => at.clock.waits.some((ms) => ms >= least && ms < least + 500));
    refusing = false;
    at.clock.advance(least - 1);
    assert.equal(pods.watches.length, 0);
    at.clock.advance(1_000);
    await eventually(() => pods.watches.length === 1 && overview().live);
    assert.equal(pods.lists(), 1);
  });
}

test("a watch that falls silent is taken for dead", async () => {
  const pods = playPods(() => [pod("a", "5")]);
  at.clusters.start();
  await at.clusters.whenWarm();
  await eventually(() => pods.watches.length === 1 && at.clock.waits.filter((ms) => ms === 150_000).length === 5);
  at.clock.advance(150_000);
  await eventually(() => !overview().live);
  at.clock.advance(500);
  await eventually(() => pods.watches.length === 2 && overview().live);
});

test("a cluster that cannot be reached at first becomes warm when it can", async () => {
  let down = true;
  at.server.script((heard, response) => down && heard.path === "/api" && response.destroy() !== undefined);
  at.clusters.start();
  await eventually(() => at.clock.waits.includes(250));
  down = false;
  at.clock.advance(500);
  await at.clusters.whenWarm();
  assert.equal(overview().pods.total, 0);
});
test("a list comes page by page, and begins again when its next page is no longer known", async () => {
  const asked: string[] = [];
  let expired = true;
  at.server.script((heard, response) => {
    if (heard.path !== "/api/v1/pods" || heard.query.get("watch") === "true") return false;
    const page = heard.query.get("continue") ?? "";
    asked.push(page);
    if (page === "") return sendJson(response, 200, { metadata: { continue: "two" }, items: [pod("a", "5")] });
    if (expired) {
      expired = false;
      return sendJson(response, 410, status(410, "Expired", "the provided continue parameter is too old"));
    }
    return sendJson(response, 200, { metadata: { resourceVersion: "9" }, items: [pod("b", "6")] });
  });
  at.clusters.start();
  await eventually(() => at.clock.waits.includes(250));
  at.clock.advance(500);
  await at.clusters.whenWarm();
  assert.deepEqual(asked, ["", "two", "", "two"]);
  assert.equal(overview().pods.total, 2);
});

test("a refusal of a watch whose body hangs is given up, and tried again", async () => {
  const pods = playPods(() => [pod("a", "5")]);
  let hanging = true;
  at.server.script((heard, response) => {
    if (!hanging || heard.path !== "/api/v1/pods" || heard.query.get("watch") !== "true") return false;
    hanging = false;
    response.writeHead(500).write("{");
    return true;
  });
  at.clusters.start();
  await at.clusters.whenWarm();
  await eventually(() => !hanging && at.clock.waits.includes(10_000) && at.clock.waits.length === 5);
  at.clock.advance(10_000);
  await eventually(() => !overview().live);
  at.clock.advance(500);
  await eventually(() => pods.watches.length === 1 && overview().live);
});

test("a bot that may not list nodes still knows workloads and pods", async () => {
  playPods(() => [pod("a", "5")]);
  at.server.script(
    (heard, response) => heard.path === "/api/v1/nodes" && sendJson(response, 403, status(403, "Forbidden", "no")),
  );
  at.clusters.start();
  await at.clusters.whenWarm();
  assert.deepEqual([overview().nodes, overview().pods.total, overview().live], [{ ready: 0, total: 0 }, 1, true]);
});
