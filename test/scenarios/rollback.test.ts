// The main story: a rollback asked for in Slack, countersigned by two people, carried out on the cluster, provable afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ana, ben, finn, startTown, writesOf } from "../support/town.ts";

test("a rollback runs only after two others have countersigned it, and is verified and recorded", async (t) => {
  const town = await startTown(t);
  const { slack, cluster } = town;
  await town.startBot();
  await slack.as(ana).command("#payments", "/ops", "rollback checkout because it crashes since 42");
  const card = await town.card(
    (message) => message.text.includes("Roll back checkout") && message.text.includes("waits"),
  );
  const writes = () => writesOf(cluster);
  assert.equal(writes().length, 0);
  await town.vote(ben, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && JSON.stringify(message.blocks).includes("approved"),
  );
  assert.equal(writes().length, 0, "one approval is not enough");
  await town.vote(finn, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && message.text.includes("is done and verified"),
    15_000,
  );
  assert.equal(writes().length, 1);
  await slack.waitForMessage(
    (message) =>
      message.channel === slack.channel("#countersign-audit")?.id &&
      JSON.stringify(message.blocks).includes("execution.ended"),
    10_000,
  );
  assert.deepEqual(town.faults, []);
  assert.deepEqual(slack.violations(), []);
});
