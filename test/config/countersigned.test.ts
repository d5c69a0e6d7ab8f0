// What of the file is countersigned when it changes: whatever decides who counts, with which rights and where (R31, T31).
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { verbs } from "../../src/commands/index.ts";
import { completed, countersignedIn, withCountersigned } from "../../src/config/countersigned.ts";
import { isConfigErrors, loadConfig, withPolicy } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import type { Config } from "../../src/core/config.ts";
import { heldBack } from "../../src/main/starts-anew.ts";

const file = `
clusters:
  - name: production
    environment: production
    kubeconfig: /etc/countersign/kubeconfig
    impersonation: { user: { claim: email, prefix: "oidc:" }, groups: { from: idp, prefix: "oidc:", only: [sre] } }
channels: { approvals: "#a", audit: "#b" }
groups:
  - { name: platform, members: [U024BE7LH, U024BE7LJ] }
onCall:
  schedules:
    - name: web
      static: { members: [U024BE7LH], zone: UTC, first: 2026-01-05 }
policy:
  rules: [{ name: reads, when: { actions: read }, allow: true }]
access:
  maxFor: 4h
  roles: [{ name: edit, title: Edit, clusterRole: edit }]
breakglass: { groups: platform, when: { verbs: restart }, tell: "#c", review: { group: platform, count: 1 } }
identity:
  baseUrl: https://ops.example.com
  provider: { title: IdP, issuer: "https://id.example.com", clientId: c, groupsClaim: groups }
  slack: { clientId: "1.2" }
  groupMaxAge: 12h
limits: { groupMaxAge: 5m, delegation: 7d, votesPerMinute: 30 }
audit: { checkpoints: /mnt/checkpoints }
http: { port: 8080 }
retention: { requests: 90d, records: 400d, archive: /mnt/archive }
`;

function loaded(text: string): Config {
  const config = loadConfig(text, "countersign.yaml", { verbs: [...verbs.keys()], check: checkPolicy });
  assert.ok(!isConfigErrors(config), isConfigErrors(config) ? renderConfigErrors(config) : "");
  return config;
}

const changed = (from: string, to: string): Config => {
  assert.ok(file.includes(from), from);
  return loaded(file.replace(from, to));
};

const countersigned: readonly (readonly [what: string, from: string, to: string])[] = [
  ["how long requests keep their documents", "retention: { requests: 90d", "retention: { requests: 30d"],
  ["how long records keep their words", "records: 400d", "records: 91d"],
  ["the archive", ", archive: /mnt/archive", ""],
  ["the issuer", "https://id.example.com", "https://evil.example.com"],
  ["the client", "clientId: c,", "clientId: d,"],
  ["the claim that holds groups", "groupsClaim: groups", "groupsClaim: roles"],
  ["how old groups may be", "groupMaxAge: 12h", "groupMaxAge: 300d"],
  ["where browsers sign in", "https://ops.example.com", "https://evil.example.com"],
  ["Slack's client", 'clientId: "1.2"', 'clientId: "1.3"'],
  ["the claim that names people in a cluster", "claim: email", "claim: nickname"],
  ["the prefix of names", 'user: { claim: email, prefix: "oidc:" }', 'user: { claim: email, prefix: "" }'],
  ["the groups that count there", "only: [sre]", "only: [sre, admins]"],
  ["whose rights the unlinked have", "impersonation: {", "impersonation: { unlinked: { user: admin },"],
  ["a cluster's environment", "environment: production", "environment: staging"],
  ["which cluster it is", "/etc/countersign/kubeconfig", "/etc/countersign/other"],
  ["the catalogue of roles", "clusterRole: edit", "clusterRole: cluster-admin"],
  ["how long a role may be held", "maxFor: 4h", "maxFor: 400h"],
  ["who is in a group", "[U024BE7LH, U024BE7LJ]", "[U024BE7LH, U024BE7LK]"],
  ["who is on shift", "members: [U024BE7LH], zone", "members: [U024BE7LJ], zone"],
  ["a rule", "actions: read", "actions: [read, own]"],
  ["break-glass", "verbs: restart", "verbs: [restart, delete]"],
  ["how old Slack's groups may be", "groupMaxAge: 5m", "groupMaxAge: 50m"],
  ["for how long groups are lent", "delegation: 7d", "delegation: 70d"],
];

for (const [what, from, to] of countersigned)
  test(`it is another policy with ${what} changed, and the accepted one beside this file is the one before`, () => {
    const [before, after] = [loaded(file), changed(from, to)];
    assert.notEqual(after.policy.digest, before.policy.digest);
    const ruled = withPolicy(after, before.policySource, { verbs: [...verbs.keys()], check: checkPolicy });
    assert.ok(!isConfigErrors(ruled));
    assert.equal(ruled.policy.digest, before.policy.digest);
    assert.deepEqual({ ...ruled, file: null }, { ...before, file: null });
  });

test("channels, ports, rates and places of the record are the file's own", () => {
  for (const [from, to] of [
    ['approvals: "#a"', 'approvals: "#z"'],
    ["port: 8080", "port: 8081"],
    ["votesPerMinute: 30", "votesPerMinute: 31"],
    ["/mnt/checkpoints", "/mnt/others"],
  ] as const)
    assert.equal(changed(from, to).policy.digest, loaded(file).policy.digest, to);
});

test("the accepted parts in a file: nothing of its own in them, and all of its own beside them", () => {
  const [mine, accepted] = [
    { clusters: 1, groups: 2, http: 3, limits: { groupMaxAge: "1m", votesPerMinute: 4 } },
    { clusters: 5 },
  ];
  assert.deepEqual(countersignedIn(mine), { clusters: 1, groups: 2, limits: { groupMaxAge: "1m" } });
  assert.deepEqual(withCountersigned(mine, accepted), { clusters: 5, http: 3, limits: { votesPerMinute: 4 } });
  assert.deepEqual(completed({ policy: 1 }, { ...mine, policy: 2, access: 3 }), {
    ...{ policy: 1, clusters: 1, access: 3, limits: { groupMaxAge: "1m" } },
  });
});

test("what can hold only after a start names the keys; all else holds at once", () => {
  const before = loaded(file);
  const said = heldBack(before, changed("https://id.example.com", "https://new.example.com"));
  assert.equal(said?.code, "starting-anew");
  assert.match(said.message, /changes identity\.provider\.issuer, and I still run/);
  for (const [what, from, to] of countersigned.filter(([, change]) =>
    /members|actions|delegation|maxFor|5m/.test(change),
  ))
    assert.equal(heldBack(before, changed(from, to)), null, what);
});
