// R30, T24: break-glass runs what waits, tells everybody, is reviewed by two, and blocks the next use until it is.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { breakGlass, withGlass } from "../support/glass.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, errorsOf, plant, released, timePasses, writesFor } from "../support/story.ts";
import { ask, cardSays, idOf, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";

async function arrive(t: TestContext, names: readonly string[], more = ""): Promise<{ town: Town; clock: JumpClock }> {
  const town = await startTown(t, { config: withGlass(more) });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

const hour = 3_600_000;

function told(town: Town, where: string, words: string): boolean {
  return town.slack.messages(where).some((message) => wordsOf(message).includes(words));
}

/** In the direct messages between the bot and this person. */
function toldDirectly(town: Town, user: string, words: string): Promise<Message> {
  const { slack } = town;
  return slack.waitForMessage((message) => {
    const channel = slack.channel(message.channel);
    return channel?.kind === "im" && channel.members.includes(user) && wordsOf(message).includes(words);
  }, 10_000);
}

test("R30, T24: pending, break-glass, runs, told, blocked, reviewed by two, and allowed again", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two"]);
  const { slack } = town;
  const one = await ask(town, ana, "restart shop/one");
  const id = idOf(one);
  assert.match(await breakGlass(town, ana, { request: id, id, target: "two" }), /You typed .*two.* so nothing runs/);
  assert.match(await breakGlass(town, ana, { request: id, id: "r-0000000", target: "one" }), /so nothing runs/);
  assert.equal(writesOf(town.cluster).length, 0);
  assert.match(await breakGlass(town, ana, { id, target: "one" }), /starts without 2 of payments-leads or platform/);
  assert.match(await cardSays(town, one, /is done and verified/), /used break-glass, without 2 of.*checkout is down/s);
  assert.equal(writesFor(town.cluster, id).length, 1);
  clock.jump(breathMs);
  for (const where of ["#countersign-audit", "#payments"])
    await slack.waitUntil(() => told(town, where, `cancel ${id}`) || undefined, `the alarm in ${where}`, 60_000);
  for (const user of [ben, chloe, finn]) {
    await toldDirectly(town, user, "Break-glass by ana");
  }
  const two = await ask(town, ana, "restart shop/two");
  assert.match(
    await tell(town, ana, `breakglass ${idOf(two)} because again`),
    /still waits for 2 of payments-leads or security.*review/s,
  );
  assert.match(await tell(town, ana, `review ${id} ok because I was right`), /nobody reviews their own/);
  assert.match(await tell(town, dev, `review ${id} ok because fine`), /not among those who review/);
  assert.match(await tell(town, ben, `review ${id} ok`), /A review says why/);
  assert.match(await tell(town, ben, `review ${id} ok because nobody answered`), /1 more is needed/);
  assert.match(await tell(town, ben, `review ${id} ok because twice`), /has reviewed .* already/);
  assert.match(await tell(town, ana, `breakglass ${idOf(two)} because again`), /still waits for 1 of/);
  assert.match(await tell(town, chloe, `review ${id} not-ok because I was awake`), /It is done: not-ok/);
  assert.match(await tell(town, ana, "reviews"), /Reviewed.*was not right/s);
  assert.match(await tell(town, ana, `request ${id}`), /not ok: I was awake/);
  assert.match(await breakGlass(town, ana, { id: idOf(two), target: "two" }), /starts without/);
  await cardSays(town, two, /is done and verified/);
  await town.stopBot();
  const records = await town.records();
  const of = (code: string) => records.filter((record) => record.code === code);
  assert.equal(of("breakglass.used").length, 2);
  assert.deepEqual(
    of("breakglass.refused").map((record) => record.details.refusal),
    ["not-confirmed", "not-confirmed", "review-missing", "review-missing"],
  );
  assert.deepEqual(
    of("review.done").map((record) => record.details.state),
    ["not-ok"],
  );
  assert.deepEqual(errorsOf(town), []);
});

test("R30: a review is reminded of at half time, escalated at its end, and overdue blocks", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two"], "  openUses: 5\n");
  const one = await ask(town, ana, "restart shop/one");
  await breakGlass(town, ana, { id: idOf(one), target: "one" });
  await cardSays(town, one, /is done and verified/);
  await timePasses({ town, clock }, 13 * hour);
  await toldDirectly(town, ben, "waits for its review");
  await timePasses({ town, clock }, 12 * hour);
  await toldDirectly(town, eve, "not reviewed in time");
  clock.jump(breathMs);
  const two = await ask(town, ana, "restart shop/two");
  assert.match(await tell(town, ana, `breakglass ${idOf(two)} because x`), /is overdue/);
  assert.match(await tell(town, eve, `review ${idOf(one)} ok because I looked`), /1 more is needed/);
  await town.stopBot();
  assert.equal((await town.records()).filter((record) => record.code === "review.overdue").length, 1);
});

test("R30: never what was denied, what a rule denies, what is frozen or halted, what it does not reach, nor by whom it is not for", async (t) => {
  const { town } = await arrive(t, ["one"]);
  const card = await ask(town, ana, "restart shop/one");
  const id = idOf(card);
  const halt = await tell(town, ana, "halt because a loop");
  await town.slack.waitForMessage((message) => message.text.startsWith(`${/r-[0-9a-z]{7}/.exec(halt)?.[0]} is done`));
  assert.match(await tell(town, ana, `breakglass ${id} because x`), /All execution is halted/);
  const unhalt = idOf(await ask(town, ana, "unhalt because it is mended"));
  assert.match(await tell(town, ana, `breakglass ${unhalt} because x`), /does not reach/);
  assert.match(await tell(town, ana, `breakglass r-0000000 because x`), /There is no request/);
  assert.match(
    await tell(town, ana, `breakglass ${id} --id ${id} --target one --token 1.x because x`),
    /its own form alone/,
  );
  await town.vote(ben, card, "deny", "not today");
  await cardSays(town, card, /was denied/);
  assert.match(await tell(town, ana, `breakglass ${id} because x`), /is over: it is denied/);
  assert.equal(writesOf(town.cluster).length, 0);
});
