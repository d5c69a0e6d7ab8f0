// Which cluster it is: asked of the cluster once, and a missing right is named.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { systemClock } from "../../../src/clock.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { openClusters } from "../../../src/integrations/kubernetes/clusters.ts";
import { sendJson, startScriptedCluster, status } from "../../support/scripted-cluster.ts";

test("a refusal names the right that is missing and is not kept; the uid is, once it is known", async (t) => {
  const sample = await startScriptedCluster();
  const clusters = await openClusters({
    clusters: [sample.config],
    clock: systemClock,
    random: randomBytes,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    version: "0.0.0",
    secretTagKey: Buffer.alloc(32, 3),
  });
  t.after(async () => {
    await clusters.close();
    await sample.close();
  });
  const path = "/api/v1/namespaces/kube-system";
  const cluster = clusters.get("staging");
  assert.ok(cluster !== null);
  sample.script((heard, response) =>
    heard.path === path ? sendJson(response, 403, status(403, "Forbidden", "no")) : false,
  );
  const refused = await cluster.identity();
  assert.ok(isRefusal(refused));
  assert.equal(refused.code, "cluster-forbids");
  assert.match(`${refused.message} ${refused.hint}`, /get the namespace kube-system.*Grant.*get on namespaces/);
  sample.script((heard, response) =>
    heard.path === path ? sendJson(response, 200, { kind: "Namespace", metadata: { uid: "u-1" } }) : false,
  );
  assert.equal(await cluster.identity(), "u-1");
  assert.equal(await cluster.identity(), "u-1");
  assert.equal(sample.heard.filter((heard) => heard.path === path).length, 2);
});
