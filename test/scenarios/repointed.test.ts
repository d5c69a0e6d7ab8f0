// A plan is bound to the very cluster that it was made on: another one under the same name gets nothing of it (R6).
import assert from "node:assert/strict";
import { test } from "node:test";
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
  const kubeSystem = { kind: "Namespace", namespace: "", name: "kube-system" };
  cluster.objects.edit(kubeSystem, { metadata: { uid: "11111111-2222-4333-9444-555555555555" } });
  await town.startBot();
  await approve(town, ben, await cardOf(town, idOf(card)));
  const again = await town.card((message) => message.ts !== card.ts && message.text.startsWith(`${idOf(card)} waits`));
  assert.match(JSON.stringify(again.blocks), /version 2|2/);
  assert.deepEqual(writesOf(cluster), []);
  assert.equal(cluster.objects.get({ kind: "ConfigMap", namespace: "shop", name: "moved" }), undefined);
});
