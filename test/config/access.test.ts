// The catalogue of roles is checked at load: what could never be granted, or would not end in time, is an error with its line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogueManifests, grantedRoles } from "../../src/access/manifests.ts";
import { checkPolicy } from "../../src/approvals/check.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";

function load(access: string) {
  const text = [
    "clusters: [{ name: prod, environment: production }]",
    'channels: { approvals: "#a", audit: "#b" }',
    "audit: { checkpoints: /x }",
    "groups: [{ name: platform, members: [U001, U002] }]",
    "policy: { rules: [{ name: all, allow: true }] }",
    access,
  ].join("\n");
  return loadConfig(text, "c.yaml", { verbs: [], check: checkPolicy });
}

function errors(access: string): string {
  const config = load(access);
  return isConfigErrors(config) ? renderConfigErrors(config) : "none";
}

const role = (more: string) =>
  `access:\n  roles:\n    - name: logs\n      title: Logs\n${more.replace(/^/gm, "      ")}`;
const rule = (resources: string, verbs = "[get]") =>
  `rules: [{ apiGroups: [""], resources: ${resources}, verbs: ${verbs} }]`;

test("a catalogue loads with what is usual filled in", () => {
  const config = load(`${role(rule("pods/log"))}\n  admins: platform\n`);
  assert.ok(!isConfigErrors(config), JSON.stringify(config));
  assert.deepEqual(config.access, {
    namespace: "countersign-grants",
    admins: ["platform"],
    targets: [],
    roles: [
      {
        name: "logs",
        title: "Logs",
        bound: { kind: "ClusterRole", name: "countersign:grant:logs" },
        rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"], resourceNames: [], nonResourceURLs: [] }],
        scope: "namespace",
        credentials: ["binding"],
        maxForMs: 4 * 3_600_000,
        allowStreams: false,
      },
    ],
  });
  const none = load("");
  assert.ok(!isConfigErrors(none) && none.access.roles.length === 0);
});

test("what could never be granted, or would not end in time, is refused with its line and why", () => {
  for (const [access, says] of [
    [
      role("clusterRole: view\nrole: x"),
      /c\.yaml:8: access\.roles\[0\]: .*exactly one of clusterRole, role, rules; it has clusterRole and role/,
    ],
    [role("scope: namespace"), /it has none/],
    [role("rules: []"), /has no rules/],
    [role("clusterRole: system:masters"), /c\.yaml:10: .*“system:masters” is one of the cluster's own roles/],
    [role("role: x\nscope: cluster"), /A Role belongs to one namespace/],
    [role("clusterRole: view\non: okta"), /There is no system “okta”; .*kubernetes/],
    [role("clusterRole: view\nmaxFor: 0s"), /c\.yaml:11: .*less than a minute/],
    [role("clusterRole: view\nmaxFor: 9m\ncredential: token"), /the API server makes none under 10 minutes/],
    [`${role("clusterRole: view\ncredential: token")}\n  maxFor: 5m`, /access\.maxFor: .*none under 10 minutes/],
    [role("clusterRole: view\ncredential: password"), /no credential “password”; there is binding, token/],
    [role(rule('["*"]')), /rules\[0\]\.resources: A wildcard also holds what is added later/],
    [role(rule("pods", '["*"]')), /rules\[0\]\.verbs: A wildcard/],
    [role(rule("pods/exec", "[create]")), /holds pods\/exec, whose open streams outlive a grant/],
    [`${role("clusterRole: view")}\n    - name: logs\n      title: Again\n      clusterRole: edit`, /two roles “logs”/],
    [`${role("clusterRole: view")}\n  admins: nobody`, /There is no group “nobody”; there is platform/],
    [role("clusterRole: view\ncolour: red"), /“colour” is not known here/],
  ] as const)
    assert.match(errors(access), says, access);
  assert.equal(errors(role(`${rule("pods/exec", "[create]")}\nallowStreams: true`)), "none");
});

test("the cluster's side is generated: roles with their rules, and which of them are bound where", () => {
  const config = load(role(`${rule("pods/log")}\nmaxFor: 1h`));
  assert.ok(!isConfigErrors(config));
  assert.deepEqual(catalogueManifests(config.access), [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "countersign:grant:logs" },
      rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }],
    },
  ]);
  const names = { clusterRoles: ["countersign:grant:logs"], roles: [], wide: [] };
  assert.deepEqual(grantedRoles(config.access), { ...names, accounts: null }, "no account where there is no token");
  const wide = load(role(`${rule("nodes")}\nscope: cluster\ncredential: token`));
  assert.ok(!isConfigErrors(wide));
  const bound = { clusterRoles: [], roles: [], wide: ["countersign:grant:logs"], accounts: "countersign-grants" };
  assert.deepEqual(grantedRoles(wide.access), bound);
});
