// Pods: how they start, crash, write logs, are evicted and end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, asString, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { deployment, type Fixture, message, type Reply, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture({
    brokenImages: ["c:broken"],
    imageTrouble: { "c:missing": "missing", "c:unready": "unready", "c:oom": "oom" },
  });
});
after(() => on.cluster.stop());

const PODS = "/api/v1/namespaces/shop/pods";
const podsOf = (name: string): readonly JsonObject[] =>
  on.cluster.objects.list("Pod", "shop").filter((pod) => pod.metadata.labels?.app === name);
const nameOf = (pod: JsonObject | undefined): string => asString(at(pod, "metadata", "name"));
const container = (name: string): JsonObject | undefined =>
  asObjects(at(podsOf(name)[0], "status", "containerStatuses"))[0];
const reasons = (name: string): readonly string[] =>
  on.cluster.objects
    .list("/events", "shop")
    .filter((event) => at(event, "involvedObject", "name") === name)
    .map((event) => asString(event.reason));

function run(name: string, image: string, replicas = 1): void {
  on.cluster.objects.put(deployment(name, image, { replicas }));
  on.cluster.advance(0);
}

test("a pod is scheduled, pulls, starts and becomes ready, with an event for each", () => {
  run("good", "c:1");
  assert.equal(at(container("good"), "state", "waiting", "reason"), "ContainerCreating");
  on.cluster.advance(1000);
  assert.equal(at(podsOf("good")[0], "status", "phase"), "Running");
  assert.equal(container("good")?.ready, true);
  assert.deepEqual([...reasons(nameOf(podsOf("good")[0]))].sort(), [
    "Created",
    "Pulled",
    "Pulling",
    "Scheduled",
    "Started",
  ]);
});

test("a broken image crash-loops: restarts, the last end, the back-off and its event", () => {
  run("crash", "c:broken");
  on.cluster.advance(5000);
  assert.equal(at(container("crash"), "state", "waiting", "reason"), "CrashLoopBackOff");
  const waiting = asString(at(container("crash"), "state", "waiting", "message"));
  assert.match(waiting, /^back-off 10s restarting failed container=c pod=crash-.*_shop\([0-9a-f-]+\)$/);
  assert.equal(at(container("crash"), "lastState", "terminated", "exitCode"), 1);
  on.cluster.advance(60_000);
  assert.ok(Number(container("crash")?.restartCount) >= 3);
  assert.ok(reasons(nameOf(podsOf("crash")[0])).includes("BackOff"));
});

test("a container that takes too much memory ends with 137 OOMKilled", () => {
  run("oom", "c:oom");
  on.cluster.advance(5000);
  const last = at(container("oom"), "lastState", "terminated");
  assert.deepEqual([at(last, "reason"), at(last, "exitCode")], ["OOMKilled", 137]);
});

test("an image that is not there waits in ErrImagePull and ImagePullBackOff", () => {
  run("missing", "c:missing");
  on.cluster.advance(400);
  assert.equal(at(container("missing"), "state", "waiting", "reason"), "ErrImagePull");
  on.cluster.advance(400);
  assert.equal(at(container("missing"), "state", "waiting", "reason"), "ImagePullBackOff");
  assert.equal(at(podsOf("missing")[0], "status", "phase"), "Pending");
});

test("a pod whose probe fails runs but is not ready, and says Unhealthy", () => {
  run("unready", "c:unready");
  on.cluster.advance(15_000);
  assert.equal(at(podsOf("unready")[0], "status", "phase"), "Running");
  assert.equal(container("unready")?.ready, false);
  assert.ok(reasons(nameOf(podsOf("unready")[0])).includes("Unhealthy"));
});

test("a pod that fits no node says why", () => {
  const template = {
    metadata: { labels: { app: "picky" } },
    spec: { nodeSelector: { disk: "fast" }, containers: [{ name: "c", image: "c:1" }] },
  };
  on.cluster.objects.put(deployment("picky", "c:1", { replicas: 1, template }));
  on.cluster.advance(0);
  const scheduled = asObjects(at(podsOf("picky")[0], "status", "conditions")).find(
    (one) => one.type === "PodScheduled",
  );
  assert.equal(scheduled?.reason, "Unschedulable");
  assert.match(
    asString(scheduled?.message),
    /^0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector/,
  );
});

test("logs are cut by lines, bytes and time, and carry times when asked", async () => {
  run("talk", "c:1");
  on.cluster.advance(1000);
  const name = nameOf(podsOf("talk")[0]);
  for (const text of ["one", "two", "three"]) {
    on.cluster.writeLog({ namespace: "shop", name, container: "c" }, text);
    on.cluster.advance(1000);
  }
  const log = async (query: string): Promise<string> => (await on.ask("GET", `${PODS}/${name}/log?${query}`)).text;
  assert.equal(await log("tailLines=2"), "two\nthree\n");
  assert.equal(await log("tailLines=1&limitBytes=3"), "thr");
  assert.match(await log("tailLines=1&timestamps=true"), /^2026-05-04T\d\d:\d\d:\d\d\.\d{9}Z three\n$/);
  assert.equal(await log("sinceSeconds=2"), "two\nthree\n");
  assert.match(
    message(await on.ask("GET", `${PODS}/${name}/log?tailLines=-1`)) as string,
    /tailLines: Invalid value: -1/,
  );
});

test("the log of a crashed run can be read as the previous one", async () => {
  const previous = await on.ask("GET", `${PODS}/${nameOf(podsOf("crash")[0])}/log?previous=true`);
  assert.match(previous.text, /panic: capabilities/);
  const good = nameOf(podsOf("good")[0]);
  const none = await on.ask("GET", `${PODS}/${good}/log?previous=true`);
  assert.equal(message(none), `previous terminated container "c" in pod "${good}" not found`);
});

test("a log that is followed goes on with what is written", async () => {
  const name = nameOf(podsOf("talk")[0]);
  const url = `${on.cluster.url}${PODS}/${name}/log?follow=true&tailLines=0`;
  const response = await fetch(url, { headers: { authorization: "Bearer admin" } });
  on.cluster.writeLog({ namespace: "shop", name, container: "c" }, "fresh");
  const reader = response.body?.getReader();
  const part = await reader?.read();
  assert.equal(Buffer.from(part?.value ?? []).toString(), "fresh\n");
  await reader?.cancel();
});

test("an eviction that a disruption budget forbids is 429 with the cause", async () => {
  run("guarded", "c:1", 2);
  const spec = { minAvailable: 1, selector: { matchLabels: { app: "guarded" } } };
  on.cluster.objects.put({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "guarded", namespace: "shop" },
    spec,
  });
  on.cluster.advance(2000);
  const evict = (pod: JsonObject | undefined): Promise<Reply> =>
    on.ask("POST", `${PODS}/${nameOf(pod)}/eviction`, {
      body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: nameOf(pod) } },
    });
  const [first, second] = podsOf("guarded");
  assert.equal((await evict(first)).code, 201);
  const refused = await evict(second);
  assert.equal(refused.code, 429);
  assert.equal(message(refused), "Cannot evict pod as it would violate the pod's disruption budget.");
  assert.equal(at(refused.body, "details", "causes", 0, "reason"), "DisruptionBudget");
});

test("a deleted pod is Terminating for a while, then replaced", () => {
  const name = nameOf(podsOf("good")[0]);
  on.cluster.objects.delete({ kind: "Pod", namespace: "shop", name });
  assert.equal(
    on.cluster.objects.get({ kind: "Pod", namespace: "shop", name })?.metadata.deletionGracePeriodSeconds,
    30,
  );
  on.cluster.advance(2000);
  assert.equal(on.cluster.objects.get({ kind: "Pod", namespace: "shop", name }), undefined);
  assert.equal(podsOf("good").length, 1);
});

test("a service's endpoints are its ready pods", () => {
  const spec = { selector: { app: "good" }, ports: [{ port: 80 }] };
  on.cluster.objects.put({ apiVersion: "v1", kind: "Service", metadata: { name: "good", namespace: "shop" }, spec });
  on.cluster.advance(2000);
  const endpoints = on.cluster.objects.get({ kind: "Endpoints", namespace: "shop", name: "good" });
  assert.equal(at(endpoints, "subsets", 0, "addresses", 0, "targetRef", "name"), nameOf(podsOf("good")[0]));
});

test("metrics are there for running pods and for nodes", async () => {
  const pods = await on.ask("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dgood");
  assert.match(String(at(pods.body, "items", 0, "containers", 0, "usage", "cpu")), /^\d+n$/);
  assert.equal(asObjects((await on.ask("GET", "/apis/metrics.k8s.io/v1beta1/nodes")).body.items).length, 3);
});
