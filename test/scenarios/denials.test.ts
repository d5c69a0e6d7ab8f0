// R11, R14, R20, R21, R24, T31: stopping by denial and veto, votes taken back, stages, and approvals that take more than a click.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, breathMs, idOf, plant, released, thread, until } from "../support/story.ts";
import { ana, ben, chloe, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

/** The demo's rule for every change asks for this in place of two people. */
async function arrive(
  t: TestContext,
  names: readonly string[],
  approvals: string,
  more: (text: string) => string = (text) => text,
): Promise<Here> {
  const config = (text: string) =>
    more(text).replace(
      "      approvals:\n        count: 2\n        from: [payments-leads, platform]\n",
      `      approvals: ${approvals}\n`,
    );
  const town = await startTown(t, { config });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

const codesOf = async (town: Town, id: string) =>
  (await town.records()).filter((record) => record.request === id).map((record) => record.code);

test("R20: two denials end it where two are asked for, a veto ends it alone, and a denial can be taken back", async (t) => {
  const { town, clock } = await arrive(
    t,
    ["two", "veto", "back"],
    "{ count: 2, from: [payments-leads, platform], denials: 2, veto: security }",
  );
  const two = await ask(town, "restart shop/two", "two");
  await town.vote(ben, two, "deny", "not now");
  await until(town, two, "not now");
  assert.match((await until(town, two, "waits to be countersigned")).text, /waits/, "one denial is not enough");
  await town.vote(finn, two, "deny", "nor later");
  await until(town, two, "was denied");
  clock.jump(breathMs);

  const veto = await ask(town, "restart shop/veto", "veto");
  await town.vote(eve, veto, "deny", "security says no");
  await until(town, veto, /was denied.*security says no/s);
  clock.jump(breathMs);

  const back = await ask(town, "restart shop/back", "back");
  await town.vote(ben, back, "deny", "wait");
  await until(town, back, "Take my vote back");
  clock.jump(breathMs);
  await town.press(ben, back, "withdraw-vote");
  await town.vote(finn, back, "deny", "wait as well");
  await until(town, back, "wait as well");
  clock.jump(breathMs);
  await town.press(finn, back, "withdraw-vote");
  await town.vote(ben, back, "approve");
  await town.vote(finn, back, "approve");
  await until(town, back, "is done and verified");
  assert.equal(writesOf(town.cluster).length, 1);
  await town.stopBot();
  assert.equal((await codesOf(town, idOf(back))).filter((code) => code === "vote.withdrawn").length, 2);
  assert.ok(!(await codesOf(town, idOf(veto))).includes("request.approved"));
});

test("R20: an approval taken back below the threshold stops what has not started", async (t) => {
  const { town, clock } = await arrive(t, ["held"], "{ count: 2, from: [payments-leads, platform] }");
  const { slack } = town;
  await slack.as(ana).command("#payments", "/ops", "halt because we look at something");
  await slack.waitForMessage((message) => message.text.includes("done and verified"));
  const card = await ask(town, "restart shop/held", "held");
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await until(town, card, "All execution is halted");
  clock.jump(breathMs);
  await town.press(finn, card, "withdraw-vote");
  await until(town, card, "Still needed: 1 of payments-leads or platform");
  assert.equal(writesOf(town.cluster).length, 0);
  await town.stopBot();
  const codes = await codesOf(town, idOf(card));
  assert.ok(codes.includes("request.approved") && !codes.includes("execution.claimed"), codes.join(", "));
});

test("R14: stages: the second one's people are refused before the first is met, and named in the thread after", async (t) => {
  const { town } = await arrive(
    t,
    ["staged"],
    "{ stages: [{ count: 1, from: platform }, { count: 1, from: payments-leads }] }",
  );
  const card = await ask(town, "restart shop/staged", "staged");
  await until(town, card, "Still needed: 1 of platform, then 1 of payments-leads");
  await town.press(ben, card, "open-approve");
  await town.vote(finn, card, "approve");
  await until(town, card, "Still needed: 1 of payments-leads (ben and chloe can");
  const told = await town.slack.waitUntil(
    () => thread(town, card).find(({ blocks }) => blocks.includes(ben) && blocks.includes(chloe)),
    "the next stage is asked",
  );
  assert.ok(!told.blocks.includes(eve), "and nobody else");
  await town.vote(chloe, card, "approve");
  await until(town, card, "is done and verified");
  await town.stopBot();
  const refused = (await town.records()).filter(({ code }) => code === "vote.refused");
  assert.deepEqual(
    refused.map(({ actor, details }) => [actor?.userId, details.refusal]),
    [[ben, "earlier-stage-first"]],
  );
});

test("R21, T5: a tier that takes a fresh sign-in is approved by nobody while none is configured, and still denied by a click", async (t) => {
  const { town } = await arrive(
    t,
    ["top"],
    "{ count: 1, from: [payments-leads, platform], stepUp: { maxAge: 5m, amr: hwk } }",
    // Of the others Slack alone says that they are in the groups, and that does not suffice.
    (text) => text.replace('"@platform" #', `"@platform"\n    members: [${ben}, ${finn}, ${chloe}] #`),
  );
  const card = await ask(town, "restart shop/top", "top");
  const shown = await until(town, card, "Each approval needs a fresh sign-in, at most 5 min old.");
  assert.match(JSON.stringify(shown.blocks), /nobody can now; 3 more once signed in/);
  await town.press(ben, card, "open-approve");
  await town.press(finn, card, "open-deny");
  await town.slack.waitForModal(finn);
  await town.slack.as(finn).submit({ reason: "not today" });
  await until(town, card, "was denied");
  assert.equal(writesOf(town.cluster).length, 0);
  await town.stopBot();
  const refused = (await town.records()).filter(({ code }) => code === "vote.refused");
  assert.deepEqual(
    refused.map(({ actor, details }) => [actor?.userId, details.refusal]),
    [[ben, "not-linked"]],
  );
});
