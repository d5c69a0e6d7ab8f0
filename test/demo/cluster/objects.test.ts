// Creating, reading, replacing and listing objects as a real API server does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, at } from "../../../demo/cluster/json.ts";
import { DEPLOYMENTS, deployment, type Fixture, message, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const CONFIGMAPS = "/api/v1/namespaces/shop/configmaps";
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels: { set: "a" } },
  data,
});

test("a new object gets a uid, a version, a time, a generation and its defaults", async () => {
  const { code, body } = await on.ask("POST", DEPLOYMENTS, { body: deployment("fresh", "c:1") });
  assert.equal(code, 201);
  assert.match(String(at(body, "metadata", "uid")), /^[0-9a-f-]{36}$/);
  assert.match(String(at(body, "metadata", "resourceVersion")), /^\d+$/);
  assert.equal(at(body, "metadata", "creationTimestamp"), "2026-05-04T09:00:00Z");
  assert.equal(at(body, "metadata", "generation"), 1);
  assert.deepEqual(at(body, "spec", "strategy"), {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
  });
  assert.equal(at(body, "spec", "template", "spec", "containers", 0, "imagePullPolicy"), "IfNotPresent");
  assert.equal(at(body, "spec", "template", "spec", "terminationGracePeriodSeconds"), 30);
});

test("a second object of that name is refused with AlreadyExists", async () => {
  await on.ask("POST", CONFIGMAPS, { body: configMap("twice") });
  const again = await on.ask("POST", CONFIGMAPS, { body: configMap("twice") });
  assert.equal(again.code, 409);
  assert.equal(again.body.reason, "AlreadyExists");
  assert.equal(message(again), 'configmaps "twice" already exists');
});

test("generateName is completed with five characters", async () => {
  const { body } = await on.ask("POST", CONFIGMAPS, { body: { metadata: { generateName: "job-" } } });
  assert.match(String(at(body, "metadata", "name")), /^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test("a dry run answers the object and stores nothing", async () => {
  const dry = await on.ask("POST", `${CONFIGMAPS}?dryRun=All`, { body: configMap("dry") });
  assert.equal(dry.code, 201);
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/dry`)).code, 404);
});

test("what is not there is NotFound with its kind and name", async () => {
  const { body, code } = await on.ask("GET", `${DEPLOYMENTS}/nope`);
  assert.equal(code, 404);
  assert.deepEqual(body, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: 'deployments.apps "nope" not found',
    reason: "NotFound",
    details: { name: "nope", group: "apps", kind: "deployments" },
    code: 404,
  });
});

test("a replacement from an older version is a conflict", async () => {
  const made = await on.ask("POST", CONFIGMAPS, { body: configMap("raced", { a: "1" }) });
  on.cluster.objects.edit({ kind: "ConfigMap", namespace: "shop", name: "raced" }, { data: { a: "2" } });
  const stale = await on.ask("PUT", `${CONFIGMAPS}/raced`, { body: { ...made.body, data: { a: "3" } } });
  assert.equal(stale.code, 409);
  assert.equal(
    message(stale),
    'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test("an update that changes nothing keeps the version", async () => {
  const made = await on.ask("POST", CONFIGMAPS, { body: configMap("still", { a: "1" }) });
  const same = await on.ask("PUT", `${CONFIGMAPS}/still`, { body: made.body });
  assert.equal(at(same.body, "metadata", "resourceVersion"), at(made.body, "metadata", "resourceVersion"));
});

test("lists come in pages whose items are those of the first page's moment", async () => {
  for (const name of ["page-1", "page-2", "page-3"])
    await on.ask("POST", CONFIGMAPS, { body: { ...configMap(name), metadata: { name, labels: { set: "pages" } } } });
  const first = await on.ask("GET", `${CONFIGMAPS}?labelSelector=set%3Dpages&limit=2`);
  await on.ask("POST", CONFIGMAPS, {
    body: { ...configMap("page-4"), metadata: { name: "page-4", labels: { set: "pages" } } },
  });
  const token = String(at(first.body, "metadata", "continue"));
  const rest = await on.ask("GET", `${CONFIGMAPS}?labelSelector=set%3Dpages&limit=2&continue=${token}`);
  const names = [first, rest].map((page) => asObjects(page.body.items).map((item) => at(item, "metadata", "name")));
  assert.deepEqual(names, [["page-1", "page-2"], ["page-3"]]);
  assert.equal(at(rest.body, "metadata", "resourceVersion"), at(first.body, "metadata", "resourceVersion"));
});

test("a continue token from before the compaction is 410 Expired", async () => {
  const first = await on.ask("GET", `${CONFIGMAPS}?limit=1`);
  on.cluster.objects.edit({ kind: "Namespace", name: "shop" }, { metadata: { labels: { changed: "yes" } } });
  on.cluster.expireVersions();
  const rest = await on.ask("GET", `${CONFIGMAPS}?limit=1&continue=${String(at(first.body, "metadata", "continue"))}`);
  assert.equal(rest.code, 410);
  assert.equal(rest.body.reason, "Expired");
});

test("label selectors take sets, existence and their opposites", async () => {
  const names = async (selector: string): Promise<readonly unknown[]> => {
    const { body } = await on.ask("GET", `${CONFIGMAPS}?labelSelector=${encodeURIComponent(selector)}`);
    return asObjects(body.items)
      .map((item) => at(item, "metadata", "name"))
      .filter((name) => String(name).startsWith("sel-"));
  };
  for (const [name, labels] of [
    ["sel-a", { tier: "web" }],
    ["sel-b", { tier: "db", gold: "yes" }],
  ] as const)
    await on.ask("POST", CONFIGMAPS, { body: { metadata: { name, labels } } });
  assert.deepEqual(await names("tier in (web, db)"), ["sel-a", "sel-b"]);
  assert.deepEqual(await names("tier notin (web),gold"), ["sel-b"]);
  assert.deepEqual(await names("tier,!gold"), ["sel-a"]);
  assert.deepEqual(await names("tier!=web,gold=yes"), ["sel-b"]);
});

test("a field selector the kind does not have is refused", async () => {
  const { code, body } = await on.ask("GET", "/api/v1/pods?fieldSelector=spec.color%3Dred");
  assert.equal(code, 400);
  assert.equal(body.message, "field label not supported: spec.color");
});

test("fields that the type does not have are a warning, and refused when strict", async () => {
  const body = deployment("typo", "c:1", { replica: 3 });
  const lenient = await on.ask("POST", `${DEPLOYMENTS}?dryRun=All`, { body });
  assert.equal(lenient.code, 201);
  assert.equal(lenient.headers.get("warning"), '299 - "unknown field \\"spec.replica\\""');
  const strict = await on.ask("POST", `${DEPLOYMENTS}?fieldValidation=Strict`, { body });
  assert.equal(strict.code, 400);
  assert.equal(
    message(strict),
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
  );
});

test("a key that stands twice is refused when strict", async () => {
  const text = JSON.stringify(deployment("double", "c:1")).replace('"replicas":2', '"replicas":2,"replicas":3');
  const strict = await on.ask("POST", `${DEPLOYMENTS}?fieldValidation=Strict`, { body: text });
  assert.equal(
    message(strict),
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: duplicate field "spec.replicas"',
  );
});

test("everything wrong with an object is said at once, a cause for each field", async () => {
  const { code, body } = await on.ask("POST", DEPLOYMENTS, {
    body: deployment("Bad_Name", "", {
      replicas: -1,
      template: { metadata: { labels: { app: "other" } }, spec: { containers: [{ name: "c" }] } },
    }),
  });
  assert.equal(code, 422);
  assert.deepEqual(
    asObjects(at(body, "details", "causes")).map((cause) => cause.field),
    ["metadata.name", "spec.replicas", "spec.template.metadata.labels", "spec.template.spec.containers[0].image"],
  );
});

test("a secret's texts are stored as base64 only", async () => {
  const { body } = await on.ask("POST", "/api/v1/namespaces/shop/secrets", {
    body: { metadata: { name: "s" }, stringData: { key: "value" } },
  });
  assert.deepEqual(body.data, { key: "dmFsdWU=" });
  assert.equal(body.stringData, undefined);
});

test("kubectl's tables have its columns", async () => {
  const { body } = await on.ask("GET", `${DEPLOYMENTS}/fresh`, {
    headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" },
  });
  assert.deepEqual(
    asObjects(body.columnDefinitions)
      .filter((column) => column.priority === 0)
      .map((column) => column.name),
    ["Name", "Ready", "Up-to-date", "Available", "Age"],
  );
});

test("metadata alone can be asked for", async () => {
  const { body } = await on.ask("GET", DEPLOYMENTS, {
    headers: { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" },
  });
  assert.equal(body.kind, "PartialObjectMetadataList");
  assert.equal(at(body, "items", 0, "spec"), undefined);
});
