// `identity` and groups within groups load whole or not at all, each error at its line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { readSecrets } from "../../src/cli/settings.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { Config } from "../../src/core/config.ts";
import { identitySecrets } from "../../src/main/identity.ts";

const provider = "{ title: Example IdP, issuer: https://id.example.com, clientId: c, groupsClaim: groups }";
const whole = `{ baseUrl: https://ops.example.com, provider: ${provider}, slack: { clientId: "1.2" } }`;

/** With a sign-in, each cluster says what people are called there. */
const mapping = '{ user: { claim: sub, prefix: "" } }';

/** Groups stand from line 5 on, the policy's need on the last line. */
function load(
  groups: readonly string[],
  identity: string | null = whole,
  from = "platform",
  more = "",
): Config | string {
  const text = [
    `clusters: [{ name: prod, environment: production${identity === null ? "" : `, impersonation: ${mapping}`} }]`,
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    "groups:",
    ...groups.map((group) => `  - ${group}`),
    ...(identity === null ? [] : [`identity: ${identity}`]),
    `policy: { rules: [{ name: one, approvals: { count: 1, from: ${from} } }] }`,
    more,
  ].join("\n");
  const config = loadConfig(text, "c.yaml", { verbs: ["halt"], check: checkPolicy });
  return isConfigErrors(config) ? renderConfigErrors(config) : config;
}

const two = "{ name: platform, members: [U001, U002] }";

function loaded(config: Config | string): Config {
  assert.ok(typeof config !== "string", String(config));
  return config;
}

test("what is left out has a default, and secrets are names of variables", () => {
  assert.equal(loaded(load([two], null)).identity, null);
  assert.deepEqual(loaded(load([two])).identity, {
    baseUrl: "https://ops.example.com",
    provider: {
      ...{
        title: "Example IdP",
        issuer: "https://id.example.com",
        clientId: "c",
        clientSecretEnv: "OIDC_CLIENT_SECRET",
      },
      ...{ scopes: ["openid", "profile", "email"], groupsClaim: "groups", claims: [] },
      ...{ signingAlgorithm: "RS256", asksUserinfo: false },
    },
    slack: { clientId: "1.2", clientSecretEnv: "SLACK_CLIENT_SECRET" },
    groupMaxAgeMs: 12 * 3_600_000,
    stepUpFreshForMs: 900_000,
    allowHttpLoopback: false,
  });
});

test("secrets are read from the variables that the configuration names, and a missing one is named", () => {
  const { identity } = loaded(load([two]));
  assert.ok(identity !== null);
  const env = { SLACK_BOT_TOKEN: "xoxb-1", OIDC_CLIENT_SECRET: "a", SLACK_CLIENT_SECRET: "b" };
  const secrets = (more: object = {}) => identitySecrets(identity, readSecrets({ ...env, ...more }));
  assert.deepEqual(secrets(), { providerClientSecret: "a", slackClientSecret: "b" });
  assert.throws(() => secrets({ SLACK_CLIENT_SECRET: "" }), /SLACK_CLIENT_SECRET is not set/);
});

const wrong: readonly (readonly [string, readonly string[], string | null, RegExp])[] = [
  [
    "http is refused",
    [two],
    whole.replace("https://ops", "http://ops"),
    /“http:\/\/ops\.example\.com” must begin with https/,
  ],
  [
    "http on the loopback too",
    [two],
    whole.replace("https://ops.example.com", "http://127.0.0.1:8080"),
    /must begin with https/,
  ],
  ["a path is no origin", [two], whole.replace("ops.example.com", "ops.example.com/bot"), /baseUrl/],
  ["a scope too few", [two], whole.replace("groupsClaim", "scopes: [email], groupsClaim"), /Without the scope openid/],
  ["an unknown key", [two], whole.replace("title:", "tile: x, title:"), /did you mean “title”/],
  ["a secret in the file", [two], whole.replace('clientId: "1.2"', 'clientId: "1.2", clientSecret: s'), /clientSecret/],
  ["the provider's groups without a provider", [two, "{ name: x, idpGroups: sre }"], null, /“identity” is missing/],
  [
    "the provider's groups without its claim",
    [two, "{ name: x, idpGroups: sre }"],
    whole.replace(", groupsClaim: groups", ""),
    /write its “groupsClaim”/,
  ],
  [
    "an unknown group in a group",
    [two, "{ name: x, groups: platfrom }"],
    whole,
    /There is no group “platfrom”; did you mean “platform”/,
  ],
  [
    "a circle, with its way",
    [two, "{ name: a, groups: [b] }", "{ name: b, groups: [c] }", "{ name: c, groups: [platform, a] }"],
    whole,
    /c\.yaml:6: groups\[?\.?1\]?\.groups.*These groups go round in a circle: a → b → c → a\./s,
  ],
  ["a group of nobody", [two, "{ name: x }"], whole, /has no members, no slackUserGroup, no idpGroups and no groups/],
];
for (const [what, groups, identity, says] of wrong)
  test(`refused at load: ${what}`, () => {
    const config = load(groups, identity);
    assert.ok(typeof config === "string", "it loads");
    assert.match(config, says);
  });

test("http on the loopback loads where the file allows it", () => {
  const demo = whole
    .replace("https://ops.example.com", "http://127.0.0.1:8080")
    .replace("{ baseUrl", "{ allowHttpLoopback: true, baseUrl");
  assert.equal(loaded(load([two], demo)).identity?.baseUrl, "http://127.0.0.1:8080");
  assert.match(String(load([two], demo.replace("127.0.0.1:8080", "example.com"))), /must begin with https/);
});

test("R15: a quorum may be reached through the provider's groups and through groups within groups", () => {
  assert.ok(typeof load(["{ name: platform, idpGroups: [sre] }"]) !== "string");
  assert.ok(typeof load([two, "{ name: all, groups: [platform] }"], whole, "all") !== "string");
  assert.match(
    String(load(["{ name: one, members: [U001] }", "{ name: all, groups: one }"], whole, "all")),
    /all has 1 member/,
  );
});

test("who is in a group is part of the policy's digest, by the provider's groups and within others too", () => {
  const digest = (group: string) => loaded(load([two, group])).policy.digest;
  const one = digest("{ name: x, idpGroups: sre }");
  assert.notEqual(one, digest("{ name: x, idpGroups: sre-leads }"));
  assert.notEqual(one, digest("{ name: x, groups: platform }"));
});

test("R9: schedules may name people by their sign-in at the configured issuer; others are nobody, with the line", () => {
  const shifts = (member: string) =>
    load(
      [two],
      whole,
      "platform",
      `onCall: { schedules: [{ name: web, static: { members: ["${member}"], zone: UTC, first: "2026-01-05" } }] }`,
    );
  const errorsIn = (read: Config | string): string => (typeof read === "string" ? read : "");
  assert.equal(loaded(shifts("https://id.example.com#1a2b")).onCall.schedules.length, 1);
  assert.match(
    errorsIn(shifts("https://evil.example.com#1a2b")),
    /c\.yaml:\d+: onCall\.schedules\[0\]\.static\.members\[0\]: “https:\/\/evil\.example\.com#1a2b” is nobody's sign-in here, since people sign in at https:\/\/id\.example\.com\./,
  );
  assert.match(errorsIn(shifts("ana@example.com")), /does not have the right form; it looks like "U024BE7LH"/);
});

test("R9: a rule about a subject of another issuer than people sign in at is refused", () => {
  const rule = (subject: string) => loadRules(`{ name: two, when: { subjects: "${subject}" }, deny: no }`);
  assert.match(
    rule("https://id.example.com/#1a2b"),
    /is nobody's sign-in here, since people sign in at https:\/\/id\.example\.com$/m,
  );
  assert.equal(rule("https://id.example.com#1a2b"), "");
  assert.equal(rule("U024BE7LH"), "");
});

/** What is wrong with one more rule beside an ordinary one. */
function loadRules(rule: string): string {
  const text = [
    `clusters: [{ name: prod, environment: production, impersonation: ${mapping} }]`,
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    `groups: [${two}]`,
    `identity: ${whole}`,
    `policy: { rules: [{ name: one, approvals: { count: 1, from: platform } }, ${rule}] }`,
  ].join("\n");
  const config = loadConfig(text, "c.yaml", { verbs: ["halt"], check: checkPolicy });
  return isConfigErrors(config) ? renderConfigErrors(config) : "";
}
