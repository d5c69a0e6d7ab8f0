// Changes through the whole bot: planned, countersigned, carried out and read back; a dry run never writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fastClock } from "../support/fast-clock.ts";
import { sharedTown } from "../support/shared-town.ts";
import {
  approve,
  ask,
  cardOf,
  cardSays,
  carriedOut,
  idOf,
  oneApproval,
  requestIn,
  tell,
  wordsOf,
} from "../support/talk.ts";
import { ana, ben, breachesOf, finn, writesOf } from "../support/town.ts";

const town = await sharedTown({ config: oneApproval });
await town.startBot({ clock: fastClock(8) });
const writes = () => writesOf(town.cluster);
const specOf = (kind: string, name: string) =>
  town.cluster.objects.get({ kind, namespace: "shop", name })?.spec as Readonly<Record<string, unknown>> | undefined;

test("every change can be tried, and nothing but dry runs reaches the cluster", async () => {
  for (const [text, says] of [
    ["rollback checkout", /Roll back checkout in shop on production from revision 42 to 41/],
    ["restart cart", /Restart cart/],
    ["scale payments 5", /autoscaler-owns/],
    ["scale cart 0", /scale-to-zero/],
    [
      "set image checkout checkout=registry.acme.example/shop/checkout:v2.43.0",
      /v2\.42\.0 → registry\.acme\.example\/shop\/checkout:v2\.43\.0/,
    ],
    ["pause search", /helm-owns/],
    ["delete cm/checkout-settings -n shop", /- delete production:shop\/configmap\/checkout-settings/],
    ["delete ns/shop", /It would be refused: Namespaces are not deleted from chat/],
    ["halt", /Halt all execution/],
  ] as const) {
    const answer = await tell(town, ana, `${text} --dry-run`);
    assert.match(answer, /^Dry run: /, text);
    assert.match(answer, says);
  }
  assert.match(await tell(town, ana, "resume search --dry-run"), /is not paused/);
  assert.match(await tell(town, ana, "unhalt --dry-run"), /Nothing is halted/);
  assert.deepEqual(writes(), []);
});

test("a namespace is not deleted, by the policy's own words", async () => {
  assert.match(
    await tell(town, ana, "delete ns/shop because tidying"),
    /Namespaces are not deleted from chat.*no-namespace-deletes/s,
  );
});

test("scaling is read back, and an autoscaler is warned about before", async () => {
  const card = await ask(town, ana, "scale payments 4 because of the sale");
  assert.match(wordsOf(card), /keeps the replicas from 3 to 9 and will override/);
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  assert.equal(specOf("Deployment", "payments")?.replicas, 4);
  assert.match(await tell(town, ana, "scale payments 4"), /already has 4 replicas/);
});

test("a StatefulSet is restarted, rolled back to its first revision, and says when it already runs it", async () => {
  await carriedOut(town, ana, "restart cart because of a leak");
  const answer = await carriedOut(town, ana, "rollback sts/cart");
  assert.match(answer, /from revision 2 to 1/);
  assert.match(await tell(town, ana, "rollback sts/cart --to 99"), /unable to find specified revision 99/);
});

test("an image is set, and the thread of the request knows what a bare !rollback is about", async () => {
  const card = await ask(
    town,
    ana,
    "set image checkout checkout=registry.acme.example/shop/checkout:v2.41.3 because v2.42.0 crashes",
  );
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  const before = town.slack.ephemerals(ana).length;
  await town.slack.as(ana).say(card.channel, "!rollback --dry-run", { threadTs: card.ts });
  const answer = await town.slack.waitUntil(
    () => town.slack.ephemerals(ana)[before],
    "the answer in the thread",
    10_000,
  );
  assert.match(wordsOf(answer), /Roll back checkout in shop/);
});

test("what was approved for deletion is that very object: another one of its name is not touched", async () => {
  const settings = { kind: "ConfigMap", namespace: "shop", name: "checkout-settings" };
  const card = await ask(town, ana, "delete cm/checkout-settings -n shop");
  town.cluster.objects.delete(settings);
  town.cluster.objects.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "checkout-settings", namespace: "shop" },
    data: { new: "yes" },
  });
  await approve(town, ben, card);
  await town.slack.waitForMessage(
    (message) =>
      message.text.includes(idOf(card)) && /changed|waits|failed/.test(message.text) && message.ts !== card.ts,
    10_000,
  );
  assert.notEqual(town.cluster.objects.get(settings), undefined);
  await tell(town, ana, `cancel ${idOf(card)}`);
  const again = await carriedOut(town, finn, "delete cm/checkout-settings -n shop");
  assert.match(again, /is gone/);
  assert.equal(town.cluster.objects.get(settings), undefined);
});

test("a rollout is paused and resumed; while it is paused a rollback says so", async () => {
  await carriedOut(town, ana, "pause recommendations");
  assert.equal(specOf("Deployment", "recommendations")?.paused, true);
  assert.match(await tell(town, ana, "rollback recommendations"), /is paused.*First type: resume/s);
  assert.match(await tell(town, ana, "pause recommendations"), /already paused/);
  await carriedOut(town, ana, "resume recommendations");
  assert.ok(specOf("Deployment", "recommendations")?.paused !== true);
});

test("a request is taken back by its asker, once, with the reason", async () => {
  const card = await ask(town, ana, "restart payments");
  assert.match(await tell(town, ana, `cancel ${idOf(card)} because it is the wrong one`), /is cancelled/);
  assert.match(await cardSays(town, card, /was cancelled/), /it is the wrong one/);
  assert.match(await tell(town, ana, `cancel ${idOf(card)}`), /over|cancelled/);
  assert.match(await tell(town, ana, "cancel nonsense"), /“nonsense” is no request id/);
});

test("a halt stops what is approved from starting; unhalt itself runs while halted and lets it go on", async () => {
  const halted = requestIn(await tell(town, ana, "halt because the bot loops"));
  await town.slack.waitForMessage((message) => message.text.startsWith(`${halted} is done and verified`), 60_000);
  assert.match(await tell(town, ana, "halt"), /already halted by .*: the bot loops|already halted/);
  const before = writes().length;
  const card = await ask(town, ana, "restart payments because of the sale");
  await approve(town, ben, card);
  await cardSays(town, card, /is approved/);
  const unhalt = await cardOf(town, requestIn(await tell(town, ana, "unhalt because it is mended")));
  assert.equal(writes().length, before, "nothing starts while halted");
  await approve(town, ben, unhalt);
  await cardSays(town, unhalt, /is done and verified/);
  await cardSays(town, card, /is done and verified/);
  assert.equal(writes().length, before + 1);
});

test("nothing went wrong on the way", () => {
  // A watch that was opened anew is the machine's pace, not a fault.
  assert.deepEqual(
    town.faults.filter((fault) => fault.startsWith("error")),
    [],
  );
  assert.deepEqual(breachesOf(town.slack), []);
});
