// Somebody deletes a request's card: it is posted again, and the new message is the one to vote on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, errorsOf, idOf, until } from "../support/story.ts";
import { ben, finn, startTown } from "../support/town.ts";

test("a card that was deleted is posted again at the next vote, and the new one collects the rest", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  const card = await ask(town, "scale shop/payments 5", "payments");
  await town.press(ben, card, "open-approve");
  await town.slack.waitForModal(ben);
  const deleted = await fetch(`${town.slack.apiUrl}chat.delete`, {
    method: "POST",
    headers: { authorization: `Bearer ${town.slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify({ channel: card.channel, ts: card.ts }),
  });
  assert.equal(deleted.ok, true);
  await town.slack.as(ben).submit({});
  const again = await town.card((message) => message.ts !== card.ts && message.text.includes(idOf(card)));
  // What is told to people is durable by then: the record names the new card.
  await town.slack.waitUntil(() => {
    const told = JSON.stringify(town.slack.messages("#countersign-audit").map(({ blocks }) => blocks));
    return told.split("request.posted").length > 2 ? told : undefined;
  }, "the second posting in the audit channel");
  await town.vote(finn, again, "approve");
  await until(town, again, "is done and verified", 10_000);
  assert.deepEqual(errorsOf(town), []);
  await town.stopBot();
  const posted = (await town.records()).filter((record) => record.code === "request.posted");
  assert.deepEqual(
    posted.map(({ details }) => [details.ts, details.reposted ?? false]),
    [
      [card.ts, false],
      [again.ts, true],
    ],
  );
});
