// Pausing and deleting through the whole bot: what is paused stays so, and only the approved object is deleted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { approve, ask, carriedOut, idOf, oneApproval, tell } from "../support/talk.ts";
import { ana, ben, finn, startTown, type Town } from "../support/town.ts";

let town: Town;
const cleanUp: (() => Promise<void> | void)[] = [];
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

test("nothing went wrong on the way", () => {
  assert.deepEqual(town.faults, []);
  assert.deepEqual(town.slack.violations(), []);
});
