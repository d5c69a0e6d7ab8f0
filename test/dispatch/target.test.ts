// A target, taken apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRefusal } from "../../src/core/refusal.ts";
import { isBuiltInKind } from "../../src/dispatch/kind-words.ts";
import { readTarget } from "../../src/dispatch/target.ts";

const forms: readonly (readonly [string, ...(string | null)[]])[] = [
  ["checkout", null, null, null, "checkout"],
  ["shop/checkout", null, "shop", null, "checkout"],
  ["deploy/checkout", null, null, "deploy", "checkout"],
  ["Deployment.apps/checkout", null, null, "Deployment.apps", "checkout"],
  ["shop/deploy/checkout", null, "shop", "deploy", "checkout"],
  ["production:", "production", null, null, null],
  ["production:checkout", "production", null, null, "checkout"],
  ["production:shop/", "production", "shop", null, null],
  ["production:shop/checkout", "production", "shop", null, "checkout"],
  ["production:node/worker-1", "production", null, "node", "worker-1"],
  ["production:shop/sts/cart", "production", "shop", "sts", "cart"],
  ["shop/", null, "shop", null, null],
  ["clusterrole/system:node", null, "clusterrole", null, "system:node"],
  ["production:clusterrole/system:node", "production", "clusterrole", null, "system:node"],
];

for (const [text, cluster, namespace, kind, name] of forms)
  test(`target ${text}`, () => assert.deepEqual(readTarget(text, isBuiltInKind), { cluster, namespace, kind, name }));

const wrong: readonly (readonly [string, RegExp])[] = [
  ["a/b/c/d", /too many parts/],
  ["", /names? no|not a name/],
  [":", /not a name/],
  [":x", /not a name/],
  ["shop//x", /not a name/],
  ["-x", /not a name/],
  ["shop/../x", /not a name/],
  ["check\u202eout", /\\u\{202e\}/],
  ["chеckout", /\\u\{435\}/],
  ["a".repeat(300), /not a name/],
  ["__proto__", /not a name/],
];

for (const [text, says] of wrong)
  test(`no target: ${JSON.stringify(text.slice(0, 20))}`, () => {
    const read = readTarget(text, isBuiltInKind);
    if (text === "") return assert.ok(!isRefusal(read) && read.name === null);
    assert.ok(isRefusal(read) && read.code === "bad-argument", JSON.stringify(read));
    assert.match(read.message, says);
    assert.match(read.hint, /cluster:namespace\/kind\/name/);
  });

test("law: every part that is read is a name, and nothing throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const read = readTarget(text, isBuiltInKind);
      if (isRefusal(read)) return;
      for (const part of Object.values(read)) assert.ok(part === null || /^[A-Za-z0-9]/.test(part));
    }),
  );
});
