// T20: canary secrets planted wherever a cluster holds text reach neither Slack, nor the log, nor the record.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openLog } from "../../src/cli/log.ts";
import { ana, ben, finn, startTown } from "../support/town.ts";

/** Each stands for itself; `plain` ones have no shape and are hidden by where they stand. */
const canaries = {
  secretData: "plain-canary-one-7f3a",
  secretStringData: "plain-canary-two-91bc",
  lastApplied: "plain-canary-three-55de",
  envPassword: "plain-canary-four-08aa",
  argToken: "ghp_canaryfiveCANARYFIVEcanaryfive012345",
  annotation: "xoxb-canary-6-1234567890-abcdefghijkl",
  logLine: "AKIACANARYSEVEN78901",
  logUrl: "plain-canary-eight-42",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJuaW5lIn0.c2lnbmF0dXJlLWNhbmFyeQ",
  configValue: "glpat-canaryTENcanaryTEN1",
  reason: "ghp_canaryelevenCANARYELEVENcanary0123456",
  eventMessage: "plain-canary-twelve-6e",
} as const;

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("T20: twelve planted secrets reach no answer, card, diff, record or log line", async (t) => {
  const town = await startTown(t);
  const { slack, cluster } = town;
  cluster.objects.put({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "vault",
      namespace: "shop",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": `{"data":{"k":"${base64(canaries.lastApplied)}"}}`,
      },
    },
    data: { password: base64(canaries.secretData) },
  });
  cluster.objects.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "shop", annotations: { note: canaries.annotation } },
    data: { token: canaries.configValue, jwt: canaries.jwt },
  });
  const payments = { kind: "Deployment", namespace: "shop", name: "payments" };
  const image = "registry.acme.example/shop/payments:v5.8.1";
  const container = {
    name: "payments",
    image,
    args: [`--token=${canaries.argToken}`],
    env: [{ name: "DB_PASSWORD", value: canaries.envPassword }],
  };
  cluster.objects.edit(payments, { spec: { template: { spec: { containers: [container] } } } });
  await town.startBot();
  const pods = cluster.objects.list("Pod", "shop").filter((pod) => pod.metadata.name.startsWith("payments-"));
  for (const pod of pods) {
    cluster.writeLog(
      { namespace: "shop", name: pod.metadata.name, container: "payments" },
      `key ${canaries.logLine} url postgres://app:${canaries.logUrl}@db/shop password=${canaries.eventMessage}`,
    );
  }
  const say = async (text: string) => {
    const before = slack.ephemerals(ana).length;
    await slack.as(ana).command("#payments", "/ops", text);
    await slack.waitUntil(() => (slack.ephemerals(ana).length > before ? true : undefined), text);
  };
  for (const text of [
    "describe shop/secret/vault",
    "get secret/vault -n shop --wide",
    "get secrets -n shop",
    "describe shop/configmap/settings",
    "describe shop/payments",
    "logs shop/payments",
    "events shop",
    "status payments",
    `restart shop/payments --dry-run`,
    `delete shop/secret/vault --dry-run`,
    `scale shop/payments 5 because token ${canaries.reason}`,
  ]) {
    await say(text);
  }
  const card = await town.card((message) => message.text.includes("Scale payments") && message.text.includes("waits"));
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await slack.waitForMessage((message) => message.ts === card.ts && message.text.includes("is done"), 60_000);
  await town.stopBot();
  const sent =
    JSON.stringify(slack.calls().map((call) => call.args)) +
    JSON.stringify(slack.ephemerals(ana)) +
    JSON.stringify([...slack.messages("#platform-approvals"), ...slack.messages("#countersign-audit")]);
  const record = JSON.stringify(await town.records());
  // The places were really looked at: what stood there was replaced.
  for (const trace of [
    "[redacted: AWS key]",
    "[redacted: GitHub token]",
    "[redacted: JWT]",
    "[redacted: Slack token]",
    "***",
  ]) {
    assert.ok(sent.includes(trace), `${trace} was shown in place of a secret`);
  }
  assert.ok(record.includes("[redacted: GitHub token]"), "the reason stands in the record without its token");
  for (const [place, canary] of Object.entries(canaries)) {
    for (const form of [canary, base64(canary)]) {
      assert.ok(!sent.includes(form), `${place} reached Slack`);
      assert.ok(!record.includes(form), `${place} reached the record`);
      assert.ok(!town.faults.join("\n").includes(form), `${place} reached the log`);
    }
  }
});

test("T20: an error that carries a response body, and tokens in its text, is logged without them", () => {
  const lines: string[] = [];
  const log = openLog("info", (line) => lines.push(line));
  const error = Object.assign(
    new Error(`answer of https://u:${canaries.logUrl}@host was Bearer ${canaries.jwt}`, {
      cause: new Error(canaries.annotation),
    }),
    {
      body: canaries.secretData,
      headers: { authorization: canaries.argToken },
    },
  );
  log.error("a call failed", { error, url: `https://u:${canaries.logUrl}@host` });
  for (const canary of Object.values(canaries)) assert.ok(!lines.join("").includes(canary), canary);
  assert.ok(lines.join("").includes("a call failed"));
});

test("T28 in small: the data directory holds no token of Slack", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  await town.slack.as(ana).command("#payments", "/ops", "restart checkout");
  await town.card((message) => message.text.includes("Restart checkout"));
  await town.stopBot();
  const data = join(town.directory, "data");
  const all = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of all) {
    const text = readFileSync(join(entry.parentPath, entry.name), "latin1");
    assert.ok(
      !text.includes(town.slack.botToken) && !text.includes(town.slack.appToken),
      `${entry.name} holds a token`,
    );
  }
});
