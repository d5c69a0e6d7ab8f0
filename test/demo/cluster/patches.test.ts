// The four kinds of patch, and what each refuses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asObjects, at } from "../../../demo/cluster/json.ts";
import { DEPLOYMENTS, deployment, type Fixture, imageOf, message, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const make = async (name: string): Promise<string> => {
  await on.ask("POST", DEPLOYMENTS, { body: deployment(name, "c:1") });
  return `${DEPLOYMENTS}/${name}`;
};

test("a JSON patch applies its operations in order", async () => {
  const path = await make("json");
  const { code, body } = await on.patch(path, "json", [
    { op: "test", path: "/spec/replicas", value: 2 },
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: "c:2" },
    { op: "add", path: "/metadata/annotations", value: { "a/b": "c" } },
  ]);
  assert.equal(code, 200);
  assert.equal(imageOf(body), "c:2");
  assert.deepEqual(at(body, "metadata", "annotations"), { "a/b": "c" });
});

test("a JSON patch whose test fails is 422 Invalid and changes nothing", async () => {
  const path = await make("tested");
  const { code, body } = await on.patch(path, "json", [
    { op: "replace", path: "/spec/replicas", value: 9 },
    { op: "test", path: "/metadata/resourceVersion", value: "1" },
  ]);
  assert.equal(code, 422);
  assert.equal(body.reason, "Invalid");
  assert.equal(body.message, "the server rejected our request due to an error in our request");
  assert.equal(at((await on.ask("GET", path)).body, "spec", "replicas"), 2);
});

test("a merge patch removes what is null and replaces lists", async () => {
  const path = await make("merged");
  const { body } = await on.patch(path, "merge", {
    spec: { replicas: null, template: { spec: { containers: [{ name: "other", image: "o:1" }] } } },
  });
  assert.equal(at(body, "spec", "replicas"), 1, "the default comes back");
  assert.deepEqual(
    asObjects(at(body, "spec", "template", "spec", "containers")).map((one) => one.name),
    ["other"],
  );
});

test("a strategic merge patch knows containers and variables by name", async () => {
  const path = await make("strategic");
  await on.patch(path, "strategic", {
    spec: {
      template: {
        spec: {
          containers: [
            { name: "c", env: [{ name: "A", value: "1" }] },
            { name: "side", image: "s:1" },
          ],
        },
      },
    },
  });
  const { body } = await on.patch(path, "strategic", {
    spec: {
      template: {
        spec: {
          containers: [
            { name: "c", env: [{ name: "A", value: "2" }] },
            { name: "side", $patch: "delete" },
          ],
        },
      },
    },
  });
  const containers = asObjects(at(body, "spec", "template", "spec", "containers"));
  assert.deepEqual(
    containers.map((one) => one.name),
    ["c"],
  );
  assert.deepEqual(containers[0]?.env, [{ name: "A", value: "2" }]);
  assert.equal(containers[0]?.image, "c:1");
});

test("a template with $patch: replace is taken as it stands, as a rollback sends it", async () => {
  const path = await make("replaced");
  await on.patch(path, "strategic", { spec: { template: { metadata: { annotations: { extra: "yes" } } } } });
  const template = { ...(deployment("replaced", "c:7").spec as { template: object }).template, $patch: "replace" };
  const { body } = await on.patch(path, "strategic", { spec: { template } });
  assert.equal(imageOf(body), "c:7");
  assert.equal(at(body, "spec", "template", "metadata", "annotations"), undefined);
});

test("what may not change is named in the refusal", async () => {
  const path = await make("fixed");
  const { code, body } = await on.patch(path, "merge", {
    spec: { selector: { matchLabels: { app: "fixed", more: "x" } } },
  });
  assert.equal(code, 422);
  assert.deepEqual(
    asObjects(at(body, "details", "causes")).map((cause) => cause.field),
    ["spec.template.metadata.labels", "spec.selector"],
  );
  assert.match(String(body.message), /spec\.selector: Invalid value: .*: field is immutable/);
});

test("a patch of no known kind is 415", async () => {
  const path = await make("media");
  const reply = await on.ask("PATCH", path, { body: {}, type: "text/plain" });
  assert.equal(reply.code, 415);
  assert.equal(message(reply), "415: Unsupported Media Type");
});

test("a change of the spec counts a generation, a change of the status does not", async () => {
  const path = await make("counted");
  const spec = await on.patch(path, "merge", { spec: { replicas: 3 } });
  assert.equal(at(spec.body, "metadata", "generation"), 2);
  const label = await on.patch(path, "merge", { metadata: { labels: { a: "b" } } });
  assert.equal(at(label.body, "metadata", "generation"), 2);
  const status = await on.patch(`${path}/status`, "merge", { status: { replicas: 1 }, spec: { replicas: 9 } });
  assert.equal(at(status.body, "metadata", "generation"), 2);
  assert.equal(at(status.body, "spec", "replicas"), 3, "the status endpoint changes no spec");
});

test("scaling writes the replicas, checks the version and knows its owner", async () => {
  const path = await make("scaled");
  const scale = await on.ask("GET", `${path}/scale`);
  assert.equal(at(scale.body, "spec", "replicas"), 2);
  const done = await on.ask("PUT", `${path}/scale?fieldManager=resizer`, {
    body: { ...scale.body, spec: { replicas: 5 } },
  });
  assert.equal(at(done.body, "spec", "replicas"), 5);
  const stale = await on.ask("PUT", `${path}/scale`, { body: { ...scale.body, spec: { replicas: 6 } } });
  assert.equal(stale.code, 409);
  const { body } = await on.ask("GET", path);
  const entry = asObjects(at(body, "metadata", "managedFields")).find((one) => one.manager === "resizer");
  assert.deepEqual(entry?.fieldsV1, { "f:spec": { "f:replicas": {} } });
  assert.equal(entry?.subresource, "scale");
});
