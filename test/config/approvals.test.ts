// R15, R21, R24, T10: what the configuration says of approvals, typed; and what nobody could ever meet, refused at its line.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { Requirement } from "../../src/core/policy.ts";

function load(approvals: string): Requirement | string {
  const text = [
    "clusters: [{ name: prod, environment: production }]",
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    "groups:",
    "  - { name: platform, members: [U001, U002, U003] }",
    "  - { name: leads, members: [U001, U004, U005] }",
    '  - { name: sre, slackUserGroup: "@sre" }',
    "policy:",
    "  rules:",
    `    - { name: one, approvals: ${approvals} }`,
  ].join("\n");
  const config = loadConfig(text, "c.yaml", { verbs: ["get"], check: checkPolicy });
  if (isConfigErrors(config)) return renderConfigErrors(config);
  const effect = config.policy.rules[0]?.effect;
  return effect?.kind === "approvals" ? effect.requirement : "no approvals";
}

const asked = (approvals: string): Requirement => {
  const requirement = load(approvals);
  return typeof requirement === "string" ? assert.fail(requirement) : requirement;
};

describe("approvals as they are written", () => {
  test("stages, one after another", () => {
    const { need } = asked(
      "{ stages: [{ count: 1, from: platform }, { any: [{ count: 1, from: leads }, { count: 2 }] }] }",
    );
    assert.deepEqual(need, {
      kind: "stages",
      of: [
        { kind: "votes", count: 1, groups: ["platform"] },
        {
          kind: "any",
          of: [
            { kind: "votes", count: 1, groups: ["leads"] },
            { kind: "votes", count: 2, groups: [] },
          ],
        },
      ],
    });
  });

  test("assurance, a fresh sign-in and different groups", () => {
    const { need, assurance, stepUp } = asked(
      "{ count: 2, from: [platform, leads], distinctGroups: 2, assurance: linked, stepUp: { maxAge: 5m, acr: [phr, phrh], amr: hwk } }",
    );
    assert.deepEqual(need, { kind: "votes", count: 2, groups: ["platform", "leads"], distinctGroups: 2 });
    assert.deepEqual([assurance, stepUp], ["linked", { maxAgeMs: 300_000, acr: ["phr", "phrh"], amr: ["hwk"] }]);
  });

  test("hours", () => {
    const { hours } = asked(
      "{ count: 1, from: platform, hours: [{ zone: Europe/Berlin, days: [mon, fri], from: '08:00', until: '18:30' }] }",
    );
    const window = { kind: "weekly", zone: "Europe/Berlin", days: [1, 5], fromMinute: 480, untilMinute: 1_110 };
    assert.deepEqual(hours, [[window]]);
  });

  test("R12: below the top tiers Slack's user groups may be the only ones", () => {
    assert.equal(asked("{ count: 1, from: sre, assurance: directory }").assurance, "directory");
  });

  test("what is not written is not there, so that policies of before keep their digests", () => {
    const plain = asked("{ count: 1, from: platform }");
    for (const key of ["assurance", "stepUp", "hours"]) assert.ok(!Object.hasOwn(plain, key), key);
    assert.deepEqual(Object.keys(plain.need), ["kind", "count", "groups"]);
  });
});

describe("R15: refused at its line, with the reason", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "more different groups than approvals",
      "{ count: 2, from: [platform, leads, x], distinctGroups: 3 }",
      /c\.yaml:10: policy\.rules\[0\]\.approvals\.distinctGroups: 2 approvals can't come from 3 different groups/,
    ],
    [
      "more different groups than are named",
      "{ count: 2, from: platform, distinctGroups: 2 }",
      /distinctGroups: “from” names 1 group, so approvals can't come from 2 of them/,
    ],
    [
      "different groups with too few people",
      "{ all: [{ count: 3, from: [platform, leads], distinctGroups: 2 }, { count: 2, from: leads }] }",
      /When U00\d asks, nobody could ever give these approvals/,
    ],
    [
      "R12: a top tier of people whom only Slack knows",
      "{ count: 1, from: sre, assurance: linked }",
      /Only Slack's user groups could give these approvals \(sre\), and at this tier they do not count/,
    ],
    ["stages beside a count", "{ count: 1, stages: [{ count: 1 }] }", /exactly one of count, all, any, stages/],
    ["a stage without a count", "{ stages: [{ from: platform }] }", /stages\[0\]: .*exactly one of/],
    ["no stage", "{ stages: [] }", /list is empty/],
    [
      "a stage of a group that does not exist",
      "{ stages: [{ count: 1, from: plattform }] }",
      /There is no group “plattform”/,
    ],
    ["an assurance that does not exist", "{ count: 1, assurance: sure }", /assurance/],
    ["a sign-in without its age", "{ count: 1, stepUp: { amr: hwk } }", /“maxAge” is missing/],
    [
      "hours in a zone that does not exist",
      "{ count: 1, hours: [{ zone: Mars/Base, days: [mon], from: '08:00', until: '18:00' }] }",
      /approvals\.hours\[0\]\.zone: “Mars\/Base” is not an IANA time zone/,
    ],
    [
      "hours that end when they begin",
      "{ count: 1, hours: [{ zone: UTC, days: [mon], from: '08:00', until: '08:00' }] }",
      /approvals\.hours\[0\]: It ends when it begins/,
    ],
    ["no hours", "{ count: 1, hours: [] }", /list is empty/],
  ];
  for (const [what, approvals, says] of cases) test(what, () => assert.match(String(load(approvals)), says));
});
