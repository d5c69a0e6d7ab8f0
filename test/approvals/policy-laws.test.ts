// Laws of decisions with every word of the language: adding what restricts never helps, and the order never matters (R16).
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { canFill, solve } from "../../src/approvals/quorum.ts";
import { stricter } from "../../src/approvals/strictest.ts";
import { asGroupName, asHumanId } from "../../src/core/ids.ts";
import { assurances } from "../../src/core/person.ts";
import { type Decision, type Match, pings, type Question, type Requirement, type Rule } from "../../src/core/policy.ts";
import { makePlace, makePolicy, makeQuestion, makeRequirement, makeRule, start, votes } from "./make.ts";

const hours = { kind: "weekly", zone: "Europe/Berlin", days: [6], fromMinute: 0, untilMinute: 720 } as const;
const calendar = { name: "c", zone: "UTC", days: [{ from: "2026-11-21", until: "2026-11-21" }] };
const expressions = ["verb == 'scale'", "args.nope == 'x'", "place.namespace == 'shop'", "plan.objects > 1", "verb =="];
const condition = fc.constantFrom(...expressions).map((expression) => ({ expression, zone: "UTC" }));

/** Each word is there or not. */
const match: fc.Arbitrary<Partial<Match>> = fc.record(
  {
    verbs: fc.constantFrom<readonly string[]>([], ["scale"], ["s*", "apply"]),
    namespaces: fc.constantFrom<readonly string[]>([], ["shop"], ["pay*"]),
    groups: fc.constantFrom([], [asGroupName("ops")]),
    subjects: fc.constantFrom(["U1"], ["U2"]),
    assurance: fc.constantFrom(...assurances),
    onCall: fc.constant(["payments"]),
    withoutLabels: fc.constant(["tier"]),
    hours: fc.constant([hours]),
    outside: fc.constant([hours]),
    calendars: fc.constant([calendar]),
    outsideCalendars: fc.constant([calendar]),
    if: condition,
  },
  { requiredKeys: [] },
);

const requirement = fc
  .record(
    {
      assurance: fc.constantFrom(...assurances),
      ping: fc.constantFrom(...pings),
      tellPeople: fc.subarray(["U1", "U2"], { minLength: 1 }),
      tellGroups: fc.subarray([asGroupName("a"), asGroupName("b")], { minLength: 1 }),
      tickets: fc.subarray(
        [
          { pattern: "A-1", example: "A-1", link: null },
          { pattern: "B-1", example: "B-1", link: "https://x.example/{ticket}" },
        ],
        { minLength: 1 },
      ),
    },
    { requiredKeys: [] },
  )
  .chain((more) =>
    fc.constantFrom(votes(1, "a"), votes(2, "a"), votes(1, "b")).map((need) => makeRequirement(need, more)),
  );

const restriction: fc.Arbitrary<Rule["effect"]> = fc.oneof(
  fc.constant<Rule["effect"]>({ kind: "deny", reason: "no" }),
  requirement.map((one): Rule["effect"] => ({ kind: "approvals", requirement: one })),
);
const effect = fc.oneof(fc.constant<Rule["effect"]>({ kind: "allow" }), restriction);
const limits = fc.option(fc.constantFrom({ objects: 1 }, { replicas: 5 }, { deletions: 1 }), { nil: undefined });

const rules = fc
  .array(fc.record({ match, effect, limits, replaces: fc.option(fc.nat({ max: 4 })) }), { minLength: 1, maxLength: 5 })
  .map((drawn) =>
    drawn.map(({ limits: most, replaces, ...one }, index): Rule => {
      // Only earlier rules are replaced, so there is no circle.
      const old = replaces !== null && replaces < index ? `r${replaces}` : null;
      return { ...makeRule(`r${index}`, one.match, one.effect, old), ...(most === undefined ? {} : { limits: most }) };
    }),
  );

const question: fc.Arbitrary<Question> = fc
  .record({
    verb: fc.constantFrom("scale", "apply"),
    assurance: fc.constantFrom(...assurances),
    onCall: fc.constantFrom(undefined, [], ["payments"]),
    groups: fc.constantFrom([], [asGroupName("ops")]),
    hour: fc.nat({ max: 47 }),
    places: fc.array(
      fc.record({
        namespace: fc.constantFrom("shop", "payments"),
        name: fc.constantFrom("", "a", "b"),
        labels: fc.constantFrom({}, { tier: "1" }),
        operation: fc.constantFrom("update" as const, "delete" as const),
        after: fc.constantFrom(3, 9),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ verb, assurance, onCall, groups, hour, places }) =>
    makeQuestion({
      verb,
      who: { userId: "U1", groups, assurance, ...(onCall === undefined ? {} : { onCall }) },
      places: places.map(({ after, ...more }) => makePlace({ ...more, replicas: { before: 1, after } })),
      now: start + hour * 3_600_000,
    }),
  );

const rank = { allow: 0, approvals: 1, deny: 2 };

/** Whoever meets the later needs meets the earlier ones, for every small crowd; and every other demand is at least as high. */
function isNoWeaker(before: Decision, after: Decision): void {
  assert.ok(rank[after.kind] >= rank[before.kind], `${before.kind} became ${after.kind}`);
  if (before.kind === "approvals" && after.kind === "approvals") meetsBoth(after.requirement, before.requirement);
}

const crowds = [0, 1, 2, 3].flatMap((a) =>
  [0, 1, 2, 3].map((b) =>
    [...Array(a).fill("a"), ...Array(b).fill("b")].map((group, index) => ({
      human: asHumanId(`h${index}`),
      groups: [asGroupName(group)],
    })),
  ),
);

function meetsBoth(strict: Requirement, loose: Requirement): void {
  for (const crowd of crowds)
    if (solve(strict.need, crowd).met)
      assert.ok(solve(loose.need, crowd).met, JSON.stringify([strict.need, loose.need]));
  const least = (one: Requirement) => assurances.indexOf(one.assurance ?? "none");
  assert.ok(least(strict) >= least(loose));
  const ping = (one: Requirement) => (one.ping === undefined ? -1 : pings.indexOf(one.ping));
  assert.ok(ping(strict) >= ping(loose));
  for (const ticket of loose.tickets ?? []) assert.ok(strict.tickets?.some((one) => one.pattern === ticket.pattern));
  for (const person of loose.tellPeople ?? []) assert.ok(strict.tellPeople?.includes(person));
  for (const group of loose.tellGroups ?? []) assert.ok(strict.tellGroups?.includes(group));
  assert.ok(canFill(strict.need, [asGroupName("a")]) || canFill(strict.need, [asGroupName("b")]));
}

test("law: one more rule that restricts never makes a decision weaker, whatever the rule asks", () => {
  fc.assert(
    fc.property(rules, question, match, restriction, (list, asked, asks, restricts) => {
      // An approvals rule also lets; only where something lets already does it restrict alone.
      const before = decidePolicy(makePolicy(list), asked);
      if (before.kind === "deny" && before.code !== "denied-by-policy" && restricts.kind === "approvals") return;
      isNoWeaker(before, decidePolicy(makePolicy([...list, makeRule("extra", asks, restricts)]), asked));
    }),
    { numRuns: 1_500 },
  );
});

test("law: a limit on a rule never makes a decision weaker", () => {
  fc.assert(
    fc.property(rules, question, (list, asked) => {
      const without = list.map(({ limits: _, ...rule }) => rule);
      isNoWeaker(decidePolicy(makePolicy(without), asked), decidePolicy(makePolicy(list), asked));
    }),
    { numRuns: 500 },
  );
});

test("law: the order of rules never matters", () => {
  fc.assert(
    fc.property(rules, question, (list, asked) => {
      const forth = decidePolicy(makePolicy(list), asked);
      const back = decidePolicy(makePolicy([...list].reverse()), asked);
      isNoWeaker(forth, back);
      isNoWeaker(back, forth);
      if (forth.kind === "deny" && back.kind === "deny") assert.equal(back.code, forth.code);
    }),
    { numRuns: 1_000 },
  );
});

test("law: what a person may do unlinked, they may do linked; signing in never takes anything away", () => {
  fc.assert(
    fc.property(rules, question, (list, asked) => {
      const as = (assurance: Question["who"]["assurance"]) =>
        decidePolicy(makePolicy(noIf(list)), { ...asked, who: { ...asked.who, assurance } });
      if (as("none").kind !== "deny" && as("linked").kind === "deny")
        assert.ok(list.some((rule) => rule.replaces !== null || rule.limits !== undefined));
    }),
    { numRuns: 500 },
  );
});

function noIf(list: readonly Rule[]): readonly Rule[] {
  return list.map((rule) => {
    const { if: _, ...rest } = rule.match;
    return { ...rule, match: rest };
  });
}

test("law: stricter means the same in any order and any grouping, and meets each", () => {
  fc.assert(
    fc.property(requirement, requirement, requirement, (a, b, c) => {
      const one = stricter(stricter(a, b), c);
      for (const other of [stricter(a, stricter(b, c)), stricter(c, stricter(b, a)), stricter(stricter(b, c), a)]) {
        meetsBoth(one, other);
        meetsBoth(other, one);
      }
      for (const each of [a, b, c]) meetsBoth(one, each);
      assert.deepEqual(stricter(a, a), a);
    }),
    { numRuns: 500 },
  );
});
