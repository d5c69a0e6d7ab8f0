// Canonical JSON is the library's, also where the short way is taken.
import assert from "node:assert/strict";
import { test } from "node:test";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { canonicalJson } from "../../src/core/digest.ts";
import type { Json } from "../../src/core/json.ts";

const names = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("1", "10", "9", "__proto__", "a", "B", "\u{1f600}", "\uffff"),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, false, 0, -0, 1e21, 1e-7),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "binary" }),
    fc.array(tie("json")),
    fc.dictionary(names, tie("json")),
  ),
}));

test("law: the text is RFC 8785's, and stays the same when it is read and written again", () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      assert.equal(text, canonicalize(value));
      const again: Json = JSON.parse(text);
      assert.equal(canonicalJson(again), text);
    }),
    { numRuns: 1_000 },
  );
});

test("what JSON cannot hold is refused with its place, whether or not the keys are in order", () => {
  const odd: readonly (readonly [unknown, RegExp])[] = [
    [{ a: [1, undefined] }, /not JSON at \$\.a\[1\]: undefined/],
    [{ b: { c: new Map() }, a: 1 }, /not JSON at \$\.b\.c: object/],
    [[Number.NaN], /not JSON at \$\[0\]: number/],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[1, , 2], /not JSON at \$\[1\]: undefined/],
    [{ a: "\ud800" }, /surrogate/],
    [{ "\ud800": 1 }, /surrogate/],
    [{ b: 1, a: "\udc00" }, /surrogate/],
  ];
  for (const [value, says] of odd) assert.throws(() => canonicalJson(value as Json), says);
});
