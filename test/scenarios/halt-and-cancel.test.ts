// Stopping: one request taken back, and all execution halted and let go on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { approve, ask, cardOf, cardSays, idOf, oneApproval, requestIn, tell } from "../support/talk.ts";
import { ana, ben, startTown, type Town, writesOf } from "../support/town.ts";

let town: Town;
const cleanUp: (() => Promise<void> | void)[] = [];
const writes = () => writesOf(town.cluster);

before(async () => {
  town = await startTown({ after: (work: () => Promise<void>) => void cleanUp.push(work) } as never, {
    config: oneApproval,
  });
  await town.startBot();
});
after(async () => {
  for (const work of cleanUp.reverse()) await work();
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
  await town.slack.waitForMessage((message) => message.text.startsWith(`${halted} is done and verified`), 10_000);
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
  assert.deepEqual(town.faults, []);
  assert.deepEqual(town.slack.violations(), []);
});
