// When what a window forbids would be let: hours, calendars and freezes, by the clock on the wall (R24).
import assert from "node:assert/strict";
import { test } from "node:test";
import { momentOf } from "../../src/approvals/local-time.ts";
import { opensAt, opensWords } from "../../src/approvals/opens-at.ts";
import type { Freeze, Rule } from "../../src/core/policy.ts";
import { makeMatch, makePolicy, makeQuestion, makeRequirement, makeRule, votes } from "./make.ts";

const office = {
  kind: "weekly",
  zone: "Europe/Berlin",
  days: [1, 2, 3, 4, 5],
  fromMinute: 480,
  untilMinute: 1080,
} as const;
const allow = { kind: "allow" } as const;
const byDay = makeRule("by-day", { hours: [office] }, allow);
const holidays = { name: "holidays", zone: "Europe/Berlin", days: [{ from: "2026-11-18", until: "2026-11-20" }] };

function freeze(window: Freeze["window"]): Freeze {
  return { name: "quiet", match: makeMatch({}), window, reason: "no" };
}

function says(at: string, rules: readonly Rule[], freezes: readonly Freeze[] = []): string | null {
  const question = makeQuestion({ now: Date.parse(at) });
  const opens = opensAt(makePolicy(rules, freezes), question);
  return opens === null ? null : opensWords(opens, question.now);
}

test("hours that begin later today, tomorrow, and after the weekend", () => {
  assert.equal(says("2026-11-18T05:00:00+01:00", [byDay]), "From 08:00 (Europe/Berlin) it would be allowed.");
  assert.equal(
    says("2026-11-18T18:00:00+01:00", [byDay]),
    "From Thu 2026-11-19 08:00 (Europe/Berlin) it would be allowed.",
  );
  assert.equal(
    says("2026-11-20T18:00:00+01:00", [byDay]),
    "From Mon 2026-11-23 08:00 (Europe/Berlin) it would be allowed.",
  );
});

test("what is let now, and what no window stands in front of, opens never", () => {
  assert.equal(says("2026-11-18T12:00:00+01:00", [byDay]), null);
  assert.equal(says("2026-11-18T05:00:00+01:00", [{ ...byDay, match: { ...byDay.match, verbs: ["fly"] } }]), null);
});

test("the end of a freeze, a denial outside hours, holidays, and all of them in a row", () => {
  const all = makeRule("all", {}, allow);
  const nights = makeRule("nights", { outside: [office] }, { kind: "deny", reason: "asleep" });
  const asks = makeRule("asks", {}, { kind: "approvals", requirement: makeRequirement(votes(1, "a")) });
  const now = "2026-11-18T05:00:00+01:00";
  assert.equal(says(now, [all], [freeze(office)]), null);
  assert.equal(
    says("2026-11-18T12:00:00+01:00", [asks], [freeze(office)]),
    "From 18:00 (Europe/Berlin) it would be let with approvals.",
  );
  assert.equal(says(now, [all, nights]), "From 08:00 (Europe/Berlin) it would be allowed.");
  const until = { kind: "between", from: 0, until: Date.parse("2026-11-19T09:30:00Z") } as const;
  assert.equal(says(now, [all], [freeze(until)]), "From Thu 2026-11-19 09:30 (UTC) it would be allowed.");
  const window = { kind: "calendars", calendars: [holidays] } as const;
  assert.equal(says(now, [all], [freeze(window)]), "From Sat 2026-11-21 00:00 (Europe/Berlin) it would be allowed.");
  assert.equal(
    says(now, [all, nights], [freeze(window)]),
    "From Mon 2026-11-23 08:00 (Europe/Berlin) it would be allowed.",
  );
});

test("a time on the wall is found across changes of the clocks, in every zone", () => {
  const cases = [
    ["2026-03-29", 8 * 60, "Europe/Berlin", "2026-03-29T06:00:00.000Z"],
    ["2026-10-25", 8 * 60, "Europe/Berlin", "2026-10-25T07:00:00.000Z"],
    ["2026-11-18", 0, "Asia/Kathmandu", "2026-11-17T18:15:00.000Z"],
    ["2026-11-18", 24 * 60, "Pacific/Auckland", "2026-11-18T11:00:00.000Z"],
  ] as const;
  for (const [date, minute, zone, expected] of cases)
    assert.equal(new Date(momentOf(date, minute, zone)).toISOString(), expected, zone);
  // Half past two does not exist then: somewhere within an hour of the jump.
  const skipped = momentOf("2026-03-29", 150, "Europe/Berlin");
  assert.ok(Math.abs(skipped - Date.parse("2026-03-29T01:00:00Z")) <= 3_600_000);
});
