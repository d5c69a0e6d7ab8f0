// Server-side apply: who owns which field, what is removed, and what is refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { DEPLOYMENTS, deployment, type Fixture, imageOf, MIME, message, type Reply, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const apply = (name: string, manager: string, body: JsonObject, query = ""): Promise<Reply> =>
  on.ask("PATCH", `${DEPLOYMENTS}/${name}?fieldManager=${manager}${query}`, { body, type: MIME.apply });

const IMAGE = '.spec.template.spec.containers[name="c"].image';

test("the first apply creates, and the manager owns exactly what it said", async () => {
  const { code, body } = await apply("first", "bot", deployment("first", "c:1"));
  assert.equal(code, 201);
  assert.deepEqual(at(body, "metadata", "managedFields"), [
    {
      manager: "bot",
      operation: "Apply",
      apiVersion: "apps/v1",
      time: "2026-05-04T09:00:00Z",
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:template": {
            "f:metadata": { "f:labels": { "f:app": {} } },
            "f:spec": { "f:containers": { 'k:{"name":"c"}': { ".": {}, "f:image": {}, "f:name": {} } } },
          },
        },
      },
    },
  ]);
});

test("a field that somebody else owns is a conflict that names it", async () => {
  await on.ask("POST", `${DEPLOYMENTS}?fieldManager=kubectl`, { body: deployment("taken", "c:1") });
  const { code, body } = await apply("taken", "bot", deployment("taken", "c:2"));
  assert.equal(code, 409);
  assert.equal(body.message, `Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: ${IMAGE}`);
  assert.deepEqual(at(body, "details", "causes"), [
    { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using apps/v1', field: IMAGE },
  ]);
});

test("conflicts with several managers are listed manager by manager", async () => {
  await apply("several", "bot", deployment("several", "c:1"));
  on.cluster.objects.edit(
    { kind: "Deployment", namespace: "shop", name: "several" },
    { spec: { replicas: 4 } },
    "scaler",
  );
  const { body } = await apply("several", "other", deployment("several", "c:2", { replicas: 6 }));
  assert.equal(
    body.message,
    `Apply failed with 2 conflicts: conflicts with "bot":\n- ${IMAGE}\nconflicts with "scaler" using apps/v1:\n- .spec.replicas`,
  );
});

test("force takes the field over", async () => {
  await apply("forced", "one", deployment("forced", "c:1"));
  const { code, body } = await apply("forced", "two", deployment("forced", "c:2"), "&force=true");
  assert.equal(code, 200);
  assert.equal(imageOf(body), "c:2");
  const entry = asObjects(at(body, "metadata", "managedFields")).find((one) => one.manager === "one");
  assert.equal(
    at(entry, "fieldsV1", "f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"c"}', "f:image"),
    undefined,
  );
});

test("the same value is shared without a conflict", async () => {
  await apply("shared", "one", deployment("shared", "c:1"));
  assert.equal((await apply("shared", "two", deployment("shared", "c:1"))).code, 200);
});

test("what a manager no longer says is removed, what others own stays", async () => {
  const full = deployment("shrunk", "c:1");
  const withLabels = { ...full, metadata: { name: "shrunk", labels: { mine: "yes", ours: "yes" } } };
  await apply("shrunk", "one", withLabels);
  await apply("shrunk", "two", { ...full, metadata: { name: "shrunk", labels: { ours: "yes" } } });
  const { body } = await apply("shrunk", "one", full);
  assert.deepEqual(at(body, "metadata", "labels"), { ours: "yes" });
});

test("a container that a manager no longer lists goes, those of others stay", async () => {
  const containers = (...names: readonly string[]): JsonObject => {
    const base = deployment("sidecars", "c:1");
    const list = names.map((name) => ({ name, image: `${name}:1` }));
    return {
      ...base,
      spec: {
        ...(base.spec as JsonObject),
        template: { metadata: { labels: { app: "sidecars" } }, spec: { containers: list } },
      },
    };
  };
  await apply("sidecars", "one", containers("c", "proxy"));
  await on.patch(`${DEPLOYMENTS}/sidecars?fieldManager=injector`, "strategic", {
    spec: { template: { spec: { containers: [{ name: "agent", image: "agent:1" }] } } },
  });
  const { body } = await apply("sidecars", "one", containers("c"));
  assert.deepEqual(
    asObjects(at(body, "spec", "template", "spec", "containers"))
      .map((one) => one.name)
      .sort(),
    ["agent", "c"],
  );
});

test("after an undo by patch the next apply conflicts with its own name's updates", async () => {
  await apply("undone", "bot", deployment("undone", "c:2"));
  await on.patch(`${DEPLOYMENTS}/undone?fieldManager=bot`, "json", [
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: "c:1" },
  ]);
  const reply = await apply("undone", "bot", deployment("undone", "c:2"));
  assert.equal(reply.code, 409);
  assert.equal(message(reply), `Apply failed with 1 conflict: conflict with "bot" using apps/v1: ${IMAGE}`);
});

test("a stale version in the manifest is a conflict", async () => {
  const first = await apply("versioned", "bot", deployment("versioned", "c:1"));
  on.cluster.objects.edit(
    { kind: "Deployment", namespace: "shop", name: "versioned" },
    { metadata: { labels: { a: "b" } } },
  );
  const next = deployment("versioned", "c:2");
  const stale = {
    ...next,
    metadata: { ...(next.metadata as JsonObject), resourceVersion: at(first.body, "metadata", "resourceVersion") },
  };
  assert.equal((await apply("versioned", "bot", stale)).code, 409);
});

test("a uid in the manifest is a conflict when the object is gone, and invalid when it is another", async () => {
  const withUid = (name: string) => ({
    ...deployment(name, "c:1"),
    metadata: { name, uid: "6b8d8a4e-0000-4000-9000-000000000000" },
  });
  const gone = await apply("gone", "bot", withUid("gone"));
  assert.equal(gone.code, 409);
  assert.match(
    String(message(gone)),
    /uid mismatch: the provided object specified uid 6b8d8a4e-.*, and no existing object was found/,
  );
  await apply("again", "bot", deployment("again", "c:1"));
  const other = await apply("again", "bot", withUid("again"));
  assert.equal(other.code, 422);
  assert.match(String(message(other)), /metadata\.uid: Invalid value: .*: field is immutable/);
});

test("a dry run shows the merged object and changes nothing", async () => {
  await apply("dry", "bot", deployment("dry", "c:1"));
  const dry = await apply("dry", "bot", deployment("dry", "c:2"), "&dryRun=All");
  assert.equal(imageOf(dry.body), "c:2");
  assert.equal(imageOf((await on.ask("GET", `${DEPLOYMENTS}/dry`)).body), "c:1");
});

test("an apply that changes nothing keeps the version", async () => {
  const first = await apply("calm", "bot", deployment("calm", "c:1"));
  const again = await apply("calm", "bot", deployment("calm", "c:1"));
  assert.equal(at(again.body, "metadata", "resourceVersion"), at(first.body, "metadata", "resourceVersion"));
});

test("a field nobody declared, and an apply without a manager, are refused", async () => {
  const unknown = await apply("odd", "bot", deployment("odd", "c:1", { color: "red" }));
  assert.equal(unknown.code, 500);
  assert.equal(
    message(unknown),
    "failed to create typed patch object (shop/odd; apps/v1, Kind=Deployment): .spec.color: field not declared in schema",
  );
  const nameless = await on.ask("PATCH", `${DEPLOYMENTS}/odd`, { body: deployment("odd", "c:1"), type: MIME.apply });
  assert.equal(
    message(nameless),
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  );
});

test("the manifest may be YAML", async () => {
  const body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: b\n";
  const { code } = await on.ask("PATCH", "/api/v1/namespaces/shop/configmaps/yaml?fieldManager=bot", {
    body,
    type: MIME.apply,
  });
  assert.equal(code, 201);
});
