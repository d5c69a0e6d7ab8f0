// When an object of a grant is over: by its creation, its length and the cluster's clock, and never later than anything may live.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type GrantObject, verdictOn } from "../../src/reaper/verdict.ts";

const day = 86_400_000;
const born = Date.parse("2026-11-21T10:00:00Z");

const object = (more: Partial<GrantObject> = {}): GrantObject => ({
  ...{ resource: "rolebindings", namespace: "shop", name: "countersign-grant-r-4k7m2qx", uid: "u", grant: "r-4k7m2qx" },
  ...{ createdAt: born, expiresAfter: "600s" },
  ...more,
});

test("T23: it lives until exactly its time and is over from then on", () => {
  assert.deepEqual(verdictOn(object(), born + 599_999, day), { kind: "lives", until: born + 600_000 });
  assert.deepEqual(verdictOn(object(), born + 600_000, day), { kind: "over", because: "its 600s are over" });
});

for (const expiresAfter of ["", "600", "0s", "-5s", "1e9s", "600s ", "10m", "６００s", "99999999999s", "NaNs", "600S"])
  test(`T23: a length that cannot be read is over at once: “${expiresAfter}”`, () => {
    const verdict = verdictOn(object({ expiresAfter }), born, day);
    assert.deepEqual(verdict, { kind: "over", because: `its length “${expiresAfter}” cannot be read` });
  });

test("T23: without a creationTimestamp it is over at once", () => {
  assert.equal(verdictOn(object({ createdAt: null }), born, day).kind, "over");
});

test("T23: whatever its annotation was made to say, nothing lives longer than the longest", () => {
  const forever = object({ expiresAfter: "9999999999s" });
  assert.deepEqual(verdictOn(forever, born + day - 1, day), { kind: "lives", until: born + day });
  assert.equal(verdictOn(forever, born + day, day).kind, "over");
});

test("T23: law: over exactly from the earlier of its own end and the longest", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_999_999_999 }),
      fc.integer({ min: -day, max: 400 * day }),
      fc.integer({ min: 1_000, max: 300 * day }),
      (seconds, age, longestMs) => {
        const isOver = verdictOn(object({ expiresAfter: `${seconds}s` }), born + age, longestMs).kind === "over";
        assert.equal(isOver, age >= Math.min(seconds * 1_000, longestMs));
      },
    ),
  );
});
