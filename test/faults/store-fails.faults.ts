// B1, F5: what cannot be recorded does not happen; the person is told at once, and it goes on when the disk does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { breakStore, mendStore } from "../support/failing-store.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, hurried, idOf, plant, recorded, released, until, writesFor } from "../support/story.ts";
import { ana, ben, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";
import { allSent } from "./history/idle.ts";

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

const toldWithinMs = 3_000;

/** Until the late answer of a disk that stood still has come, everybody is refused: some milliseconds after it is mended. */
async function goesOn({ slack }: Town): Promise<void> {
  for (;;) {
    const before = slack.ephemerals(eve).length;
    await slack.as(eve).command("#general", "/ops", "whoami");
    const told = await slack.waitUntil(() => slack.ephemerals(eve)[before], "an answer", toldWithinMs);
    if (!told.text.includes("store can't be written")) return;
  }
}

test("B1, F5: with the store failing, 0 mutating calls, a sentence within three seconds, and then it goes on", async (t) => {
  const town = await startTown(t);
  t.after(mendStore);
  plant(town.cluster, "full");
  await released(town.cluster, "full");
  const clock = new JumpClock();
  await town.startBot({ clock });
  const { slack } = town;
  for (const how of ["full", "stands still"] as const) {
    await t.test(`a disk that ${how === "full" ? "is full" : how}: asking is refused in words`, async () => {
      const before = slack.ephemerals(ana).length;
      breakStore(how);
      const askedAt = Date.now();
      await slack.as(ana).command("#payments", "/ops", "restart shop/full");
      const told = await slack.waitUntil(() => slack.ephemerals(ana)[before], "an answer", toldWithinMs);
      assert.match(told.text + JSON.stringify(told.blocks), /store can't be written now/);
      assert.ok(Date.now() - askedAt < toldWithinMs);
      mendStore();
      assert.equal(slack.messages("#platform-approvals").length, 0);
    });
  }
  await t.test("a disk that is full when the intent should be recorded: nothing is sent until it is", async () => {
    await goesOn(town);
    const card = await ask(town, "restart shop/full", "full");
    await town.vote(ben, card, "approve");
    const known = town.faults.length;
    breakStore("full", "write.intended");
    await town.vote(finn, card, "approve");
    while (!town.faults.slice(known).some((line) => line.includes("job failed"))) await soon();
    assert.equal(writesOf(town.cluster).filter((entry) => entry.userAgent.includes(idOf(card))).length, 0);
    mendStore();
    await hurried(clock, until(town, card, "is done and verified"));
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
  });
  await t.test(
    "a disk that is full when a card stands: votes count once it can be recorded, without a restart",
    async () => {
      await goesOn(town);
      plant(town.cluster, "late");
      await released(town.cluster, "late");
      const known = town.faults.length;
      breakStore("full", "request.posted");
      await slack.as(ana).command("#payments", "/ops", "restart shop/late");
      while (!town.faults.slice(known).some((line) => line.includes("a posted card was not recorded"))) await soon();
      // Its newer forms are sent too, and each would record it.
      await hurried(clock, allSent(town));
      mendStore();
      const card = await town.card(({ text }) => text.includes("Restart late"));
      await hurried(clock, recorded(town, idOf(card), "request.posted"));
      await hurried(clock, until(town, card, `${idOf(card)} waits to be countersigned`));
      await town.vote(ben, card, "approve");
      await town.vote(finn, card, "approve");
      await hurried(clock, until(town, card, "is done and verified"));
    },
  );
});
