// R24, R30: a freeze holds break-glass back, unless the policy lets it through; a use that did not start in time is void.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { breakGlass, withGlass } from "../support/glass.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { plant, released, timePasses, writesFor } from "../support/story.ts";
import { approve, ask, cardSays, idOf, requestIn, tell } from "../support/talk.ts";
import { ana, ben, chloe, eve, finn, startTown, type Town } from "../support/town.ts";

const free = (verb: string): string => `    - name: ${verb}-at-once
      when: { verbs: ${verb}, groups: engineers }
      allow: true
      replaces: two-people
`;

async function arrive(t: TestContext, more = ""): Promise<{ town: Town; clock: JumpClock }> {
  const config = (text: string) =>
    withGlass(more)(text.replace("    - name: halt-at-once", `${free("freeze")}    - name: halt-at-once`));
  const town = await startTown(t, { config });
  plant(town.cluster, "one");
  await released(town.cluster, "one");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

async function atOnce(town: Town, text: string): Promise<void> {
  const id = requestIn(await tell(town, eve, text));
  await town.slack.waitForMessage((message) => message.text.startsWith(`${id} is done and verified`), 60_000);
}

test("R24, R30: a freeze that somebody set holds break-glass back", async (t) => {
  const { town } = await arrive(t);
  const card = await ask(town, ana, "restart shop/one");
  await atOnce(town, "freeze production for 1h --name sale because of the sale");
  const answer = await tell(town, ana, `breakglass ${idOf(card)} because it can't wait`);
  assert.match(answer, /of the sale.*Rule: sale.*Break-glass does not lift it/s);
  assert.equal(writesFor(town.cluster, idOf(card)).length, 0);
});

test("R30: where the policy says so, break-glass goes through a freeze, and says it", async (t) => {
  const { town } = await arrive(t, "  throughFreezes: true\n");
  const card = await ask(town, ana, "restart shop/one");
  await atOnce(town, "freeze production for 1h --name sale because of the sale");
  assert.match(await breakGlass(town, ana, { id: idOf(card), target: "one" }), /starts without/);
  await cardSays(town, card, /is done and verified/);
  assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
});

test("R8, R30: a use that could not start in time is void, and the request needs its approvals again", async (t) => {
  const { town, clock } = await arrive(t);
  const card = await ask(town, ana, "restart shop/one");
  const id = idOf(card);
  const { slack } = town;
  await slack.as(ana).command("#general", "/ops", `breakglass ${id} because checkout is down`);
  await slack.waitForModal(ana);
  town.cluster.failNext({ path: /deployments\/one$/ }, { status: 503, times: 1_000 });
  await slack.as(ana).submit({ id, target: "one", why: "checkout is down" });
  await cardSays(town, card, /is approved/);
  await timePasses({ town, clock }, 6 * 60_000);
  await cardSays(town, card, /waits to be countersigned/);
  town.cluster.clearFaults();
  await approve(town, ben, card);
  assert.equal(writesFor(town.cluster, id).length, 0, "one approval is not two, whatever was broken before");
  await approve(town, finn, card);
  await cardSays(town, card, /is done and verified/);
  assert.match(await tell(town, chloe, `review ${id} ok because nothing happened by it`), /1 more is needed/);
});
