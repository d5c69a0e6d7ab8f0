// `countersign rbac`: as narrow as can be, never unbounded, and wrong words get a sentence.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { temporaryDirectory } from "../store/samples.ts";
import { printedRights } from "../support/linked.ts";
import { runCli } from "./capture.ts";
import { configText } from "./config.ts";

const mapped = `user: { claim: email, prefix: "oidc:" }, groups: { from: idp, prefix: "oidc:", only: [sre, dev] }`;

function file(t: TestContext, mapping: string | null = mapped, kubeconfig = "/nowhere/kubeconfig"): string {
  const directory = temporaryDirectory(t);
  const impersonation = mapping === null ? "" : `, impersonation: { ${mapping} }`;
  const text = configText({
    dataDirectory: join(directory, "data"),
    checkpoints: join(directory, "outside"),
    clusters: `  - { name: prod, environment: production, kubeconfig: ${kubeconfig}${impersonation} }`,
  });
  const path = join(directory, "countersign.yaml");
  writeFileSync(path, text);
  return path;
}

interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

async function rules(t: TestContext, flags: readonly string[], mapping = mapped) {
  const objects = await printedRights(["--config", file(t, mapping), ...flags]);
  const ofRole = (name: string) =>
    (objects.find((one) => (one.metadata as { name: string }).name === name && one.kind === "ClusterRole")?.rules ??
      []) as unknown as readonly Rule[];
  return { objects, ofRole };
}

test("the bot may keep its caches, ask for reviews and act as people, in listed and approved groups alone", async (t) => {
  const { ofRole } = await rules(t, ["--no-constrained", "--users", "oidc:ana@acme.example"]);
  const own = ofRole("countersign");
  const acting = own.filter(({ verbs }) => verbs.includes("impersonate"));
  assert.deepEqual(acting.find(({ resources }) => resources.includes("users"))?.resourceNames, [
    "oidc:ana@acme.example",
  ]);
  const groups = acting.find(({ resources }) => resources.includes("groups"))?.resourceNames ?? [];
  assert.deepEqual(groups.slice(0, 2), ["oidc:sre", "oidc:dev"]);
  assert.ok(groups.slice(2).every((name) => name.startsWith("countersign:approved:")) && groups.length > 5);
  const others = own.filter(({ verbs }) => !verbs.includes("impersonate")).flatMap(({ verbs }) => verbs);
  assert.deepEqual([...new Set(others)].sort(), ["create", "get", "list", "watch"]);
  assert.ok(!own.some(({ verbs, resources }) => verbs.includes("*") || resources.includes("*")));
});

test("with constrained impersonation the bot acts in people's names for their reads and the verbs' own writes", async (t) => {
  const { ofRole, objects } = await rules(t, ["--constrained", "--namespaces", "shop,data"]);
  const own = ofRole("countersign");
  assert.ok(!own.some(({ verbs }) => verbs.includes("impersonate")));
  assert.deepEqual(own.find(({ resources }) => resources.includes("groups"))?.verbs, ["impersonate:user-info"]);
  const acts = ofRole("countersign:acts");
  assert.deepEqual([...new Set(acts.flatMap(({ verbs }) => verbs))], ["impersonate-on:user-info:patch"]);
  const bound = objects.filter(({ kind }) => kind === "RoleBinding");
  assert.ok(bound.length > 0 && objects.filter(({ kind }) => kind === "ClusterRoleBinding").length === 1);
});

test("an approved group may do what its verb calls and nothing more; without kinds, apply and delete have none", async (t) => {
  const plain = await rules(t, ["--no-constrained"]);
  assert.deepEqual(plain.ofRole("countersign:approved:pause"), [
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
  ]);
  assert.deepEqual(plain.ofRole("countersign:approved:apply"), []);
  const listed = await rules(t, ["--no-constrained", "--kinds", "configmaps,deployments.apps"]);
  assert.deepEqual(listed.ofRole("countersign:approved:delete"), [
    { apiGroups: [""], resources: ["configmaps"], verbs: ["delete", "patch"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["delete", "patch"] },
  ]);
});

const group = "rbac.authorization.k8s.io";
const catalogue = `access:
  roles:
    - name: read-logs
      title: Logs
      rules: [{ apiGroups: [""], resources: [pods/log], verbs: [get] }]
      credential: [binding, token]
`;
const wideRole = `    - name: see-nodes
      title: Nodes
      rules: [{ apiGroups: [""], resources: [nodes], verbs: [get] }]
      scope: cluster
`;

async function granting(t: TestContext, access: string) {
  const path = file(t);
  writeFileSync(path, `${readFileSync(path, "utf8")}${access}`);
  const objects = await printedRights(["--config", path, "--constrained", "--namespaces", "shop"]);
  const of = (kind: string, name: string) => objects.filter((one) => one.kind === kind && nameOf(one) === name);
  return { objects, of, rulesOf: (kind: string, name: string) => of(kind, name)[0]?.rules };
}

test("an approved grant may bind exactly the catalogue's roles, and makes accounts, Secrets and tokens in their own namespace alone", async (t) => {
  const { objects, of, rulesOf } = await granting(t, catalogue);
  const named = { apiGroups: [group], resources: ["clusterroles"], resourceNames: ["countersign:grant:read-logs"] };
  assert.deepEqual(rulesOf("ClusterRole", "countersign:grant:read-logs"), [
    { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  ]);
  assert.deepEqual(rulesOf("ClusterRole", "countersign:catalogue"), [{ ...named, verbs: ["get"] }]);
  assert.deepEqual(rulesOf("ClusterRole", "countersign:approved:grant"), [
    { apiGroups: [group], resources: ["rolebindings"], verbs: ["create", "get"] },
    { ...named, verbs: ["bind"] },
  ]);
  assert.deepEqual(rulesOf("Role", "countersign:approved:grant:accounts"), [
    { apiGroups: [""], resources: ["secrets", "serviceaccounts"], verbs: ["create", "get"] },
    { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
  ]);
  assert.deepEqual(rulesOf("ClusterRole", "countersign:ends"), [
    { apiGroups: [group], resources: ["rolebindings"], verbs: ["get", "delete"] },
  ]);
  assert.deepEqual(rulesOf("Role", "countersign:ends:accounts"), [
    { apiGroups: [""], resources: ["serviceaccounts", "secrets"], verbs: ["get", "delete"] },
  ]);
  const secrets = objects.filter((one) => JSON.stringify(one.rules ?? []).includes('"secrets"'));
  const where = secrets.map(({ kind, metadata }) => `${kind} in ${(metadata as { namespace?: string }).namespace}`);
  assert.deepEqual([...new Set(where)], ["Role in countersign-grants"], "no right on any other Secret");
  assert.ok(!JSON.stringify(objects).includes("clusterrolebindings"), "no role of the catalogue is cluster-wide");
  assert.deepEqual(of("ClusterRoleBinding", "countersign:ends"), [], "in the namespaces of approvals alone");
  assert.equal(of("Namespace", "countersign-grants").length, 1);
});

test("cluster-wide roles are bound on the cluster and no others are; without tokens there are no accounts", async (t) => {
  const { objects, rulesOf } = await granting(t, `access:\n  roles:\n${wideRole}`);
  const named = { apiGroups: [group], resources: ["clusterroles"], resourceNames: ["countersign:grant:see-nodes"] };
  assert.deepEqual(rulesOf("ClusterRole", "countersign:approved:grant:cluster"), [
    { apiGroups: [group], resources: ["clusterrolebindings"], verbs: ["create", "get"] },
    { ...named, verbs: ["bind"] },
  ]);
  assert.deepEqual(rulesOf("ClusterRole", "countersign:ends:cluster"), [
    { apiGroups: [group], resources: ["clusterrolebindings"], verbs: ["get", "delete"] },
  ]);
  assert.ok(!JSON.stringify(objects).includes('"secrets"') && !objects.some(({ kind }) => kind === "Role"));
  assert.ok(!JSON.stringify(rulesOf("ClusterRole", "countersign:approved:grant")).includes('"bind"'));
});

const nameOf = ({ metadata }: { readonly metadata?: unknown }): string => (metadata as { name: string }).name;

test("an empty list never becomes every name", async (t) => {
  const { ofRole } = await rules(t, ["--no-constrained", "--users", ""]);
  assert.ok(!ofRole("countersign").some(({ resources }) => resources.includes("users")));
});

test("the server's version decides about constrained impersonation", async (t) => {
  const cluster = await startSampleCluster({ tokens: { token: { user: "bot" } } });
  t.after(() => cluster.stop());
  const kubeconfig = join(temporaryDirectory(t), "kubeconfig");
  cluster.kubeconfig("bot", kubeconfig);
  const { code, out } = await runCli(["rbac", "--config", file(t, mapped, kubeconfig)]);
  assert.equal(code, 0);
  assert.match(out, /impersonate:user-info/);
  assert.match(out, /^# Countersign's rights in cluster prod/);
});

const wrong: readonly (readonly [string, readonly string[], string | null, RegExp])[] = [
  [
    "groups that nobody lists",
    ["--constrained"],
    `user: { claim: sub, prefix: "" }, groups: { from: idp, prefix: "" }`,
    /The groups of people in cluster prod are not listed: .*--groups/,
  ],
  [
    "groups by a pattern",
    ["--constrained"],
    `user: { claim: sub, prefix: "" }, groups: { from: idp, prefix: "", only: ["a*"] }`,
    /not listed/,
  ],
  ["a cluster without a mapping", ["--constrained"], null, /has no “impersonation”/],
  ["another cluster", ["--cluster", "stage"], mapped, /There is no cluster “stage”\. The clusters are prod\./],
  [
    "a bot of no form",
    ["--constrained", "--bot", "countersign"],
    mapped,
    /--bot names a service account as NAMESPACE\/NAME/,
  ],
  [
    "kinds of no form",
    ["--constrained", "--kinds", "ConfigMap"],
    mapped,
    /--kinds lists resources as kubectl api-resources does.*not “ConfigMap”/,
  ],
  ["a server that does not answer", [], mapped, /does not say its version .*Say --constrained/],
  ["a flag that is none", ["--all"], mapped, /Unknown option '--all'/],
];

for (const [what, flags, mapping, says] of wrong) {
  test(`${what}: refused with what to type`, async (t) => {
    const { code, out, err } = await runCli(["rbac", "--config", file(t, mapping), ...flags]);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, says);
  });
}
