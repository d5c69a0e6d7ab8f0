// Following one object: over broken watches, never to another object of its name, never longer than asked.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { eventually } from "../../support/hand-clock.ts";
import { checkout, feed, never, openScriptedAdapter, type ScriptedAdapter } from "../../support/scripted-adapter.ts";
import { sendJson } from "../../support/scripted-cluster.ts";

let at: ScriptedAdapter;
beforeEach(async () => {
  at = await openScriptedAdapter();
});
afterEach(async () => await at.close());

const deployment = (uid: string, available: number): JsonObject => ({
  kind: "Deployment",
  metadata: { name: "checkout", namespace: "shop", uid, resourceVersion: "9", generation: 1 },
  spec: { replicas: 2 },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available },
});

function playCheckout(item: JsonObject): ServerResponse[] {
  const watches: ServerResponse[] = [];
  at.server.script((heard, response) => {
    if (heard.query.get("fieldSelector") !== "metadata.name=checkout") return false;
    if (heard.query.get("watch") !== "true") {
      return sendJson(response, 200, { metadata: { resourceVersion: "9" }, items: [item] });
    }
    watches.push(response);
    response.writeHead(200).flushHeaders();
    return true;
  });
  return watches;
}

test("a rollout is followed over a dropped watch to its end, with kubectl's sentences", async () => {
  const watches = playCheckout(deployment("u1", 0));
  const told: string[] = [];
  const following = at.cluster.follow({ kind: "rollout", object: checkout }, new AbortController().signal, (step) =>
    told.push(step.says),
  );
  await eventually(() => watches.length === 1);
  watches[0]?.destroy();
  await eventually(() => at.clock.waits.includes(250));
  at.clock.advance(500);
  await eventually(() => watches.length === 2);
  feed(watches[1], "MODIFIED", deployment("u1", 1));
  feed(watches[1], "MODIFIED", deployment("u1", 2));
  const outcome = await following;
  assert.deepEqual(outcome, { kind: "reached", says: 'deployment "checkout" successfully rolled out' });
  const waits = 'Waiting for deployment "checkout" rollout to finish:';
  assert.deepEqual(told, [
    `${waits} 0 of 2 updated replicas are available...`,
    `${waits} 1 of 2 updated replicas are available...`,
    'deployment "checkout" successfully rolled out',
  ]);
});

test("a deleted or recreated object is never followed", async () => {
  const watches = playCheckout(deployment("u2", 2));
  const goal = { kind: "rollout", object: checkout } as const;
  const other = await at.cluster.follow(goal, never, () => undefined);
  assert.ok(other.kind === "failed" && other.says.includes("another object"));
  const following = at.cluster.follow({ ...goal, object: { ...checkout, uid: "" } }, never, () => undefined);
  assert.equal((await following).kind, "reached");
  const gone = playCheckout(deployment("u1", 1));
  const watching = at.cluster.follow(goal, never, () => undefined);
  await eventually(() => gone.length === 1);
  feed(gone[0], "DELETED", deployment("u1", 1));
  assert.deepEqual(await watching, { kind: "failed", says: "checkout was deleted." });
  assert.equal(watches.length, 0);
});

test("following ends when the caller has waited long enough", async () => {
  const watches = playCheckout(deployment("u1", 1));
  const stop = new AbortController();
  const following = at.cluster.follow({ kind: "rollout", object: checkout }, stop.signal, () => undefined);
  await eventually(() => watches.length === 1);
  stop.abort();
  assert.equal((await following).kind, "aborted");
});
