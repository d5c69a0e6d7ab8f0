// "Did you mean".
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearest } from "../../src/core/nearest.ts";

const verbs = ["rollback", "restart", "resume", "request", "status", "scale", "set image", "pause", "apply"];

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["rolback", ["rollback"]],
  ["rollbakc", ["rollback"]],
  ["RESTRAT", ["restart"]],
  ["stat", ["status"]],
  ["set", ["set image"]],
  ["puase", ["pause"]],
  ["kubernetes", []],
];

for (const [typed, expected] of cases)
  test(`${typed} is near ${expected.join(", ") || "nothing"}`, () => {
    assert.deepEqual(nearest(typed, verbs).slice(0, Math.max(1, expected.length)), expected);
  });

test("law: a name is nearest to itself, and no more come back than asked", () => {
  fc.assert(
    fc.property(fc.constantFrom(...verbs), fc.integer({ min: 1, max: 4 }), (name, most) => {
      const found = nearest(name, verbs, most);
      assert.equal(found[0], name);
      assert.ok(found.length <= most);
    }),
  );
});
