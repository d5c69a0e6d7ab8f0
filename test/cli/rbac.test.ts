// `countersign rbac`: as narrow as can be, never unbounded, and wrong words get a sentence.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
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
