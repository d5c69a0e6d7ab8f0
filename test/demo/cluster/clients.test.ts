// Real clients: @kubernetes/client-node, and what discovery tells them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  Metrics,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from "@kubernetes/client-node";
import { asObjects, at } from "../../../demo/cluster/json.ts";
import { type Fixture, startFixture } from "./fixture.ts";

let on: Fixture;
let config: KubeConfig;
before(async () => {
  on = await startFixture();
  config = new KubeConfig();
  config.loadFromString(JSON.stringify(on.cluster.kubeconfig("admin")));
});
after(() => on.cluster.stop());

const manifest = (image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "typed" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "typed" } },
    template: { metadata: { labels: { app: "typed" } }, spec: { containers: [{ name: "c", image }] } },
  },
});

test("the typed client creates, applies, reads and deletes", async () => {
  const apps = config.makeApiClient(AppsV1Api);
  await apps.createNamespacedDeployment({ namespace: "shop", body: manifest("c:1") });
  on.cluster.advance(2000);
  const read = await apps.readNamespacedDeployment({ namespace: "shop", name: "typed" });
  assert.equal(read.status?.availableReplicas, 2);
  const applied = await apps.patchNamespacedDeployment(
    { namespace: "shop", name: "typed", body: manifest("c:2"), fieldManager: "bot", force: true },
    setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
  );
  assert.equal(applied.spec?.template.spec?.containers[0]?.image, "c:2");
  const scale = await apps.readNamespacedDeploymentScale({ namespace: "shop", name: "typed" });
  assert.equal(scale.spec?.replicas, 2);
  const pods = await config
    .makeApiClient(CoreV1Api)
    .listNamespacedPod({ namespace: "shop", labelSelector: "app=typed" });
  assert.equal(pods.items.length, 2);
  await apps.deleteNamespacedDeployment({ namespace: "shop", name: "typed" });
  await assert.rejects(apps.readNamespacedDeployment({ namespace: "shop", name: "typed" }), /404/);
});

test("its watch gets events", async () => {
  const first = Promise.withResolvers<string>();
  const done = Promise.withResolvers<void>();
  const onEvent = (type: string, object: { metadata: { name: string } }): void => {
    if (object.metadata.name === "watched") first.resolve(type);
  };
  await new Watch(config).watch("/api/v1/namespaces/shop/configmaps", {}, onEvent, () => done.resolve());
  on.cluster.objects.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "watched", namespace: "shop" } });
  assert.equal(await first.promise, "ADDED");
  on.cluster.closeWatches();
  await done.promise;
});

test("its metrics and access reviews work", async () => {
  assert.equal((await new Metrics(config).getNodeMetrics()).items.length, 3);
  const body = { spec: { resourceAttributes: { verb: "get", resource: "pods" } } };
  const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body });
  assert.equal(review.status?.allowed, true);
});

test("discovery lists groups, versions and resources in both forms", async () => {
  const names = asObjects((await on.ask("GET", "/apis")).body.groups).map((group) => group.name);
  for (const name of ["apps", "batch", "autoscaling", "policy", "metrics.k8s.io", "rbac.authorization.k8s.io"])
    assert.ok(names.includes(name), name);
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const all = await on.ask("GET", "/apis", { headers: { accept } });
  assert.deepEqual([all.body.kind, all.headers.get("content-type")], ["APIGroupDiscoveryList", accept]);
  const version = await on.ask("GET", "/version");
  assert.deepEqual([version.body.major, version.body.minor], ["1", "36"]);
  assert.equal((await on.ask("GET", "/readyz")).text, "ok");
  assert.equal((await on.ask("GET", "/apis/nope/v1/things")).code, 404);
});

test("an event is one object with two faces", async () => {
  const events = "/api/v1/namespaces/shop/events";
  const involvedObject = { kind: "Pod", name: "p", namespace: "shop" };
  await on.ask("POST", events, {
    body: { metadata: { name: "e" }, involvedObject, reason: "Why", message: "what", count: 2 },
  });
  const { body } = await on.ask("GET", "/apis/events.k8s.io/v1/namespaces/shop/events/e");
  assert.deepEqual([at(body, "regarding", "name"), body.note, body.deprecatedCount], ["p", "what", 2]);
  const found = await on.ask("GET", `${events}?fieldSelector=involvedObject.kind%3DPod,involvedObject.name%3Dp`);
  assert.equal(asObjects(found.body.items).length, 1);
});
