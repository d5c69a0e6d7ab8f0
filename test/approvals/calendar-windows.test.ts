// The days of calendars as moments: the same answer as asking minute by minute, over changes of the clock and in every zone.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { windowsOf } from "../../src/approvals/calendar-windows.ts";
import { isOnCalendar } from "../../src/approvals/freeze.ts";
import { timesOf, windowsToCome, zoneOf } from "../../src/approvals/freeze-times.ts";

const day = 86_400_000;
const first = Date.parse("2026-10-20T00:00:00Z");
const dateOf = (ahead: number): string => new Date(first + ahead * day).toISOString().slice(0, 10);
/** Clocks change on 25 October in Berlin and on 1 November in New York; in Santiago they change at midnight. */
const zones = ["Europe/Berlin", "America/New_York", "America/Santiago", "Asia/Tokyo", "Pacific/Auckland", "UTC"];

test("a moment is in one of the windows exactly when it is a day of one of the calendars", () => {
  const run = fc
    .tuple(fc.nat(20), fc.nat(3))
    .map(([from, long]) => ({ from: dateOf(from), until: dateOf(from + long) }));
  const calendar = fc.record({
    name: fc.constant("c"),
    zone: fc.constantFrom(...zones),
    days: fc.array(run, { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(
      fc.array(calendar, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 25 * 48 }),
      (calendars, half) => {
        const moment = first - day + half * 1_800_000;
        const windows = windowsOf(calendars, first - 3 * day);
        const inside = windows.some(({ from, until }) => from <= moment && moment < until);
        assert.equal(
          inside,
          calendars.some((one) => isOnCalendar(one, moment)),
        );
        for (const [index, { from }] of windows.entries()) assert.ok(from > (windows[index - 1]?.until ?? 0), "apart");
      },
    ),
  );
});

test("people are told the window in force or next, those after it, and the zone where there is one", () => {
  const berlin = { name: "a", zone: "Europe/Berlin", days: [{ from: "2026-10-24", until: "2026-10-25" }] };
  const utc = { name: "b", zone: "UTC", days: [{ from: "2026-12-24", until: "2026-12-24" }] };
  const window = { kind: "calendars", calendars: [utc, berlin] } as const;
  const [from, until] = [Date.parse("2026-10-24T00:00+02:00"), Date.parse("2026-10-26T00:00+01:00")];
  assert.deepEqual(timesOf(window, first), { inForce: false, begins: from, ends: until });
  assert.deepEqual(timesOf(window, from), { inForce: true, begins: null, ends: until });
  assert.deepEqual(windowsToCome(window, until), [{ from: Date.parse("2026-12-24"), until: Date.parse("2026-12-25") }]);
  assert.deepEqual([zoneOf(window), zoneOf({ ...window, calendars: [berlin] })], [null, "Europe/Berlin"]);
  assert.deepEqual(timesOf(window, Date.parse("2026-12-25")), { inForce: false, begins: null, ends: null });
});
