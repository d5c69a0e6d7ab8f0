// What is told of the bot's parts: once when it begins, once when it ends, and nothing of what is short.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Known, type Look, type News, step, tellAfterLooks, tellAfterMs } from "../../src/health/step.ts";

const everyMs = 5_000;
const store = (says: string | null): Look => ({ kind: "store", name: "", title: "The store", says });

/** One look each five seconds, beginning at 0. */
function told(looks: readonly (readonly Look[])[], times: readonly number[] = looks.map((_, at) => at * everyMs)) {
  let known: ReadonlyMap<string, Known> = new Map();
  const news: (News & { readonly at: number })[] = [];
  looks.forEach((each, index) => {
    const now = times[index] ?? 0;
    const stepped = step(known, each, now);
    known = stepped.known;
    news.push(...stepped.news.map((one) => ({ ...one, at: now })));
  });
  return { known, news };
}

const away = (count: number): readonly Look[][] => Array.from({ length: count }, () => [store("gone")]);
const well = (count: number): readonly Look[][] => Array.from({ length: count }, () => [store(null)]);

test("a part that stays away is told once, with since when", () => {
  const { news } = told([...well(2), ...away(40)]);
  assert.deepEqual(
    news.map(({ kind, since, at }) => ({ kind, since, at })),
    [{ kind: "away", since: 10_000, at: 10_000 + tellAfterMs }],
  );
});

test("its end is told once, with from when to when", () => {
  const { news } = told([...away(20), ...well(40)]);
  const back = news.filter((one) => one.kind === "back");
  assert.deepEqual(
    back.map(({ since, until }) => [since, until]),
    [[0, 100_000]],
  );
});

test("what is shorter than the bound is nobody's news, however often it happens", () => {
  const flaps = Array.from({ length: 50 }, () => [...away(3), ...well(3)]).flat();
  assert.deepEqual(told(flaps).news, []);
});

test("a part that is away, back for a moment and away again is told once", () => {
  const { news } = told([...away(10), ...well(2), ...away(10), ...well(20)]);
  assert.deepEqual(
    news.map((one) => one.kind),
    ["away", "back"],
  );
});

test("a clock that leaps makes no news by itself", () => {
  const { news } = told(
    [...well(1), ...away(1), ...away(1), ...well(5)],
    [0, 5, 86_400_000, 0, 1, 2, 3, 4].map(Number),
  );
  assert.deepEqual(news, []);
});

test("a part that was not looked at stays as it was known", () => {
  const { known } = told([[store("gone")], []]);
  assert.equal(known.get("store")?.says, "gone");
});

test("whatever happens, away and back alternate, and nothing is told that did not last", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 60_000 })), { maxLength: 200 }),
      (history) => {
        let now = 0;
        const times = history.map(([, gap]) => {
          now += gap;
          return now;
        });
        const { news } = told(
          history.map(([isAway]) => [store(isAway ? "gone" : null)]),
          times,
        );
        news.forEach((one, index) => {
          assert.equal(one.kind, index % 2 === 0 ? "away" : "back");
          const from = one.kind === "away" ? one.since : one.until;
          assert.ok(one.at - from >= tellAfterMs);
          const during = history.filter((_, at) => (times[at] ?? 0) >= from && (times[at] ?? 0) <= one.at);
          assert.ok(during.length >= tellAfterLooks && during.every(([isAway]) => isAway === (one.kind === "away")));
        });
      },
    ),
  );
});
