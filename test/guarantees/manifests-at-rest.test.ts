// T20: what a manifest holds stands in the data directory only encrypted, whatever it changes, and is erased at the end.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { approve, cardSays, oneApproval } from "../support/talk.ts";
import { ana, ben, startTown, type Town } from "../support/town.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const secret = (name: string, namespace: string, canary: string) =>
  `apiVersion: v1\nkind: Secret\ntype: Opaque\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {p: ${base64(canary)}}\n`;
const settings = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: {a: b}\n`;
const space = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;

async function asked(town: Town, words: string, ...documents: readonly string[]) {
  const text = `apply --cluster production because of x\n\`\`\`\n${documents.join("---\n")}\`\`\``;
  await town.slack.as(ana).say("@countersign", text);
  return town.card((message) => message.text.includes(words) && message.text.includes("waits"));
}

function inTheClear(town: Town, canaries: readonly string[]): readonly string[] {
  const data = join(town.directory, "data");
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), "latin1");
      return canaries.filter((one) => text.includes(one) || text.includes(base64(one)));
    });
}

test("a Secret that does not change, or waits for its namespace, is not in the data directory in the clear", async (t) => {
  const town = await startTown(t, { config: oneApproval });
  const canaries = ["canary-unchanged-1", "canary-staged-2", "canary-normal-3", "canary-staged-4"];
  const [unchanged = "", staged = "", normal = "", mixed = ""] = canaries;
  town.cluster.objects.put({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: "same", namespace: "shop" },
    data: { p: base64(unchanged) },
  });
  await town.startBot();
  await asked(town, "ConfigMap one", secret("same", "shop", unchanged), settings("one"));
  await asked(town, "Namespace lab", space("lab"), secret("later", "lab", staged));
  await asked(town, "Namespace den", secret("now", "shop", normal), space("den"), secret("later", "den", mixed));
  assert.deepEqual(inTheClear(town, canaries), []);
});

test("the next stage gets the manifest as it was sent, and nothing of either is kept after the end", async (t) => {
  const town = await startTown(t, { config: oneApproval });
  await town.startBot();
  const canary = "canary-through-two-stages";
  const first = await asked(town, "Namespace lab", space("lab"), secret("later", "lab", canary));
  await approve(town, ben, first);
  await cardSays(town, first, /is done and verified/);
  const next = await town.card((message) => message.text.includes("Secret later") && message.text.includes("waits"));
  await approve(town, ben, next);
  await cardSays(town, next, /is done and verified/);
  assert.deepEqual(town.cluster.objects.get({ kind: "Secret", namespace: "lab", name: "later" })?.data, {
    p: base64(canary),
  });
  await town.stopBot();
  assert.deepEqual(inTheClear(town, [canary]), []);
  assert.deepEqual(secretColumns(town), [null, null]);
});

function secretColumns(town: Town): readonly unknown[] {
  const db = new DatabaseSync(join(town.directory, "data", "store.db"));
  const rows = db.prepare("SELECT secret FROM requests").all();
  db.close();
  return rows.map((row) => row.secret);
}
