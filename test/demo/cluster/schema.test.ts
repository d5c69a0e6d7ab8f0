// The small pure parts: quantities, duplicate keys, field sets and types.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFieldsV1, paths, pathText, toFieldsV1 } from "../../../demo/cluster/apply/field-set.ts";
import { duplicateKeys } from "../../../demo/cluster/schema/duplicate-keys.ts";
import { canonicalQuantity, quantityValue } from "../../../demo/cluster/schema/quantity.ts";
import { structNamed } from "../../../demo/cluster/schema/types.ts";

test("quantities are written as the server writes them", () => {
  const cases = [
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
    ["100m", "100m"],
    ["1500Mi", "1500Mi"],
    ["0", "0"],
  ] as const;
  for (const [given, written] of cases) assert.equal(canonicalQuantity(given), written, given);
  assert.equal(quantityValue("2Ki"), 2048);
  assert.equal(quantityValue("fast"), undefined);
});

test("duplicate keys are found with their path, in arrays too, and never inside texts", () => {
  const text = '{"a":{"b":1,"b":2},"c":[{"d":1},{"d":1,"d":2}],"e":"{\\"x\\":1,\\"x\\":2}"}';
  assert.deepEqual(duplicateKeys(text), ["a.b", "c[1].d"]);
  assert.deepEqual(duplicateKeys('{"a":1,"b":{"a":1}}'), []);
});

test("FieldsV1 is read and written without loss", () => {
  const fields = { "f:spec": { "f:list": { ".": {}, 'k:{"name":"c"}': { ".": {}, "f:image": {} }, 'v:"x"': {} } } };
  assert.deepEqual(toFieldsV1(fromFieldsV1(fields)), fields);
  const texts = paths(fromFieldsV1(fields)).map(pathText);
  assert.deepEqual(texts, [".spec.list", '.spec.list[name="c"]', '.spec.list[name="c"].image', '.spec.list[="x"]']);
});

test("the types know list keys, merge keys and what is atomic", () => {
  const pod = structNamed("core.v1.PodSpec");
  const containers = pod?.fields.get("containers");
  assert.deepEqual(containers?.type.kind === "list" ? containers.type.items : undefined, {
    kind: "map",
    keys: ["name"],
  });
  assert.equal(containers?.patch.key, "name");
  const tolerations = pod?.fields.get("tolerations")?.type;
  assert.deepEqual(tolerations?.kind === "list" ? tolerations.items : undefined, { kind: "atomic" });
  assert.equal(structNamed("meta.v1.LabelSelector")?.atomic, true);
});
