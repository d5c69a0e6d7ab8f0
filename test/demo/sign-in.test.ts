// The demo's sign-in: its ports stay or move, what people changed stays, and access ends without the bot.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadConfigured } from "../../demo/bot.ts";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { DEMO_REAPER, signInRights } from "../../demo/cluster/seed/rights.ts";
import { demoConfig, keepConfig } from "../../demo/config.ts";
import { startDemoReaper } from "../../demo/reaper.ts";
import { silent } from "../store/samples.ts";

function directoryFor(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "countersign-demo-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const clusterIn = (directory: string) => ({
  name: "production",
  environment: "production",
  kubeconfig: join(directory, "kubeconfig"),
  context: "production",
});
const anyPorts = { botPort: 0, idpPort: 0 };

test("the configuration with a sign-in is one that the bot takes, and its ports stay", async (t) => {
  const directory = directoryFor(t);
  const first = await keepConfig(directory, clusterIn(directory), anyPorts);
  const { config } = loadConfigured(first.file);
  assert.equal(config.identity?.baseUrl, `http://127.0.0.1:${first.signIn?.botPort}`);
  assert.equal(config.http.port, first.signIn?.botPort);
  assert.deepEqual(
    config.access.roles.map((role) => role.name),
    ["read-logs", "repair"],
  );
  assert.deepEqual(await keepConfig(directory, clusterIn(directory), anyPorts), first);
});

test("where a port of the sign-in is taken it moves to another, and what people changed stays", async (t) => {
  const directory = directoryFor(t);
  const first = await keepConfig(directory, clusterIn(directory), anyPorts);
  const text = readFileSync(first.file, "utf8");
  writeFileSync(first.file, `${text}# a change of mine\n`);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(first.signIn?.botPort, "127.0.0.1", resolve));
  t.after(() => other.close());
  const second = await keepConfig(directory, clusterIn(directory), anyPorts);
  assert.notEqual(second.signIn?.botPort, first.signIn?.botPort);
  assert.equal(second.signIn?.idpPort, first.signIn?.idpPort);
  assert.match(readFileSync(second.file, "utf8"), /# a change of mine/);
  const { config } = loadConfigured(second.file);
  assert.equal(config.identity?.baseUrl, `http://127.0.0.1:${second.signIn?.botPort}`);
  assert.equal(config.http.port, second.signIn?.botPort);
});

test("a configuration of before there was a sign-in stays as it is, without one", async (t) => {
  const directory = directoryFor(t);
  const file = join(directory, "countersign.yaml");
  const before = demoConfig(directory, [clusterIn(directory)]);
  writeFileSync(file, before);
  assert.deepEqual(await keepConfig(directory, clusterIn(directory), anyPorts), { file, replaced: null, signIn: null });
  assert.equal(readFileSync(file, "utf8"), before);
  assert.equal(loadConfigured(file).config.identity, null);
});

test("T23: what was granted is removed by an account of its own, which may give nothing, while no bot runs", async (t) => {
  const directory = directoryFor(t);
  const { file } = await keepConfig(directory, clusterIn(directory), anyPorts);
  const cluster = await startSampleCluster({ seed: seedDemo, tokens: demoTokens((user) => `token-of-${user}`) });
  t.after(() => cluster.stop());
  for (const object of signInRights(DEMO_BOT, loadConfigured(file).config.access)) cluster.objects.put(object);
  const binding = { kind: "RoleBinding", namespace: "data", name: "countersign-grant-r-abcdefg" };
  const apiGroup = "rbac.authorization.k8s.io";
  cluster.objects.put({
    apiVersion: `${apiGroup}/v1`,
    kind: binding.kind,
    metadata: {
      name: binding.name,
      namespace: binding.namespace,
      labels: { "countersign.dev/grant": "r-abcdefg" },
      annotations: { "countersign.dev/expires-after": "60s" },
    },
    roleRef: { apiGroup, kind: "ClusterRole", name: "countersign:grant:read-logs" },
    subjects: [{ apiGroup, kind: "User", name: "acme:ana@acme-robotics.example" }],
  });
  cluster.objects.backdate(binding, Date.now() - 61_000);
  const kubeconfig = join(directory, "reaper.kubeconfig");
  cluster.kubeconfig(DEMO_REAPER, kubeconfig);
  const reaper = await startDemoReaper(kubeconfig, "countersign-grants", silent);
  t.after(() => reaper.stop());
  while (cluster.objects.get(binding) !== undefined) await new Promise((resolve) => setImmediate(resolve));
  const writes = cluster.requests().filter((entry) => entry.method !== "GET");
  assert.deepEqual(
    writes.map((entry) => [entry.user, entry.method, entry.code]),
    [[DEMO_REAPER, "DELETE", 200]],
  );
});
