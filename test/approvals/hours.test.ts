// R24: approvals are taken in the approvers' hours; stopping something is possible at any.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isOpenAt, nextOpening, openingWords } from "../../src/approvals/hours.ts";
import { step } from "../../src/approvals/life.ts";
import { openRequest } from "../../src/approvals/open-request.ts";
import type { WeeklyWindow } from "../../src/core/policy.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { codeOf, makeOpening, makeRequirement, minute, ok, start, votes } from "./make.ts";
import { ann, ballot, claim, context, everyone, pending } from "./scene.ts";

const hour = 60 * minute;
const window = (days: readonly number[], from: number, until: number, zone = "UTC"): WeeklyWindow => ({
  ...{ kind: "weekly", zone, days, fromMinute: from, untilMinute: until },
});
const office = [[window([1, 2, 3, 4, 5], 8 * 60, 18 * 60, "Europe/Berlin")]];
const utc = (text: string) => Date.parse(`${text}Z`);

describe("when approvals are taken", () => {
  const openings: readonly (readonly [string, string, string, string])[] = [
    ["open now", "2026-11-20T09:30", "2026-11-20T09:30", "Fri 20 Nov 10:30 UTC"],
    ["before work", "2026-11-20T05:00", "2026-11-20T07:00", "Fri 20 Nov 08:00 Europe/Berlin"],
    ["the moment it ends", "2026-11-20T17:00", "2026-11-23T07:00", "Mon 23 Nov 08:00 Europe/Berlin"],
    ["on the weekend", "2026-11-21T10:00", "2026-11-23T07:00", "Mon 23 Nov 08:00 Europe/Berlin"],
    [
      "over the weekend on which clocks go back",
      "2026-10-24T10:00",
      "2026-10-26T07:00",
      "Mon 26 Oct 08:00 Europe/Berlin",
    ],
    [
      "over the weekend on which they go forward",
      "2026-03-28T10:00",
      "2026-03-30T06:00",
      "Mon 30 Mar 08:00 Europe/Berlin",
    ],
  ];
  for (const [what, now, opens, words] of openings)
    test(`${what}: next ${words}`, () => {
      assert.equal(nextOpening(office, utc(now)), utc(opens));
      if (now !== opens) assert.equal(openingWords(office, utc(now)), words);
    });

  test("a beginning that is skipped as clocks go forward is the first minute after the gap", () => {
    const night = [[window([7], 150, 300, "Europe/Berlin")]];
    assert.equal(nextOpening(night, utc("2026-03-28T10:00")), utc("2026-03-29T01:00"));
  });

  test("the hours of two rules must both be open; those that never meet are never open", () => {
    const tokyo = [[window([1], 9 * 60, 18 * 60, "Asia/Tokyo")]];
    assert.equal(nextOpening([...office, ...tokyo], utc("2026-11-21T10:00")), utc("2026-11-23T07:00"));
    const never = [...tokyo, [window([2], 60, 120)]];
    assert.equal(nextOpening(never, start), null);
    assert.match(openingWords(never, start), /never/);
  });

  test("law: the next opening is open, and nothing before it is", () => {
    const drawn = fc.record({
      days: fc.subarray([1, 2, 5, 7], { minLength: 1 }),
      from: fc.constantFrom(0, 90, 150, 600, 1_380),
      until: fc.constantFrom(60, 240, 720, 1_440),
      zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    });
    const sets = fc.array(fc.array(drawn, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 });
    const moments = fc.nat({ max: 366 * 24 * 4 }).map((quarter) => utc("2026-01-01T00:00") + quarter * 15 * minute);
    fc.assert(
      fc.property(sets, moments, (of, now) => {
        const hours = of.map((set) => set.map((one) => window(one.days, one.from, one.until, one.zone)));
        const opens = nextOpening(hours, now);
        const until = opens ?? now + 8 * 24 * hour;
        assert.ok(opens === null || isOpenAt(hours, opens));
        for (let at = now; at < until; at += 30 * minute) assert.ok(!isOpenAt(hours, at), new Date(at).toISOString());
      }),
      { numRuns: 150 },
    );
  });
});

describe("votes outside the hours", () => {
  const requirement = makeRequirement(votes(1, "platform"), { hours: office });
  const monday = utc("2026-11-23T07:00");

  test("an approval is refused with when it is taken next; a denial is not", () => {
    const request = pending(requirement);
    const refused = step(request, ballot(request, ann), context());
    assert.equal(codeOf(refused), "outside-hours");
    assert.equal(
      isRefusal(refused) && refused.message,
      "Approvals of r-4k7m2qx are taken Mon–Fri 08:00–18:00 Europe/Berlin; next from Mon 23 Nov 08:00 Europe/Berlin.",
    );
    assert.equal(ok(step(request, ballot(request, ann, "deny"), context())).request.state, "denied");
    assert.equal(ok(step(request, ballot(request, ann), context({ now: monday }))).request.state, "approved");
  });

  test("a request of the weekend lives from Monday on, and a vote of the last minute may start after it", () => {
    assert.equal(pending(requirement).expiresAt, monday + 2 * hour);
    const late = context({ now: monday + 10 * hour - 1 });
    const long = pending({ ...requirement, expiresInMs: 24 * hour });
    const approved = ok(step(long, ballot(long, ann), late)).request;
    const after = context({ now: monday + 10 * hour + minute });
    assert.equal(ok(step(approved, claim(approved), after)).request.state, "executing");
  });

  test("R15: hours that never meet are not asked under", () => {
    const hours = [[window([1], 60, 120)], [window([2], 60, 120)]];
    assert.equal(codeOf(openRequest(makeOpening({ ...requirement, hours }, everyone))), "unreachable-quorum");
  });
});
