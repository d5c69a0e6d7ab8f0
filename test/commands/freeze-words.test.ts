// Words that rules look at have one spelling, however they were typed (R16).
import assert from "node:assert/strict";
import { test } from "node:test";
import { settleFreeze } from "../../src/commands/parts/freeze-words.ts";
import { wholeNumber } from "../../src/core/params.ts";
import { isRefusal } from "../../src/core/refusal.ts";

const said = { now: Date.UTC(2026, 10, 21, 10), zone: "UTC", cluster: null, namespace: null };

function scopeOf(scope: string, more: Readonly<Record<string, string>> = {}): string | undefined {
  const settled = settleFreeze({ scope, ...more }, said);
  assert.ok(!isRefusal(settled));
  return settled.scope;
}

const scopes: readonly (readonly [string, string])[] = [
  ["everything", "everything"],
  ["Everything for 2h", "everything"],
  ["all", "everything"],
  ["ALL for 90m", "everything"],
  ["*", "everything"],
  ["*/payments", "everything/payments"],
  ["All:payments", "everything:payments"],
  ["production everything", "everything production"],
  ["production/payments staging", "production/payments staging"],
  ["allotment", "allotment"],
];
for (const [typed, stored] of scopes)
  test(`freeze ${typed} is stored as ${stored}`, () => {
    assert.equal(scopeOf(typed), stored);
    assert.equal(scopeOf(typed.replace(/ for .*/, ""), { calendar: "holidays" }), stored);
  });

test("a number has one spelling", () => {
  const read = wholeNumber({ usage: "N", summary: "how many", min: 0, max: 100 });
  assert.deepEqual([read("0"), read("7"), read("100")], [0, 7, 100]);
  for (const text of ["00", "07", "+7", "7.0", " 7", "1e1", "٧", "", "-0", "101"])
    assert.ok(isRefusal(read(text)), text);
});
