// Changes through the whole bot: planned, countersigned, carried out and read back; a dry run never writes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { approve, ask, cardSays, carriedOut, oneApproval, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, startTown, type Town, writesOf } from "../support/town.ts";

let town: Town;
const cleanUp: (() => Promise<void> | void)[] = [];
const writes = () => writesOf(town.cluster);
const specOf = (kind: string, name: string) =>
  town.cluster.objects.get({ kind, namespace: "shop", name })?.spec as Readonly<Record<string, unknown>> | undefined;

before(async () => {
  town = await startTown({ after: (work: () => Promise<void>) => void cleanUp.push(work) } as never, {
    config: oneApproval,
  });
  await town.startBot();
});
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

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
  await town.slack.as(ana).say(card.channel, "!rollback --dry-run", { threadTs: card.ts });
  const answer = await town.slack.waitForMessage((message) => message.text.startsWith("Dry run: Roll back checkout"));
  assert.match(wordsOf(answer), /Roll back checkout in shop/);
});

test("nothing went wrong on the way", () => {
  assert.deepEqual(town.faults, []);
  assert.deepEqual(town.slack.violations(), []);
});
