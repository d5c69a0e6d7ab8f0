// The demo's cluster: what a newcomer finds, and that it goes on where it stopped.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type SampleCluster, startSampleCluster } from "../../../demo/cluster/cluster.ts";
import { asObjects, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { DEMO_BROKEN_IMAGES, demoTokens, seedDemo } from "../../../demo/cluster/seed/demo.ts";
import { GOOD_CHECKOUT } from "../../../demo/cluster/seed/shop.ts";
import { START_MS } from "./fixture.ts";

const REVISION = "deployment.kubernetes.io/revision";
const folder = mkdtempSync(join(tmpdir(), "sample-cluster-"));
const start = (): Promise<SampleCluster> =>
  startSampleCluster({
    clock: { kind: "stepped", startMs: START_MS },
    tokens: demoTokens((user) => user),
    seed: seedDemo,
    brokenImages: DEMO_BROKEN_IMAGES,
    dataFile: join(folder, "cluster.json"),
  });

let cluster: SampleCluster;
before(async () => {
  cluster = await start();
  cluster.advance(30_000);
});
after(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

const where = { kind: "Deployment", namespace: "shop", name: "checkout" };
const checkout = (): JsonObject => cluster.objects.get(where) ?? {};
const sets = () =>
  cluster.objects.list("ReplicaSet", "shop").filter((set) => set.metadata.name.startsWith("checkout-"));

test("checkout is at revision 42, crashing, while revision 41 still serves", () => {
  assert.equal(at(checkout(), "metadata", "annotations", REVISION), "42");
  assert.equal(at(checkout(), "status", "availableReplicas"), 3);
  const waiting = cluster.objects
    .list("Pod", "shop")
    .flatMap((pod) =>
      asObjects(at(pod, "status", "containerStatuses")).map((one) => at(one, "state", "waiting", "reason")),
    );
  assert.equal(waiting.filter((reason) => reason === "CrashLoopBackOff").length, 2);
  assert.deepEqual(
    sets()
      .map((set) => set.metadata.annotations?.[REVISION])
      .sort(),
    ["39", "40", "41", "42"],
  );
});

test("everything else is healthy", () => {
  for (const kind of ["Deployment", "StatefulSet"])
    for (const object of cluster.objects.list(kind))
      if (object.metadata.name !== "checkout")
        assert.equal(at(object, "status", "readyReplicas"), at(object, "spec", "replicas"), object.metadata.name);
  const agent = cluster.objects.get({ kind: "DaemonSet", namespace: "monitoring", name: "node-agent" });
  assert.equal(at(agent, "status", "numberReady"), 3);
});

test("a cluster that is stopped and started again has what it had", async () => {
  const uid = at(checkout(), "metadata", "uid");
  await cluster.stop();
  cluster = await start();
  assert.equal(at(checkout(), "metadata", "uid"), uid);
  cluster.advance(30_000);
  assert.equal(at(checkout(), "metadata", "annotations", REVISION), "42");
  assert.equal(at(checkout(), "status", "availableReplicas"), 3);
});

test("back to the image of revision 41, checkout recovers as revision 43", () => {
  const good = at(
    sets().find((set) => set.metadata.annotations?.[REVISION] === "41"),
    "spec",
    "template",
    "spec",
    "containers",
  );
  cluster.objects.edit(where, { spec: { template: { spec: { containers: good } } } });
  cluster.advance(30_000);
  assert.equal(at(checkout(), "spec", "template", "spec", "containers", 0, "image"), GOOD_CHECKOUT);
  assert.equal(at(checkout(), "metadata", "annotations", REVISION), "43");
  assert.equal(at(checkout(), "status", "availableReplicas"), 4);
});
