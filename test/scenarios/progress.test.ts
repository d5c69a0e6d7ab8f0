// While a rollout is watched, the card shows how far it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ana, ben, finn, startTown } from "../support/town.ts";

test("the card shows a progress bar while the rollout goes on, whatever heartbeat comes between", async (t) => {
  const town = await startTown(t, { podReadyMs: 1_500 });
  const { slack } = town;
  await town.startBot();
  await slack.as(ana).command("#payments", "/ops", "scale recommendations 3 because of the sale");
  const card = await town.card((message) => message.text.includes("waits"));
  const bar = slack.waitForMessage(
    (message) => message.ts === card.ts && /[▰▱]{10} \d\/3/.test(JSON.stringify(message.blocks)),
    10_000,
  );
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await bar;
  await slack.waitForMessage((message) => message.ts === card.ts && message.text.includes("is done"), 10_000);
  assert.deepEqual(town.faults, []);
});
