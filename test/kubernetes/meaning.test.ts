// Meaning, differences and redaction: what counts, what is shown, what never leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { fieldDifferences } from "../../src/kubernetes/diff.ts";
import { meaningOf, sameMeaning } from "../../src/kubernetes/normalise.ts";
import { redactObject, tagSecret } from "../../src/kubernetes/redact.ts";
import { textDiff } from "../../src/kubernetes/text-diff.ts";
import { visible } from "../../src/kubernetes/visible.ts";
import { yamlText } from "../../src/kubernetes/yaml-text.ts";

const key = Buffer.alloc(32, 7);

const served: JsonObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "c",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    generation: 2,
    creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [],
    annotations: { "countersign.dev/request": "r-1234567", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
  },
  data: { a: "1" },
  status: { phase: "x" },
};

test("status, managed fields and version fields mean nothing", () => {
  const meaning = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "shop" }, data: { a: "1" } };
  assert.deepEqual(meaningOf(served), meaning);
  assert.ok(sameMeaning(served, meaning));
});

test("other annotations and a change of data mean something", () => {
  assert.ok(!sameMeaning(served, { ...served, data: { a: "2" } }));
  assert.ok(
    !sameMeaning(served, { ...served, metadata: { name: "c", namespace: "shop", annotations: { team: "x" } } }),
  );
});

const pod = (image: string, env: Json = []): JsonObject => ({
  spec: {
    template: {
      spec: {
        containers: [
          { name: "proxy", image: "p:1" },
          { name: "app", image, env },
        ],
      },
    },
  },
});

test("an image is named by its container, not by its place in the list", () => {
  assert.deepEqual(fieldDifferences(pod("a:1"), pod("a:2")), [
    { path: "spec.template.spec.containers[app].image", before: "a:1", after: "a:2" },
  ]);
});

test("the order of a list map is a difference of its own, since order means something", () => {
  const one = pod("a", [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ]);
  const other = pod("a", [
    { name: "B", value: "2" },
    { name: "A", value: "1" },
  ]);
  assert.deepEqual(fieldDifferences(one, other), [
    { path: "spec.template.spec.containers[app].env (order)", before: ["A", "B"], after: ["B", "A"] },
  ]);
});

test("items that share a key are compared by place, so that none hides another", () => {
  const one = pod("a", [
    { name: "A", value: "1" },
    { name: "A", value: "2" },
  ]);
  const other = pod("a", [
    { name: "A", value: "1" },
    { name: "A", value: "3" },
  ]);
  assert.deepEqual(
    fieldDifferences(one, other).map((found) => found.path),
    ["spec.template.spec.containers[app].env[1].value"],
  );
});

test("the same port under two protocols is two ports", () => {
  const service = (port: number): JsonObject => ({
    spec: {
      ports: [
        { port: 53, protocol: "TCP", targetPort: port },
        { port: 53, protocol: "UDP", targetPort: 53 },
      ],
    },
  });
  assert.deepEqual(
    fieldDifferences(service(53), service(54)).map((found) => found.path),
    ["spec.ports[53].targetPort"],
  );
});

test("law: there are no differences exactly when both are the same JSON", () => {
  const item = fc.record({ name: fc.constantFrom("a", "b", "c"), value: fc.constantFrom("1", "2") });
  const tree = fc.record({
    env: fc.array(item, { maxLength: 4 }),
    ports: fc.array(fc.integer({ min: 1, max: 3 })),
    x: fc.jsonValue(),
  });
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const one = a as unknown as JsonObject;
      const other = b as unknown as JsonObject;
      assert.equal(fieldDifferences(one, other).length === 0, yamlKey(one) === yamlKey(other));
      assert.deepEqual(fieldDifferences(one, one), []);
    }),
  );
});

/** Canonical enough for the law: JSON with sorted keys. */
function yamlKey(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}

test("control, bidi and zero-width characters are shown as escapes", () => {
  assert.equal(visible("a\u202Eb\u200Bc\u001B[31m\r\n"), "a\\u202Eb\\u200Bc\\u001B[31m\\r\\n");
  const [found] = fieldDifferences({ "x\u202E": 1 }, {});
  assert.equal(found?.path, '["x\\u202E"]');
  const shown = yamlText({ a: "x\u202E", b: "l1\n\u001B[2Jl2\n" });
  assert.equal(shown, 'a: "x\\u202E"\nb: |\n  l1\n  \\u001B[2Jl2\n');
});

test("law: the YAML that is shown reads as the object that is meant", () => {
  const word = fc.constantFrom(
    "a",
    "no",
    "1",
    "x: y",
    "# c",
    "- d",
    "two\nlines",
    "two\nlines\n",
    "",
    " ",
    "~",
    "0x1",
    "é",
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("value"), { maxLength: 3 }),
    map: fc.dictionary(word, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  }));
  fc.assert(fc.property(tree.map, (map) => assert.deepEqual(parse(yamlText(map as JsonObject)), map)));
});

test("a text diff has the lines that changed, and refuses what is too large to compare", () => {
  const patch = textDiff("checkout", pod("a:1"), pod("a:2"));
  assert.ok(typeof patch === "string" && patch.includes("-        image: a:1\n+        image: a:2\n"), String(patch));
  const large = (word: string): JsonObject => ({
    data: Array.from({ length: 9_000 }, (_, index) => `${word}${index}`),
  });
  const refused = textDiff("big", large("a"), large("b"));
  assert.ok(isRefusal(refused) && refused.code === "manifest-too-large");
});

const secret = (data: JsonObject, stringData: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s", annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hunter2" } },
  data,
  stringData,
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("secret values become tags that tell changed from unchanged, and data from stringData not", () => {
  const one = tagSecret(secret({ password: base64("hunter2") }), key);
  assert.ok(!JSON.stringify(one).includes("hunter2") && !JSON.stringify(one).includes(base64("hunter2")));
  assert.deepEqual(one, tagSecret(secret({ password: base64("hunter2") }), key));
  assert.notDeepEqual(one.data, tagSecret(secret({ password: base64("hunter3") }), key).data);
  assert.deepEqual(tagSecret(secret({}, { password: "hunter2" }), key).stringData, one.data);
  assert.notDeepEqual(one.data, tagSecret(secret({ password: base64("hunter2") }), Buffer.alloc(32, 8)).data);
});

test("variables with secret-looking names are tagged, references and others are not", () => {
  const env = [
    { name: "DB_PASSWORD", value: "hunter2" },
    { name: "MODE", value: "fast" },
    { name: "API_KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
  ];
  const shown = JSON.stringify(redactObject(pod("a", env), key));
  assert.ok(!shown.includes("hunter2"));
  assert.ok(shown.includes("fast") && shown.includes("secretKeyRef") && shown.includes("DB_PASSWORD"));
});
