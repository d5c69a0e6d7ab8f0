// CustomResourceDefinitions: their kinds are served, checked, defaulted, applied and scaled.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, at, type JsonObject } from "../../../demo/cluster/json.ts";
import { type Fixture, MIME, message, type Reply, startFixture } from "./fixture.ts";

const PARTS = {
  type: "array",
  items: { type: "object", properties: { name: { type: "string" }, count: { type: "integer" } } },
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name"],
};
const FREE = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const SPEC = {
  type: "object",
  required: ["color"],
  properties: {
    color: { type: "string", enum: ["red", "blue"] },
    size: { type: "integer", minimum: 0, default: 1 },
    parts: PARTS,
    free: FREE,
  },
};
const VERSION = {
  name: "v1",
  served: true,
  storage: true,
  subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
  schema: { openAPIV3Schema: { type: "object", required: ["spec"], properties: { spec: SPEC, status: FREE } } },
};
const DEFINITION: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.acme.example" },
  spec: {
    group: "acme.example",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget" },
    versions: [VERSION],
  },
};

let on: Fixture;
before(async () => {
  on = await startFixture();
  await on.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: DEFINITION });
  on.cluster.advance(0);
  await on.ask("POST", PATH, { body: widget("one", { color: "red" }) });
});
after(() => on.cluster.stop());

const PATH = "/apis/acme.example/v1/namespaces/shop/widgets";
const widget = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: "acme.example/v1",
  kind: "Widget",
  metadata: { name },
  spec,
});

test("a definition is established and its kind is discovered and served", async () => {
  const definition = on.cluster.objects.get({ kind: "CustomResourceDefinition", name: "widgets.acme.example" });
  assert.deepEqual(
    asObjects(at(definition, "status", "conditions")).map((one) => one.type),
    ["NamesAccepted", "Established"],
  );
  const { body } = await on.ask("GET", "/apis/acme.example/v1");
  assert.deepEqual(
    asObjects(body.resources).map((one) => one.name),
    ["widgets", "widgets/status", "widgets/scale"],
  );
  assert.equal(at((await on.ask("GET", `${PATH}/one`)).body, "spec", "size"), 1, "the schema's default");
});

test("what the schema does not allow is refused, what it does not name is dropped", async () => {
  const wrong = await on.ask("POST", PATH, { body: widget("wrong", { color: "green", size: -1 }) });
  assert.equal(wrong.code, 422);
  assert.match(String(message(wrong)), /spec\.color: Unsupported value: "green": supported values: "blue", "red"/);
  const extra = await on.ask("POST", PATH, {
    body: widget("extra", { color: "red", nope: 1, free: { any: "thing" } }),
  });
  assert.deepEqual(extra.body.spec, { color: "red", free: { any: "thing" }, size: 1 });
  const strict = await on.ask("POST", `${PATH}?fieldValidation=Strict`, {
    body: widget("strict", { color: "red", nope: 1 }),
  });
  assert.match(String(message(strict)), /unknown field "spec\.nope"/);
});

test("apply knows the list keys of the schema", async () => {
  const apply = (manager: string, parts: readonly JsonObject[]): Promise<Reply> =>
    on.ask("PATCH", `${PATH}/applied?fieldManager=${manager}`, {
      body: widget("applied", { color: "red", parts: [...parts] }),
      type: MIME.apply,
    });
  await apply("one", [{ name: "a", count: 1 }]);
  const { body } = await apply("two", [{ name: "b", count: 2 }]);
  assert.deepEqual(at(body, "spec", "parts"), [
    { name: "a", count: 1 },
    { name: "b", count: 2 },
  ]);
  const conflict = await apply("two", [{ name: "a", count: 3 }]);
  assert.equal(at(conflict.body, "details", "causes", 0, "field"), '.spec.parts[name="a"].count');
});

test("a strategic merge patch is refused, as custom resources have no merge keys", async () => {
  assert.equal((await on.patch(`${PATH}/one`, "strategic", { spec: { color: "blue" } })).code, 415);
});

test("the status is written through its endpoint only", async () => {
  const ignored = await on.patch(`${PATH}/one`, "merge", { status: { size: 5 } });
  assert.equal(ignored.body.status, undefined);
  const written = await on.patch(`${PATH}/one/status`, "merge", { status: { size: 5 } });
  assert.deepEqual(written.body.status, { size: 5 });
});

test("scale finds its numbers where the definition says", async () => {
  const { body } = await on.patch(`${PATH}/one/scale`, "merge", { spec: { replicas: 4 } });
  assert.deepEqual([at(body, "spec", "replicas"), at(body, "status", "replicas")], [4, 5]);
  assert.equal(at((await on.ask("GET", `${PATH}/one`)).body, "spec", "size"), 4);
});
