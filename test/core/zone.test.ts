// What a zone's clocks show, and when: across the nights in which they are put forward and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isZone, momentIn, momentOf, momentText, zonedAt } from "../../src/core/zone.ts";

const berlin = "Europe/Berlin";
const at = (text: string): number => Date.parse(text);
const forward = { year: 2026, month: 3, day: 29 };
const back = { year: 2026, month: 10, day: 25 };
const halfPastTwo = 2 * 60 + 30;

test("a time that the clocks skip is no moment; where one is needed it is an hour later", () => {
  assert.equal(momentOf(forward, halfPastTwo, berlin), null);
  assert.equal(momentIn(berlin, at("2026-03-29T00:00Z"), halfPastTwo), at("2026-03-29T01:30Z"));
  assert.equal(momentText(at("2026-03-29T01:30Z"), berlin), "2026-03-29 03:30");
});

test("of a time that comes twice it is the first", () => {
  assert.equal(momentOf(back, halfPastTwo, berlin), at("2026-10-25T00:30Z"));
  assert.equal(momentIn(berlin, at("2026-10-25T00:00Z"), halfPastTwo), at("2026-10-25T00:30Z"));
  assert.deepEqual(
    ["2026-10-25T00:30Z", "2026-10-25T01:30Z"].map((moment) => momentText(at(moment), berlin)),
    ["2026-10-25 02:30", "2026-10-25 02:30"],
  );
});

test("days end at the midnight of the zone, also where it is not on the hour", () => {
  assert.deepEqual(zonedAt(at("2026-12-24T18:15Z"), "Asia/Kathmandu"), { year: 2026, month: 12, day: 25, minute: 0 });
  assert.equal(momentIn("Asia/Kathmandu", at("2026-12-24T00:00Z"), 24 * 60), at("2026-12-24T18:15Z"));
});

test("a zone that is none is none", () => {
  assert.deepEqual(["UTC", berlin, "", "Europe/Atlantis"].map(isZone), [true, true, false, false]);
  assert.throws(() => zonedAt(0, "Europe/Atlantis"), RangeError);
});
