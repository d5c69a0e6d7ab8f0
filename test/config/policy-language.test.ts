// Every word of the policy language is checked when it is loaded, with its line and what would be right (R15, R12).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { RawPolicy } from "../../src/config/raw.ts";
import { typedPolicy } from "../../src/config/typed-policy.ts";
import type { PolicyFacts } from "../../src/core/config.ts";
import type { Policy } from "../../src/core/policy.ts";
import { makePlace, makeQuestion } from "../approvals/make.ts";

const verbs = ["get", "rollback", "restart", "scale", "apply", "delete", "login"];

/** The policy starts on line 8. */
function withPolicy(policy: string): string {
  return [
    "clusters: [{ name: prod, environment: production }]",
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    "groups:",
    "  - { name: platform, members: [U001, U002, U003] }",
    '  - { name: sre, slackUserGroup: "@sre" }',
    "  - { name: leads, members: [U004, U005] }",
    `policy:\n${policy.replace(/^/gm, "  ")}`,
  ].join("\n");
}

const rule = (text: string, more = "") => withPolicy(`${more}rules:\n  - name: one\n${text.replace(/^/gm, "    ")}`);
const when = (text: string, more = "") => rule(`when: ${text}\nallow: true`, more);
const approvals = (text: string) => rule(`approvals: { count: 1, from: platform, ${text} }`);

function load(text: string, facts: Partial<PolicyFacts> = {}) {
  return loadConfig(text, "c.yaml", { verbs, check: (given) => checkPolicy({ ...given, ...facts }) });
}

function errors(text: string, facts: Partial<PolicyFacts> = {}): string {
  const config = load(text, facts);
  return isConfigErrors(config) ? renderConfigErrors(config) : "";
}

const days = "days: [mon], from: '08:00', until: '18:00'";
const calendars = "calendars: [{ name: holidays, days: [2030-12-24] }]\n";

describe("R15: words that cannot work are refused with line and reason", () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a subject by name": [
      when("{ subjects: ana }"),
      /c\.yaml:11: .*subjects\[0\]: “ana” is nobody: write the member id/,
    ],
    "an assurance that does not exist": [when("{ assurance: linkd }"), /c\.yaml:11: .*did you mean “linked”/],
    "an assurance on a denial": [
      rule("when: { assurance: linked }\ndeny: no"),
      /when\.assurance: What restricts holds for everybody/,
    ],
    "a label asked for and forbidden": [
      when("{ labels: { tier: '1' }, withoutLabels: tier }"),
      /withoutLabels\[0\]: Label “tier” is asked for and forbidden/,
    ],
    "hours that end when they begin": [
      when("{ hours: [{ days: [mon], from: '08:00', until: '08:00' }] }"),
      /hours\[0\]: It ends when it begins/,
    ],
    "hours that outside takes away": [
      when(`{ hours: [{ ${days} }], outside: [{ days: [sun, mon], from: '07:00', until: '19:00' }] }`),
      /when\.hours: These hours never come/,
    ],
    "hours in a zone that does not exist": [
      when(`{ hours: [{ zone: Europe/Berlim, ${days} }] }`),
      /hours\[0\]\.zone: “Europe\/Berlim” is not an IANA time zone/,
    ],
    "a zone of the policy that does not exist": [
      when("{ if: 'now.hour > 8' }", "zone: Mars\n"),
      /c\.yaml:9: policy\.zone: “Mars” is not an IANA time zone/,
    ],
    "an unknown calendar": [
      when("{ calendars: holydays }", calendars),
      /calendars\[0\]: There is no calendar “holydays”; did you mean “holidays”\?/,
    ],
    "an unknown calendar of a freeze": [
      withPolicy("rules: [{ name: a, allow: true }]\nfreezes:\n  - { name: f, calendars: nope, reason: no }"),
      /c\.yaml:11: policy\.freezes\[0\]\.calendars\[0\]: There is no calendar “nope”/,
    ],
    "a freeze with two windows": [
      withPolicy(
        `${calendars}rules: [{ name: a, allow: true }]\nfreezes:\n  - { name: f, calendars: holidays, weekly: { ${days} }, reason: no }`,
      ),
      /exactly one of between, weekly, calendars/,
    ],
    "a day that does not exist": [
      when("{ calendars: holidays }", "calendars: [{ name: holidays, days: [2030-02-30] }]\n"),
      /calendars\[0\]\.days\[0\]: “2030-02-30” is not a day that exists/,
    ],
    "days that end before they begin": [
      when("{ calendars: h }", "calendars: [{ name: h, days: [{ from: 2030-12-26, until: 2030-12-24 }] }]\n"),
      /It ends \(2030-12-24\) before it begins/,
    ],
    "two calendars of one name": [
      when("{ calendars: h }", "calendars: [{ name: h, days: [2030-01-01] }, { name: h, days: [2030-01-02] }]\n"),
      /There are two calendars “h”/,
    ],
    "a condition that names nothing that exists": [
      when("{ if: 'plcae.name == \"x\"' }"),
      /c\.yaml:11: .*when\.if: This CEL expression cannot be used: it names “plcae”, which does not exist; did you mean “place”\?/,
    ],
    "a condition of the wrong type": [
      when("{ if: plan.objects }"),
      /gives a whole number, but true or false is needed/,
    ],
    "a condition that compares with a word that does not exist": [
      when("{ if: 'place.environment == \"prodction\"' }"),
      /There is no environment “prodction” to compare with; did you mean “production”/,
    ],
    "a condition that looks for a group that does not exist": [
      when("{ if: '\"plattform\" in who.groups' }"),
      /There is no group “plattform” to compare with; did you mean “platform”/,
    ],
    "a condition that is never true": [
      when("{ if: 'verb == \"scale\" && 1 > 2' }"),
      /never true, so the rule is never reached/,
    ],
    "a limit of zero": [
      rule("allow: true\nlimits: { objects: 0 }"),
      /limits\.objects: A limit of 0 objects lets nothing through/,
    ],
    "limits of a denial": [rule("deny: no\nlimits: { objects: 3 }"), /limits: What is denied has no limits/],
    "no limit": [rule("allow: true\nlimits: {}"), /No limit is written/],
    "a limit that does not exist": [rule("allow: true\nlimits: { pods: 3 }"), /“pods” is not known here/],
    "an unknown group that is told": [
      approvals("tellGroups: plattform"),
      /tellGroups\[0\]: There is no group “plattform”/,
    ],
    "a person who is told by name": [approvals("tellPeople: ana"), /it looks like "U024BE7LH"/],
    "a ping that does not exist": [approvals("ping: some"), /did you mean “none”/],
    "a ticket whose example is none": [
      approvals("ticket: { pattern: 'OPS-[0-9]+', example: later }"),
      /ticket\.example: The example “later” does not match/,
    ],
    "a ticket's link without a place for it": [
      approvals("ticket: { pattern: 'A-[0-9]', example: A-1, link: 'https://x.example/' }"),
      /ticket\.link: “https:\/\/x\.example\/” is no link for tickets/,
    ],
    "a ticket's link whose host it chooses": [
      approvals("ticket: { pattern: 'A-[0-9]', example: A-1, link: 'https://{ticket}.example/' }"),
      /is no link for tickets/,
    ],
    "a ticket's link over http": [
      approvals("ticket: { pattern: 'A-[0-9]', example: A-1, link: 'http://x.example/{ticket}' }"),
      /is no link for tickets/,
    ],
    "R12: a top tier that only Slack's user groups could meet": [
      rule("approvals: { count: 1, from: sre, assurance: linked }"),
      /c\.yaml:11: .*Only Slack's user groups could give these approvals \(sre\), and at this tier they do not count/,
    ],
    "R12: a step-up that only Slack's user groups could meet": [
      rule("approvals: { count: 1, from: sre, stepUp: { maxAge: 5m } }"),
      /Only Slack's user groups could give/,
    ],
    "a rule that a denial with the same condition takes away": [
      withPolicy(
        "rules:\n  - { name: a, when: { verbs: scale, if: 'plan.objects > 3' }, allow: true }\n  - { name: b, when: { if: 'plan.objects > 3' }, deny: no }",
      ),
      /“a” never counts: wherever it matches, “b” denies/,
    ],
  };
  for (const [name, [text, says]] of Object.entries(cases)) test(name, () => assert.match(errors(text), says));

  test("a denial that asks for more does not take a rule away", () => {
    const text = withPolicy(
      "rules:\n  - { name: a, when: { verbs: scale }, allow: true }\n  - { name: b, when: { verbs: scale, if: 'plan.objects > 3' }, deny: no }\n  - { name: c, when: { verbs: scale, labels: { tier: 'x*' } }, deny: no }",
    );
    assert.equal(errors(text), "");
  });

  test("an unknown schedule, where schedules are known", () => {
    const text = when("{ onCall: payment }");
    assert.match(
      errors(text, { schedules: ["payments"] }),
      /onCall\[0\]: There is no on-call schedule “payment”; did you mean/,
    );
    assert.match(
      errors(when("{ if: '\"payment\" in who.onCall' }"), { schedules: ["payments"] }),
      /There is no schedule “payment” to compare with/,
    );
    assert.match(errors(text), /There is no on-call schedule “payment”; there is none/);
  });

  test("a calendar whose days are all over, told by the check and never at a start", () => {
    const text = when("{ calendars: holidays }", calendars);
    assert.equal(errors(text), "");
    assert.equal(errors(text, { now: Date.parse("2030-12-24T12:00:00Z") }), "");
    assert.match(
      errors(text, { now: Date.parse("2030-12-27T12:00:00Z") }),
      /All days of calendar “holidays” are over, the last one on 2030-12-24/,
    );
  });
});

describe("what the words mean", () => {
  const decide = (policy: Policy, more: object) => decidePolicy(policy, makeQuestion(more));

  test("where sign-in is configured, a rule that lets and names no assurance asks for a sign-in", () => {
    const raw: RawPolicy = {
      rules: [
        { name: "any", when: { verbs: "get", assurance: "none" }, allow: true },
        { name: "lets", when: { verbs: "scale" }, allow: true },
        { name: "asks", when: { verbs: "apply" }, approvals: { count: 1 } },
        { name: "stops", when: { namespaces: "kube-*" }, deny: "no" },
      ],
    };
    const says = (assurance: "none" | "linked", verb: string, namespace = "shop") => {
      const who = { userId: "U1", groups: [], assurance } as const;
      const decision = decide(typedPolicy(raw, [], { assurance: "linked" }), {
        verb,
        who,
        places: [makePlace({ namespace })],
      });
      return decision.kind === "deny" ? decision.code : decision.kind;
    };
    assert.deepEqual(
      ["get", "scale", "apply"].map((verb) => says("none", verb)),
      ["allow", "not-linked", "not-linked"],
    );
    assert.deepEqual(
      ["get", "scale", "apply"].map((verb) => says("linked", verb)),
      ["allow", "allow", "approvals"],
    );
    assert.equal(says("none", "scale", "kube-system"), "denied-by-policy");
    const without = decide(typedPolicy(raw, []), {
      verb: "scale",
      who: { userId: "U1", groups: [], assurance: "none" },
    });
    assert.equal(without.kind, "allow");
  });

  test("hours, calendars and conditions that name no zone are in the policy's", () => {
    const text = rule(
      `when: { hours: [{ ${days} }], calendars: holidays, if: 'now.hour < 18' }\nallow: true`,
      `zone: Europe/Berlin\n${calendars}`,
    );
    const config = load(text);
    assert.ok(!isConfigErrors(config));
    const [{ match }] = config.policy.rules as [Policy["rules"][0]];
    assert.deepEqual(
      [match.hours?.[0]?.zone, match.calendars?.[0]?.zone, match.if?.zone],
      ["Europe/Berlin", "Europe/Berlin", "Europe/Berlin"],
    );
  });

  test("a policy without the new words has the digest it always had", () => {
    const raw: RawPolicy = { rules: [{ name: "a", when: { verbs: "scale" }, allow: true }] };
    assert.equal(
      typedPolicy(raw, []).digest,
      "sha256:aa7523c12b1c526aa3f1361a11986da3a13323048efa52d0ff2e1acafabd28ac",
    );
  });
});
