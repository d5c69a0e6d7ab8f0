// Laws of reading manifests: what JSON says is what is read, and no text is a fault (T14, T17).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "../../../src/core/digest.ts";
import type { Json } from "../../../src/core/json.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { defaultLimits } from "../../../src/integrations/yaml/limits.ts";
import { parseManifest } from "../../../src/integrations/yaml/parse.ts";

const key = fc.stringMatching(/^[a-zA-Z0-9._/-]{1,12}$/).filter((text) => text !== "__proto__");
const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom("on", "0644", "1_000", "12:30:45", "2026-11-21", "<<", "*a", "&a", "!!str", "---", "#", "{", "y"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("laws of manifests", () => {
  test("JSON text is read as the JSON that it is, whatever words are in its texts", () => {
    fc.assert(
      fc.property(value, (spec) => {
        const object = { apiVersion: "v1", kind: "Thing", metadata: { name: "it" }, spec };
        const read = parseManifest(JSON.stringify(object), defaultLimits);
        assert.ok(!isRefusal(read), isRefusal(read) ? read.message : "");
        assert.equal(canonicalJson(read[0]?.content ?? null), canonicalJson(object));
      }),
      { numRuns: 500 },
    );
  });

  test("any text is documents or a refusal, never a fault", () => {
    const words = fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "&x",
      "*x",
      "!t",
      "|",
      ">",
      "'",
      '"',
      "#",
      "---",
      "<<",
      "\t",
      "? ",
      "0x1",
    );
    const text = fc.oneof(
      fc.array(words, { maxLength: 40 }).map((list) => list.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = parseManifest(given, defaultLimits);
        assert.ok(isRefusal(read) || read.length > 0);
      }),
      { numRuns: 2_000 },
    );
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
});
