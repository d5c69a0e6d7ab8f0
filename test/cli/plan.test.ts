// `countersign plan` and `risk`: the bot's own plan and decision on a terminal, computed on a cluster, changing nothing there.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { linesIn } from "../../src/audit/files.ts";
import { findBot } from "../../src/server/control-client.ts";
import { ana, startTown, writesOf } from "../support/town.ts";
import { runCli } from "./capture.ts";
import { configText } from "./config.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-"));
const clusters: SampleCluster[] = [];
const config = join(directory, "countersign.yaml");

const rules = `  - { name: engineers-change, when: { actions: change, groups: engineers }, approvals: { count: 2, from: platform } }
  - { name: staging-free, when: { actions: change, clusters: staging, groups: engineers }, allow: true, replaces: engineers-change }
  - { name: no-payments, when: { names: payments }, deny: Payments are released by the payments team. }`;

before(async () => {
  for (const name of ["production", "staging"]) {
    const cluster = await startSampleCluster({ name, seed: seedDemo, tokens: demoTokens((user) => `${name}-${user}`) });
    cluster.kubeconfig(DEMO_BOT, join(directory, name));
    clusters.push(cluster);
  }
  writeFileSync(
    config,
    configText({
      dataDirectory: join(directory, "data"),
      checkpoints: join(directory, "outside"),
      clusters: `  - { name: production, environment: production, kubeconfig: ${join(directory, "production")}, default: true }
  - { name: staging, environment: staging, kubeconfig: ${join(directory, "staging")} }`,
      groups: `  - { name: engineers, members: [U0ANA0001] }
  - { name: platform, members: [U0BEN0001, U0FINN001], slackUserGroup: "@platform" }`,
      rules,
    }),
  );
});

after(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  rmSync(directory, { recursive: true });
});

const plan = (...argv: readonly string[]) => runCli(["plan", ...argv, "--config", config]);

async function planned(...argv: readonly string[]) {
  const ran = await plan(...argv, "--json");
  return { code: ran.code, json: JSON.parse(ran.out), err: ran.err };
}

test("what needs approvals exits with 0, says which, and changes nothing", async () => {
  const { code, json } = await planned("scale", "production:shop/cart", "5", "--as", "U0ANA0001");
  assert.equal(code, 0);
  assert.equal(json.title, "Scale cart in shop on production from 3 to 5 replicas");
  assert.match(json.digest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(
    [json.decision.kind, json.decision.rules, json.decision.needs],
    ["approvals", ["engineers-change"], "2 of platform"],
  );
  const [change] = json.changes;
  assert.equal(change.object.fullName, "production:shop/statefulset/cart");
  assert.equal(change.call.method, "PATCH");
  assert.deepEqual(change.fields, [{ path: "spec.replicas", before: 3, after: 5 }]);
  assert.deepEqual(Object.keys(json), [
    "verb",
    "title",
    "digest",
    "policy",
    "decision",
    "risks",
    "changes",
    "undo",
    "notes",
  ]);
  assert.deepEqual(clusters.flatMap(writesOf), []);
});

test("what the policy allows exits with 0, and the other cluster is its own place", async () => {
  const { code, json } = await planned(
    "restart",
    "cart",
    "--cluster",
    "staging",
    "-n",
    "shop",
    "--groups",
    "engineers",
  );
  assert.deepEqual([code, json.decision.kind, json.decision.rules], [0, "allow", ["staging-free"]]);
});

test("what the policy denies exits with 1 and says which rule", async () => {
  const ran = await plan("scale", "production:shop/payments", "1", "--as", "U0ANA0001");
  assert.equal(ran.code, 1);
  assert.match(ran.out, /Refused by no-payments: Payments are released by the payments team\./);
});

test("without anybody named, nobody's groups count and the plan says so", async () => {
  const ran = await plan("scale", "production:shop/cart", "5");
  assert.equal(ran.code, 1);
  assert.match(ran.out, /Refused: No rule lets you use “scale” on production:shop\/statefulset\.apps\/cart\./);
  assert.match(
    ran.out,
    /note {5}Decided for somebody in no group: say who asks with --as USER_ID or --groups NAME,NAME\./,
  );
});

test("the terminal shows the whole diff, the undo and the risk facts", async () => {
  const ran = await plan("scale", "production:shop/cart", "0", "--as", "U0ANA0001");
  assert.match(ran.out, /undo {5}Scale back to 3/);
  assert.match(ran.out, /^(high|medium) +scale-to-zero: /m);
  assert.match(ran.out, /^-spec:\n- {2}replicas: 3$/m);
});

test("a target in both clusters is asked back for, with both names", async () => {
  const { code, json } = await planned("restart", "shop/cart", "--as", "U0ANA0001");
  assert.equal(code, 1);
  assert.equal(json.refusal.code, "ambiguous-target");
});

test("a manifest comes from a file, and its objects are planned on the default cluster", async () => {
  const file = join(directory, "settings.yaml");
  writeFileSync(
    file,
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: new-settings, namespace: shop }\ndata: { a: b }\n",
  );
  const { code, json } = await planned("apply", "-f", file, "--groups=engineers");
  assert.equal(code, 0);
  assert.deepEqual(
    json.changes.map((change: { operation: string; object: { fullName: string } }) => [
      change.operation,
      change.object.fullName,
    ]),
    [["create", "production:shop/configmap/new-settings"]],
  );
  const missing = await planned("apply", "--groups=engineers");
  assert.deepEqual([missing.code, missing.json.refusal.hint], [1, "Name it with -f FILE, or -f - for the input."]);
  const strange = await planned("restart", "production:shop/cart", "-f", file);
  assert.equal(strange.json.refusal.message, "restart takes no manifest.");
});

test("wrong words exit with 2 before any cluster is asked", async () => {
  for (const cluster of clusters) cluster.forgetRequests();
  const verb = await plan("scall", "cart", "3");
  assert.deepEqual([verb.code, verb.out], [2, ""]);
  assert.match(verb.err, /“scall” is no verb that I know\.\nDid you mean scale/);
  assert.equal((await planned("scale", "cart", "3", "--nonsense")).json.refusal.code, "unknown-flag");
  assert.equal((await planned("scale", "cart", "3", "--nonsense")).code, 2);
  assert.match(
    (await plan("scale", "cart", "3", "--groups", "enginers")).err,
    /no group “enginers”. The groups are engineers, platform/,
  );
  assert.match((await plan("scale", "cart", "--as")).err, /--config needs a value|--as needs a value/);
  assert.match((await plan("status")).err, /status changes nothing, so there is no plan/);
  assert.match((await plan("halt")).err, /halt is about the running bot/);
  assert.deepEqual(
    clusters.flatMap((cluster) => cluster.requests()),
    [],
  );
});

test("nothing is made in the data directory, which need not exist where plans are made", () => {
  assert.deepEqual(readdirSync(directory).sort(), ["countersign.yaml", "production", "settings.yaml", "staging"]);
});

test("the digest is the one that the bot computes for the same words", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  const commands = ["scale shop/cart 5", "rollback checkout"];
  for (const command of commands) await town.slack.as(ana).command("#payments", "/ops", `${command} --dry-run`);
  await town.slack.waitForMessage(({ text }) => text.startsWith("Dry run: Roll back checkout"));
  const bot = await findBot(join(town.directory, "data"));
  assert.ok(bot !== null);
  const digests: string[] = [];
  for await (const line of linesIn(bot.auditLog())) {
    const record = JSON.parse(line);
    if (record.code === "request.dry-run") digests.push(record.digest);
  }
  assert.equal(bot.status.records > 0 && bot.status.sealed === null, true);
  const printed: string[] = [];
  for (const command of commands) {
    const ran = await runCli(["plan", ...command.split(" "), "--as", ana, "--json", "--config", town.configFile]);
    assert.equal(ran.code, 0, ran.out);
    printed.push(JSON.parse(ran.out).digest);
  }
  assert.deepEqual(printed.toSorted(), digests.toSorted());
  await bot.proving();
  const verified = await runCli(["audit", "verify", "--config", town.configFile]);
  assert.equal(verified.code, 0, verified.out);
  assert.deepEqual(town.faults, []);
});
