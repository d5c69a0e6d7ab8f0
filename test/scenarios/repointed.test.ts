// A plan is bound to the very cluster that it was made on: another one under the same name gets nothing of it (R6).
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startSampleCluster } from "../../demo/cluster/cluster.ts";
import { DEMO_BOT, demoTokens, seedDemo } from "../../demo/cluster/seed/demo.ts";
import { approve, cardOf, idOf, oneApproval } from "../support/talk.ts";
import { ana, ben, startTown, writesOf } from "../support/town.ts";

test("a creation that was asked for on one cluster is not carried out on another that took its name over", async (t) => {
  const town = await startTown(t, { config: oneApproval });
  const { slack, cluster } = town;
  await town.startBot();
  const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: moved, namespace: shop}\ndata: {a: b}\n";
  await slack.as(ana).say("@countersign", `apply --cluster production because of x\n\`\`\`\n${manifest}\`\`\``);
  const card = await town.card((message) => message.text.includes("moved") && message.text.includes("waits"));
  await town.stopBot();
  const other = await startSampleCluster({
    name: "production",
    seed: seedDemo,
    tokens: demoTokens((user) => `token-of-${user}`),
    idSeed: "another cluster",
  });
  t.after(() => other.stop());
  other.kubeconfig(DEMO_BOT, join(town.directory, "kubeconfig"));
  await town.startBot();
  await approve(town, ben, await cardOf(town, idOf(card)));
  const again = await town.card((message) => message.ts !== card.ts && message.text.startsWith(`${idOf(card)} waits`));
  assert.notEqual(again.ts, card.ts);
  assert.deepEqual([...writesOf(cluster), ...writesOf(other)], []);
  assert.equal(other.objects.get({ kind: "ConfigMap", namespace: "shop", name: "moved" }), undefined);
});
