// What the check at load says about a policy is true of its decisions (R15).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { checkPolicy } from "../../src/approvals/check.ts";
import { neverReached } from "../../src/approvals/check-reach.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { asClusterName, asGroupName } from "../../src/core/ids.ts";
import type { Rule } from "../../src/core/policy.ts";
import { makePlace, makePolicy, makeQuestion, makeRequirement, makeRule, votes } from "./make.ts";

const someVerbs = fc.constantFrom<readonly string[]>([], ["scale"], ["scale", "apply"], ["s*"], ["*"]);
const someNamespaces = fc.constantFrom<readonly string[]>([], ["shop"], ["shop", "web"], ["w*"]);
const effects = fc.constantFrom<Rule["effect"]>(
  { kind: "allow" },
  { kind: "deny", reason: "no" },
  { kind: "approvals", requirement: makeRequirement(votes(1, "a")) },
  { kind: "approvals", requirement: makeRequirement(votes(2, "b")) },
);
const rulesOf = fc
  .array(
    fc.record({
      verbs: someVerbs,
      namespaces: someNamespaces,
      effect: effects,
      replaces: fc.option(fc.nat({ max: 3 })),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((drawn) =>
    drawn.map(({ verbs, namespaces, effect, replaces }, index) =>
      // Only earlier rules are replaced, so there is no circle.
      makeRule(
        `r${index}`,
        { verbs, namespaces },
        effect,
        replaces !== null && replaces < index ? `r${replaces}` : null,
      ),
    ),
  );

function outcomes(rules: readonly Rule[]): readonly unknown[] {
  return ["scale", "apply", "stop"].flatMap((verb) =>
    [["shop"], ["web"], ["other"], ["shop", "web"]].map((names) => {
      const places = names.map((namespace) => makePlace({ namespace }));
      const decision = decidePolicy(makePolicy(rules), makeQuestion({ verb, places }));
      return [decision.kind, decision.kind === "approvals" ? decision.requirement.need : null];
    }),
  );
}

describe("rules that never count", () => {
  test("law: taking away a rule that is said never to count changes no decision", () => {
    let found = 0;
    fc.assert(
      fc.property(rulesOf, (rules) => {
        for (const { path } of neverReached(rules)) {
          found += 1;
          const left = rules.filter((_, index) => index !== path[2]);
          const before = outcomes(rules).map((outcome) => JSON.stringify(outcome));
          const after = outcomes(left).map((outcome) => JSON.stringify(outcome));
          // Where a denial stood, no rule at all is a denial too.
          assert.deepEqual(after, before);
        }
      }),
      { numRuns: 1_000 },
    );
    assert.ok(found > 50, `only ${found} found`);
  });
});

test("law: the order of rules never matters", () => {
  fc.assert(
    fc.property(rulesOf, (rules) => {
      const kinds = (list: readonly Rule[]) => outcomes(list).map((outcome) => (outcome as readonly unknown[])[0]);
      assert.deepEqual(kinds([...rules].reverse()), kinds(rules));
    }),
  );
});

test("a policy without rules is refused, and every problem of one is told at once", () => {
  const groups = [{ name: asGroupName("a"), members: ["U1", "U2"], slackUserGroup: null }];
  const access = { kind: "in-cluster" } as const;
  const clusters = [
    { name: asClusterName("prod"), environment: "production", access, isDefault: true, unstablePaths: [] },
  ];
  const facts = { groups, clusters, verbs: ["get"] };
  assert.equal(checkPolicy({ ...facts, policy: makePolicy([]) }).length, 1);
  const none = makeRule(
    "x",
    { verbs: ["got"] },
    { kind: "approvals", requirement: makeRequirement(votes(0, "b"), { denyThreshold: 0 }) },
  );
  const says = checkPolicy({ ...facts, policy: makePolicy([none, none]) }).map((problem) => problem.says);
  assert.equal(says.length, 9);
  assert.ok(says.includes("0 approvals are asked for; ask for at least 1, or write “allow: true”"));
});
