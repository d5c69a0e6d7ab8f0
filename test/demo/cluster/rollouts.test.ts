// Deployments, StatefulSets, DaemonSets and Jobs progress as the real controllers make them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, asString, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { deployment, type Fixture, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture({ brokenImages: ["c:broken"] });
});
after(() => on.cluster.stop());

const put = (manifest: JsonObject): void => void on.cluster.objects.put(manifest);
const get = (kind: string, name: string): JsonObject => on.cluster.objects.get({ kind, namespace: "shop", name }) ?? {};
const setImage = (kind: string, name: string, image: string): void =>
  void on.cluster.objects.edit(
    { kind, namespace: "shop", name },
    { spec: { template: { spec: { containers: [{ name: "c", image }] } } } },
  );
const condition = (name: string, type: string): JsonObject | undefined =>
  asObjects(at(get("Deployment", name), "status", "conditions")).find((one) => one.type === type);
const sets = (name: string): readonly JsonObject[] =>
  on.cluster.objects.list("ReplicaSet", "shop").filter((set) => set.metadata.name.startsWith(`${name}-`));
const pods = (name: string): readonly JsonObject[] =>
  on.cluster.objects.list("Pod", "shop").filter((pod) => pod.metadata.name.startsWith(`${name}-`));
const events = (name: string): readonly string[] =>
  on.cluster.objects
    .list("/events", "shop")
    .filter((event) => at(event, "involvedObject", "name") === name)
    .map((event) => asString(event.message));

test("a new Deployment becomes available once its pods are ready", () => {
  put(deployment("web", "c:1", { replicas: 3 }));
  on.cluster.advance(0);
  assert.equal(condition("web", "Available")?.reason, "MinimumReplicasUnavailable");
  assert.equal(pods("web").length, 3);
  on.cluster.advance(1000);
  const status = get("Deployment", "web").status as JsonObject;
  assert.deepEqual(
    [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas],
    [3, 3, 3, 3],
  );
  assert.equal(condition("web", "Available")?.message, "Deployment has minimum availability.");
  assert.equal(condition("web", "Progressing")?.reason, "NewReplicaSetAvailable");
  assert.match(
    asString(condition("web", "Progressing")?.message),
    /^ReplicaSet "web-[a-z0-9]+" has successfully progressed\.$/,
  );
});

test("a rollout never has fewer pods ready than allowed nor more than it may", () => {
  put(deployment("steady", "c:1", { replicas: 4 }));
  on.cluster.advance(2000);
  setImage("Deployment", "steady", "c:2");
  for (let step = 0; step < 60; step += 1) {
    on.cluster.advance(100);
    assert.ok(Number(at(get("Deployment", "steady"), "status", "availableReplicas")) >= 3);
    assert.ok(pods("steady").filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined).length <= 5);
  }
  assert.equal(at(get("Deployment", "steady"), "status", "updatedReplicas"), 4);
  assert.deepEqual(
    sets("steady")
      .map((set) => at(set, "spec", "replicas"))
      .sort(),
    [0, 4],
  );
});

test("revisions are counted, and a template that returns gets a new number", () => {
  put(deployment("versions", "c:1"));
  on.cluster.advance(3000);
  for (const image of ["c:2", "c:1"]) {
    setImage("Deployment", "versions", image);
    on.cluster.advance(5000);
  }
  const revisions = sets("versions").map((set) =>
    at(set, "metadata", "annotations", "deployment.kubernetes.io/revision"),
  );
  assert.deepEqual(revisions.sort(), ["2", "3"]);
  assert.equal(at(get("Deployment", "versions"), "metadata", "annotations", "deployment.kubernetes.io/revision"), "3");
  const returned = sets("versions").find((set) => at(set, "spec", "replicas") === 2);
  assert.equal(at(returned, "metadata", "annotations", "deployment.kubernetes.io/revision-history"), "1");
});

test("a broken release stalls, keeps the old pods serving and passes its deadline", () => {
  put(deployment("stuck", "c:1", { replicas: 4, progressDeadlineSeconds: 60 }));
  on.cluster.advance(3000);
  setImage("Deployment", "stuck", "c:broken");
  on.cluster.advance(30_000);
  assert.equal(at(get("Deployment", "stuck"), "status", "availableReplicas"), 3);
  assert.equal(condition("stuck", "Progressing")?.status, "True");
  on.cluster.advance(60_000);
  assert.equal(condition("stuck", "Progressing")?.reason, "ProgressDeadlineExceeded");
  assert.match(
    asString(condition("stuck", "Progressing")?.message),
    /^ReplicaSet "stuck-[a-z0-9]+" has timed out progressing\.$/,
  );
});

test("a paused Deployment makes no new pods until it is resumed", () => {
  put(deployment("paused", "c:1"));
  on.cluster.advance(3000);
  on.cluster.objects.edit({ kind: "Deployment", namespace: "shop", name: "paused" }, { spec: { paused: true } });
  setImage("Deployment", "paused", "c:2");
  on.cluster.advance(5000);
  assert.equal(sets("paused").length, 1);
  assert.equal(condition("paused", "Progressing")?.reason, "DeploymentPaused");
  on.cluster.objects.edit({ kind: "Deployment", namespace: "shop", name: "paused" }, { spec: { paused: false } });
  on.cluster.advance(5000);
  assert.equal(at(get("Deployment", "paused"), "status", "updatedReplicas"), 2);
});

test("a Recreate rollout ends the old pods first", () => {
  put(deployment("recreate", "c:1", { strategy: { type: "Recreate" } }));
  on.cluster.advance(3000);
  setImage("Deployment", "recreate", "c:2");
  on.cluster.advance(0);
  assert.equal(sets("recreate").length, 1);
  on.cluster.advance(5000);
  assert.equal(at(get("Deployment", "recreate"), "status", "availableReplicas"), 2);
});

test("scaling is recorded with the numbers", () => {
  put(deployment("sized", "c:1"));
  on.cluster.advance(2000);
  on.cluster.objects.edit({ kind: "Deployment", namespace: "shop", name: "sized" }, { spec: { replicas: 5 } });
  on.cluster.advance(2000);
  const name = at(sets("sized")[0], "metadata", "name");
  assert.deepEqual(events("sized"), [
    `Scaled up replica set ${name} from 0 to 2`,
    `Scaled up replica set ${name} from 2 to 5`,
  ]);
});

test("old ReplicaSets beyond revisionHistoryLimit are deleted", () => {
  put(deployment("trimmed", "c:1", { revisionHistoryLimit: 1 }));
  on.cluster.advance(3000);
  for (const image of ["c:2", "c:3", "c:4"]) {
    setImage("Deployment", "trimmed", image);
    on.cluster.advance(5000);
  }
  assert.equal(sets("trimmed").length, 2);
});

const template = (name: string): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "c", image: "c:1" }] },
});

test("a StatefulSet makes its pods in order and updates them from the last", () => {
  put({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "shop" },
    spec: { serviceName: "db", replicas: 3, selector: { matchLabels: { app: "db" } }, template: template("db") },
  });
  on.cluster.advance(500);
  assert.deepEqual(
    pods("db").map((pod) => at(pod, "metadata", "name")),
    ["db-0"],
  );
  on.cluster.advance(5000);
  assert.deepEqual(
    pods("db").map((pod) => at(pod, "metadata", "name")),
    ["db-0", "db-1", "db-2"],
  );
  setImage("StatefulSet", "db", "c:2");
  on.cluster.advance(700);
  const images = pods("db").map((pod) => at(pod, "spec", "containers", 0, "image"));
  assert.deepEqual(images, ["c:1", "c:1", "c:2"]);
  assert.notEqual(
    at(get("StatefulSet", "db"), "status", "currentRevision"),
    at(get("StatefulSet", "db"), "status", "updateRevision"),
  );
  on.cluster.advance(10_000);
  assert.equal(
    at(get("StatefulSet", "db"), "status", "currentRevision"),
    at(get("StatefulSet", "db"), "status", "updateRevision"),
  );
  assert.deepEqual(
    on.cluster.objects
      .list("ControllerRevision", "shop")
      .filter((one) => one.metadata.name.startsWith("db-"))
      .map((one) => one.revision)
      .sort(),
    [1, 2],
  );
});

test("a partition holds the pods below it back", () => {
  put({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "part", namespace: "shop" },
    spec: {
      replicas: 3,
      updateStrategy: { rollingUpdate: { partition: 2 } },
      selector: { matchLabels: { app: "part" } },
      template: template("part"),
    },
  });
  on.cluster.advance(8000);
  setImage("StatefulSet", "part", "c:2");
  on.cluster.advance(8000);
  assert.deepEqual(
    pods("part").map((pod) => at(pod, "spec", "containers", 0, "image")),
    ["c:1", "c:1", "c:2"],
  );
});

test("a DaemonSet runs one pod on every node and replaces them one at a time", () => {
  put({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace: "shop" },
    spec: { selector: { matchLabels: { app: "agent" } }, template: template("agent") },
  });
  on.cluster.advance(3000);
  assert.deepEqual(
    pods("agent")
      .map((pod) => at(pod, "spec", "nodeName"))
      .sort(),
    ["node-1", "node-2", "node-3"],
  );
  setImage("DaemonSet", "agent", "c:2");
  for (let step = 0; step < 50; step += 1) {
    on.cluster.advance(100);
    assert.ok(Number(at(get("DaemonSet", "agent"), "status", "numberReady") ?? 0) >= 2);
  }
  on.cluster.advance(5000);
  assert.equal(at(get("DaemonSet", "agent"), "status", "updatedNumberScheduled"), 3);
});

test("a Job completes once its pod has succeeded", () => {
  put({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "once", namespace: "shop" },
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "c:1" }] } } },
  });
  on.cluster.advance(5000);
  const job = get("Job", "once");
  assert.equal(at(job, "status", "succeeded"), 1);
  assert.deepEqual(
    asObjects(at(job, "status", "conditions")).map((one) => one.type),
    ["SuccessCriteriaMet", "Complete"],
  );
});

test("a Job fails once its pods have failed too often", () => {
  put({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "never", namespace: "shop" },
    spec: {
      backoffLimit: 1,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "c:broken" }] } },
    },
  });
  on.cluster.advance(10_000);
  assert.equal(at(get("Job", "never"), "status", "failed"), 2);
  assert.equal(asObjects(at(get("Job", "never"), "status", "conditions")).at(-1)?.reason, "BackoffLimitExceeded");
});
