// The configuration loads whole or not at all, with every error at its line (R15, T17, T18).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { checkPolicy } from "../../src/approvals/check.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import { configReference } from "../../src/config/reference.ts";
import { configSchema } from "../../src/config/schema.ts";
import { suggestion } from "../../src/config/suggestion.ts";
import type { Config } from "../../src/core/config.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { makePlace, makeQuestion } from "../approvals/make.ts";
import { ownWorkMs } from "../support/own-work.ts";

const verbs = [
  "get",
  "rollback",
  "restart",
  "scale",
  "apply",
  "delete",
  "set image",
  "halt",
  "unhalt",
  "freeze",
  "unfreeze",
  "pause",
  "unlink",
  "cancel",
  "unlink",
  "policy apply",
  "unlink",
];

const changing = verbs.filter((verb) => verb !== "get");
const params = { ...Object.fromEntries(verbs.map((verb) => [verb, ["target"]])), scale: ["target", "replicas"] };

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

function loaded(text: string): Config {
  const config = loadConfig(text, "c.yaml", { verbs, changing, params, check: checkPolicy });
  if (isConfigErrors(config)) throw new Error(renderConfigErrors(config));
  return config;
}

function errors(text: string): string {
  const config = loadConfig(text, "c.yaml", { verbs, changing, params, check: checkPolicy });
  return isConfigErrors(config) ? renderConfigErrors(config) : "";
}

/** A whole configuration around a policy; the policy starts on line 8. */
function withPolicy(policy: string): string {
  return [
    "clusters: [{ name: prod, environment: production }]",
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    "groups:",
    "  - { name: platform, members: [U001, U002, U003] }",
    "  - { name: leads, members: [U001] }",
    '  - { name: sre, slackUserGroup: "@sre" }',
    policy,
  ].join("\n");
}

function rule(text: string): string {
  return withPolicy(`policy:\n  rules:\n    - name: one\n${text.replace(/^/gm, "      ")}\n`);
}

describe("the example configuration", () => {
  const config = loaded(read("countersign.example.yaml"));
  const engineers = { userId: "U", groups: [asGroupName("engineers")], assurance: "linked" } as const;
  const decide = (verb: string, place: object, more: object = {}) =>
    decidePolicy(config.policy, makeQuestion({ verb, who: engineers, places: [makePlace(place)], ...more }));

  test("reads are free, staging changes too, rights there are not", () => {
    const staging = { cluster: "staging", environment: "staging" };
    assert.equal(decide("get", {}, { verbKind: "read" }).kind, "allow");
    assert.equal(decide("restart", staging).kind, "allow");
    assert.equal(decide("apply", staging, { risks: ["rbac-change"] }).kind, "approvals");
  });

  test("production needs one of platform, payments one of its leads as well, a rollback there only one of either", () => {
    const [shop, payments, rollback] = [
      decide("scale", {}),
      decide("scale", { namespace: "payments" }),
      decide("rollback", { namespace: "payments" }),
    ];
    assert.deepEqual(shop.kind === "approvals" && shop.requirement.need, {
      kind: "votes",
      count: 1,
      groups: ["platform"],
    });
    assert.ok(payments.kind === "approvals" && payments.requirement.need.kind === "all");
    assert.equal(payments.requirement.expiresInMs, 3_600_000);
    assert.ok(rollback.kind === "approvals" && !rollback.rules.includes("payments"));
  });

  test("namespaces are not deleted, strangers change nothing, and the freeze holds", () => {
    const gone = decide("delete", { kind: "namespace", namespace: null });
    assert.ok(gone.kind === "deny" && gone.rule === "no-namespace-deletes");
    const who = { ...engineers, groups: [] };
    const stranger = decidePolicy(
      config.policy,
      makeQuestion({ who, places: [makePlace({ environment: "staging" })] }),
    );
    assert.ok(stranger.kind === "deny" && stranger.code === "no-rule");
    const eve = decide("apply", {}, { now: Date.UTC(2026, 11, 24) });
    assert.ok(eve.kind === "deny" && eve.code === "frozen");
  });

  test("the same text has the same policy digest, another policy another one", () => {
    const text = read("countersign.example.yaml");
    assert.equal(loaded(text).policy.digest, config.policy.digest);
    assert.notEqual(loaded(text.replace("count: 2", "count: 1")).policy.digest, config.policy.digest);
    assert.notEqual(loaded(text.replace(", U024BE7LK]", "]")).policy.digest, config.policy.digest);
  });
});

describe("all errors at once, each with its line", () => {
  test("of the schema", () => {
    const text = [
      "clusters: [{ name: prod, environmnt: x }]",
      "channels: { approvals: ops }",
      "policy: { rules: [] }",
      "audt: 1",
    ].join("\n");
    assert.deepEqual(errors(text).split("\n"), [
      "c.yaml:1: “audit” is missing.",
      "c.yaml:1: clusters[0]: “environment” is missing.",
      "c.yaml:1: clusters[0].environmnt: “environmnt” is not known here; did you mean “environment”?",
      "c.yaml:2: channels: “audit” is missing.",
      'c.yaml:2: channels.approvals: "ops" does not have the right form; it looks like "#ops".',
      "c.yaml:3: policy.rules: The list is empty; at least 1 is needed.",
      "c.yaml:4: audt: “audt” is not known here; did you mean “audit”?",
    ]);
  });

  test("of the policy's meaning", () => {
    const text = withPolicy(`policy:
  rules:
    - name: one
      when: { verbs: [rolback], groups: plattform, environments: staging, risks: deletions }
      approvals: { count: 1, from: platfrom }
    - name: one
      when: { kinds: Deployment }
      allow: true
      replaces: tow
`);
    assert.deepEqual(errors(text).split("\n"), [
      "c.yaml:11: policy.rules[0].when.verbs[0]: There is no verb “rolback”; did you mean “rollback”?",
      "c.yaml:11: policy.rules[0].when.groups[0]: There is no group “plattform”; did you mean “platform”?",
      "c.yaml:11: policy.rules[0].when.environments[0]: There is no environment “staging”; there is production.",
      "c.yaml:11: policy.rules[0].when.risks[0]: There is no risk fact “deletions”; did you mean “deletion”?",
      "c.yaml:12: policy.rules[0].approvals: There is no group “platfrom”; did you mean “platform”?",
      "c.yaml:13: policy.rules[1].name: There are two rules “one”; give one another name",
      "c.yaml:14: policy.rules[1].when.kinds[0]: “Deployment” is not a kind as kubectl prints it with -o name; write it like deployment.apps or configmap",
      "c.yaml:16: policy.rules[1].replaces: There is no rule “tow” to replace; there is none.",
    ]);
  });

  test("of the schema in one rule and of the meaning in another", () => {
    const text = withPolicy(`policy:
  rules:
    - { name: one, approvals: { count: none } }
    - { name: two, when: { verbs: rolback }, allow: true, replaces: one }
`);
    assert.deepEqual(errors(text).split("\n"), [
      'c.yaml:10: policy.rules[0].approvals.count: "none" is a text, but a whole number is needed.',
      "c.yaml:11: policy.rules[1].when.verbs[0]: There is no verb “rolback”; did you mean “rollback”?",
    ]);
  });

  test("of the YAML itself", () => {
    for (const text of ["a: [", "a: 1\na: 2", "a: !foo x", "a: *b", "- x", "", "just words"])
      assert.notEqual(errors(text), "", text);
    assert.match(errors("a: 1\na: 2"), /^c\.yaml:2: .*unique/);
  });
});

describe("R15: a policy that cannot be lived under is refused", () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    "zero approvals": [rule("approvals: { count: 0, from: platform }"), /count: 0 must be >= 1/],
    "a missing number": [rule("approvals: { from: platform }"), /exactly one of count, all, any/],
    "a number that is a text": [rule('approvals: { count: "2" }'), /"2" is a text, but a whole number is needed/],
    "an empty all": [rule("approvals: { all: [] }"), /list is empty/],
    "more people than there are": [
      rule("approvals: { count: 4, from: platform }"),
      /Nobody could ever give these approvals: platform has 3 members/,
    ],
    "a quorum out of reach when one of the group asks": [
      rule("approvals: { count: 3, from: platform }"),
      /When U001 asks, nobody could ever give these approvals/,
    ],
    "one human for two slots": [
      rule("approvals: { all: [{ count: 2, from: platform }, { count: 1, from: leads }] }"),
      /When U001 asks/,
    ],
    "an unknown veto group": [
      rule("approvals: { count: 1, from: platform, veto: secruity }"),
      /approvals\.veto: There is no group/,
    ],
    "no effect": [rule("when: { verbs: get }"), /exactly one of allow, deny, approvals; it has none/],
    "two effects": [rule("allow: true\ndeny: no"), /it has allow and deny/],
    "a bad pattern": [
      rule("approvals: { count: 1, from: platform, reasonToAsk: { pattern: '(', example: x } }"),
      /not a pattern in RE2 syntax/,
    ],
    "an example that does not match": [
      rule("approvals: { count: 1, from: platform, reasonToAsk: { pattern: 'OPS-\\d+', example: x } }"),
      /does not match/,
    ],
    "a pattern that everything matches": [
      rule("approvals: { count: 1, from: platform, reasonToAsk: { pattern: '.*', example: x } }"),
      /in every reason/,
    ],
    "R15: hours that are none": [rule("when: { hours: [] }\nallow: true"), /hours.*list is empty/],
    "R15: no hours outside": [rule("when: { outside: [] }\nallow: true"), /outside.*list is empty/],
    "R15: labels that are none": [rule("when: { labels: {} }\nallow: true"), /labels.*map is empty/],
    "R15: arguments that are none": [rule("when: { args: {} }\nallow: true"), /args.*map is empty/],
    "R15: an argument that no verb has": [
      rule("when: { args: { replica: '0' } }\ndeny: no"),
      /There is no argument “replica”; did you mean “replicas”/,
    ],
    "R15: an argument that this verb does not have": [
      rule("when: { verbs: restart, args: { replicas: '0' } }\ndeny: no"),
      /There is no argument “replicas”; .*target/i,
    ],
    "R15: a namespace that none can be called": [
      rule("when: { namespaces: Shop }\ndeny: no"),
      /“Shop” is no namespace's name/,
    ],
    "R15: a kind in the plural": [
      rule("when: { kinds: secrets }\ndeny: no"),
      /“secrets” in the plural never matches; write secret$/m,
    ],
    "R15: one of a group in the plural": [
      rule("when: { kinds: deployments.apps }\ndeny: no"),
      /write deployment\.apps/,
    ],
    "R15: one in the plural without its group": [rule("when: { kinds: jobs }\ndeny: no"), /write job\.batch/],
    "R15: a core kind with a group": [
      rule("when: { kinds: pod.v1 }\ndeny: no"),
      /“pod\.v1” with a group never matches; write pod$/m,
    ],
    "a kind without its group": [rule("when: { kinds: deployment }\nallow: true"), /write deployment\.apps/],
    "a circle of replacements": [
      withPolicy(
        "policy:\n  rules:\n    - { name: a, allow: true, replaces: b }\n    - { name: b, allow: true, replaces: a }",
      ),
      /replaces itself/,
    ],
    "a rule that another denies everywhere": [
      withPolicy(
        "policy:\n  rules:\n    - { name: a, when: { verbs: scale, clusters: prod }, allow: true }\n    - { name: b, when: { verbs: [scale, get] }, deny: no }",
      ),
      /“a” never counts: wherever it matches, “b” denies/,
    ],
    "approvals of reads": [
      rule("when: { actions: [change, read] }\napprovals: { count: 1, from: platform }"),
      /c\.yaml:\d+: policy\.rules\[0\]\.when\.actions\[1\]: Rule “one” asks for approvals, and “read” can't wait for them/,
    ],
    "approvals of a verb that only shows something": [
      rule("when: { verbs: [scale, get] }\napprovals: { count: 1, from: platform }"),
      /c\.yaml:\d+: policy\.rules\[0\]\.when\.verbs\[1\]: .*“get” can't wait for them: .*Write “allow: true” or “deny: …” for it/,
    ],
    "too many choices": [
      rule(
        `approvals: { all: [${Array(7).fill("{ any: [{ count: 1, from: platform }, { count: 1, from: sre }] }").join(", ")}] }`,
      ),
      /more than 64 ways/,
    ],
    "an empty policy": [withPolicy("policy: {}"), /“rules” is missing/],
    "no policy": [withPolicy(""), /“policy” is missing/],
    "a zone that does not exist": [
      withPolicy(
        "policy:\n  rules: [{ name: a, allow: true }]\n  freezes: [{ name: f, reason: r, weekly: { zone: Mars/Base, days: [fri], from: '01:00', until: '02:00' } }]",
      ),
      /not an IANA time zone/,
    ],
    "a freeze that ends before it begins": [
      withPolicy(
        "policy:\n  rules: [{ name: a, allow: true }]\n  freezes: [{ name: f, reason: r, between: { from: 2026-12-24T00:00:00Z, until: 2026-12-23T00:00:00Z } }]",
      ),
      /ends before it begins/,
    ],
    "a day that does not exist": [
      withPolicy(
        "policy:\n  rules: [{ name: a, allow: true }]\n  freezes: [{ name: f, reason: r, between: { from: 2026-02-30T00:00:00Z, until: 2026-12-23T00:00:00Z } }]",
      ),
      /not a moment that exists/,
    ],
    "a name for a member": [
      withPolicy("policy: { rules: [{ name: a, allow: true }] }").replace("U001", "ann"),
      /"ann" does not have the right form; it looks like "U024BE7LH"/,
    ],
    "two clusters of one name": [
      withPolicy("policy: { rules: [{ name: a, allow: true }] }").replace(
        "[{ name",
        "[{ name: prod, environment: x }, { name",
      ),
      /There are two clusters “prod”/,
    ],
  };
  for (const [name, [text, expected]] of Object.entries(cases)) test(name, () => assert.match(errors(text), expected));

  test("a group that Slack fills is reachable", () => {
    loaded(rule("approvals: { count: 2, from: sre }"));
  });
});

describe("T17: words that are members of every object are unknown names", () => {
  for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty"])
    test(word, () => {
      assert.match(errors(rule(`approvals: { count: 1, from: ${word} }`)), /There is no group/);
      assert.match(
        errors(rule(`when: { verbs: ${word}, clusters: ${word}, risks: ${word}, kinds: ${word} }\nallow: true`)),
        /There is no verb[\s\S]*There is no cluster[\s\S]*There is no risk/,
      );
      assert.match(
        errors(`${withPolicy("policy: { rules: [{ name: a, allow: true }] }")}\n${word}: {}`),
        new RegExp(`“${word}” is not known here`),
      );
      assert.deepEqual(Object.keys(Object.prototype), []);
    });
});

test("T18: hostile patterns are compiled and tried within 50 ms", () => {
  for (const pattern of ["(a+)+$", "(a|a)*b", "(.*)*x", "((((a*)*)*)*)*b"]) {
    const reason = `{ pattern: '${pattern}', example: ${"a".repeat(400)} }`;
    const text = rule(`approvals: { count: 1, from: platform, reasonToAsk: ${reason} }`);
    assert.ok(ownWorkMs(() => errors(text)) < 50, pattern);
  }
});

test("durations, defaults and single names are typed", () => {
  const config = loaded(rule("approvals: { count: 1, from: platform, expiresIn: 90s }"));
  const [only] = config.policy.rules;
  assert.ok(only?.effect.kind === "approvals");
  const { expiresInMs, startWithinMs, denyThreshold } = only.effect.requirement;
  assert.deepEqual([expiresInMs, startWithinMs, denyThreshold], [90_000, 900_000, 1]);
  assert.deepEqual(
    [config.command, config.clusters[0]?.isDefault, config.limits.groupMaxAgeMs],
    ["/ops", true, 300_000],
  );
});

test("the nearest name is one that could be meant", () => {
  assert.equal(suggestion("rolback", verbs), "did you mean “rollback”?");
  assert.equal(suggestion("SCALE", verbs), "did you mean “scale”?");
  assert.match(suggestion("entirely different", verbs), /^there is /);
});

test("the schema is one of the 2020-12 dialect", () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  assert.ok(ajv.validateSchema(configSchema), ajv.errorsText());
});

test("docs/reference/config.md is what the schema says", () => {
  assert.equal(read("docs/reference/config.md"), configReference(), "write it anew from configReference()");
});

describe("break-glass", () => {
  const rules = "policy:\n  rules: [{ name: one, allow: true }]\n";
  const section = (more: string) => withPolicy(`${rules}breakglass:\n${more.replace(/^/gm, "  ")}`);
  const whole = 'groups: platform\ntell: "#ops"\nreview: { group: platform }';

  test("is part of the policy: its digest covers it, and what is left out has its usual value", () => {
    const [without, alone, longer] = [rules, section(whole), section(`${whole}\nstartWithin: 10m`)];
    const config = loaded(alone);
    const digests = [loaded(withPolicy(without)), config, loaded(longer)].map(({ policy }) => policy.digest);
    assert.equal(new Set(digests).size, 3);
    assert.equal(config.policy.breakGlass?.startWithinMs, 300_000);
    assert.equal(config.policy.breakGlass?.review.count, 2);
    assert.equal(config.policy.breakGlass?.openUses, 1);
    assert.equal(config.policy.breakGlass?.throughFreezes, false);
    assert.ok(JSON.stringify(config.policySource).includes("breakglass"), "it is countersigned with the policy");
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [whole.replace("groups: platform", "groups: platfrom"), /no group “platfrom”.*did you mean “platform”/],
    [whole.replace("#ops", "#b"), /breakglass.tell.*besides the audit channel/],
    [whole.replace("{ group: platform }", "{ group: leads }"), /Nobody could ever give these approvals/],
    [whole.replace("{ group: platform }", "{ group: nobody }"), /no group “nobody”/],
    [`${whole}\nexceptRisks: rbac-escalatoin`, /no risk fact “rbac-escalatoin”.*rbac-escalation/],
    [`${whole}\nwhen: { verbs: rollbck }`, /no verb “rollbck”/],
    [`${whole}\nwhen: { groups: leads }`, /“groups” is not known here/],
    [`${whole}\nreason: { pattern: "(", example: x }`, /not a pattern in RE2 syntax/],
    ["groups: platform\nreview: { group: platform }", /“tell” is missing/],
    [`${whole}\nassurance: sure`, /not possible here/],
  ];
  for (const [more, says] of wrong)
    test(`refuses ${more.split("\n").at(-1)}: ${says.source}`, () => assert.match(errors(section(more)), says));
});

describe("on-call schedules", () => {
  const allow = "policy: { rules: [{ name: a, allow: true }] }";
  const turns = "static: { members: [U001], zone: Europe/Berlin, first: 2026-01-05";
  const schedule = (text: string) => `${withPolicy(allow)}\nonCall:\n  schedules:\n    - { name: payments, ${text} }\n`;

  test("each kind is typed, with its defaults", () => {
    const [rotation] = loaded(schedule(`${turns} }`)).onCall.schedules;
    assert.deepEqual(rotation, {
      ...{ kind: "static", name: "payments" },
      rotation: {
        members: ["U001"],
        zone: "Europe/Berlin",
        first: "2026-01-05",
        handoverMinute: 540,
        days: 7,
        overrides: [],
      },
    });
    const [pagerDuty] = loaded(schedule("pagerduty: { schedule: PI7DH85, tokenFrom: PD_KEY, people: { P1: U001 } }"))
      .onCall.schedules;
    assert.deepEqual(pagerDuty, {
      ...{
        kind: "pagerduty",
        name: "payments",
        schedule: "PI7DH85",
        tokenFrom: "PD_KEY",
        api: "https://api.pagerduty.com",
      },
      ...{ people: new Map([["P1", "U001"]]), refreshMs: 300_000, maxAgeMs: 1_800_000, privateAddresses: false },
    });
    assert.deepEqual(loaded(withPolicy(allow)).onCall.schedules, []);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["no keeper", "", /Schedule “payments” needs exactly one of static, ical, pagerduty; it has none/],
    ["two keepers", `${turns} }, ical: { url: "https://x.example/a.ics", people: {} }`, /it has static and ical/],
    ["a zone that does not exist", turns.replace("Berlin", "Bärlin").concat(" }"), /is not an IANA time zone/],
    [
      "a day that does not exist",
      turns.replace("01-05", "02-30").concat(" }"),
      /“2026-02-30” is not a day that exists/,
    ],
    ["a calendar without https", 'ical: { url: "http://x.example/a.ics", people: {} }', /does not have the right form/],
    [
      "an age below the refresh",
      'ical: { url: "https://x.example/a.ics", people: {}, refresh: 1h }',
      /too old before it is asked for again/,
    ],
    [
      "a stand-in that ends before it begins",
      `${turns}, overrides: [{ from: 2026-01-02T00:00:00Z, until: 2026-01-01T00:00:00Z, person: U001 }] }`,
      /It ends before it begins/,
    ],
  ];
  for (const [what, text, says] of wrong) test(`refused is ${what}`, () => assert.match(errors(schedule(text)), says));

  test("a group names a schedule that there is, and rings come in order", () => {
    const group = schedule(`${turns} }`).replace("{ name: leads,", "{ name: leads, onCall: paymnets,");
    assert.match(errors(group), /There is no schedule “paymnets”.*payments/);
    const rings = (text: string) => rule(`approvals: { count: 1, from: platform, ${text} }`);
    assert.match(errors(rings("rings: [20m, 10m]")), /People are reminded first, then it is escalated/);
    assert.match(errors(rings("rings: [20m, 3h]")), /both before it expires/);
    assert.match(errors(rings("escalateTo: laeds")), /There is no group “laeds”/);
    assert.equal(errors(rings("rings: [5m, 15m], escalateTo: leads")), "");
  });
});
