// A moment as people type it is one absolute time, or a sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readMoment } from "../../src/core/moment.ts";
import { isRefusal } from "../../src/core/refusal.ts";

const now = Date.UTC(2026, 9, 24, 20, 30);
const here = { now, zone: "Europe/Berlin" };
const iso = (text: string) => {
  const read = readMoment(text, here);
  return isRefusal(read) ? read.message : new Date(read).toISOString();
};

test("a time has its own offset or zone, or is in the zone of whoever types it", () => {
  assert.equal(iso("2026-12-23T18:00+01:00"), "2026-12-23T17:00:00.000Z");
  assert.equal(iso("2026-12-23T18:00Z"), "2026-12-23T18:00:00.000Z");
  assert.equal(iso("2026-12-23T18:00"), "2026-12-23T17:00:00.000Z");
  assert.equal(iso("2026-12-23 18:00 America/New_York"), "2026-12-23T23:00:00.000Z");
  assert.equal(iso("2026-12-23T18:00:30 UTC"), "2026-12-23T18:00:30.000Z");
});

test("a time without a day is the next one", () => {
  assert.equal(iso("23:00"), "2026-10-24T21:00:00.000Z");
  assert.equal(
    iso("22:30"),
    "2026-10-25T21:30:00.000Z",
    "it is half past ten there now; the clocks change in the night",
  );
  assert.equal(iso("05:00 Asia/Tokyo"), "2026-10-25T20:00:00.000Z");
});

test("when the clocks change, the hour that comes twice is the first, and the one that is left out is refused", () => {
  assert.equal(iso("2026-10-25T02:30"), "2026-10-25T00:30:00.000Z");
  assert.match(iso("2027-03-28T02:30"), /no time that exists/);
});

test("what is no time gets a sentence", () => {
  for (const text of ["tomorrow", "", "25:00", "2026-02-31T10:00", "2026-02-31T10:00Z", "18:00+01:00", "9:00"])
    assert.match(iso(text), /is not a time|no time that exists/, text);
  assert.match(iso("18:00 Europe/Berln"), /“Europe\/Berln” is no time zone/);
});
