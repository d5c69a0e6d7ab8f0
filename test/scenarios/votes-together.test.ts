// R14, R19: votes that arrive at the same moment all count.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, until } from "../support/story.ts";
import { ben, finn, startTown } from "../support/town.ts";

test("R14: two votes submitted at the same moment complete the quorum", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  const card = await ask(town, "scale shop/payments 5", "payments");
  for (const voter of [ben, finn]) {
    await town.press(voter, card, "open-approve");
    await town.slack.waitForModal(voter);
  }
  await Promise.all([ben, finn].map((voter) => town.slack.as(voter).submit({})));
  const done = await until(town, card, "is done and verified", 15_000);
  for (const voter of [ben, finn]) assert.ok(JSON.stringify(done.blocks).includes(voter));
});
