// Approvers are people too: who is asked, when, and how gently (R23).
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, breathMs, errorsOf, plant, released, thread, until } from "../support/story.ts";
import { tell, wordsOf } from "../support/talk.ts";
import { ana, ben, breachesOf, chloe, dev, eve, finn, startTown, type Town } from "../support/town.ts";

const minute = 60_000;

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

/** Chloe is on shift of the leads, Finn of nothing; two approvals of leads or platform; reminded after 5 minutes, escalated after 15. */
const onShift = (userId: string) => `
onCall:
  schedules:
    - name: leads
      static: { members: [${userId}], zone: Europe/Berlin, first: 2026-01-05 }
`;

function withShifts(text: string, more = ""): string {
  return (
    text
      .replace('slackUserGroup: "@payments-leads"', 'onCall: leads\n    slackUserGroup: "@payments-leads"')
      .replace(
        "        from: [payments-leads, platform]",
        "        from: [payments-leads, platform]\n        rings: [5m, 15m]\n        escalateTo: security",
      ) +
    onShift(chloe) +
    more
  );
}

async function arrive(t: TestContext, names: readonly string[], config = withShifts): Promise<Here> {
  const town = await startTown(t, { config });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

/** Waits for something said in the card's thread. */
function said(town: Town, card: Message, words: string | RegExp): Promise<string> {
  const matches = (text: string) => (typeof words === "string" ? text.includes(words) : words.test(text));
  return town.slack.waitUntil(
    () =>
      thread(town, card)
        .map(({ text, blocks }) => `${text} ${blocks}`)
        .find(matches),
    `“${String(words)}” in the thread`,
    10_000,
  );
}

/** How often people were asked in the card's thread. */
const askedIn = (town: Town, card: Message): number =>
  thread(town, card).filter(({ text }) => / (needs|still waits for) /.test(text)).length;

const mentions = (text: string): readonly string[] =>
  [...text.matchAll(/"user_id":"(U[A-Z0-9]+)"/g)].map((match) => match[1] ?? "");

/** What the bot told this person directly, as it stands now. */
function direct(town: Town, userId: string): readonly string[] {
  return town.slack.directMessages(userId).map(wordsOf);
}

test("R23: on shift first, then everybody who can, then those who can find somebody; nobody who can't help any more", async (t) => {
  const { town, clock } = await arrive(t, ["web"]);
  const card = await ask(town, "restart shop/web because it hangs", "web", dev);
  const first = await said(town, card, "You are on shift");
  assert.deepEqual(mentions(first), [chloe], "only who is on shift is mentioned");
  await until(town, card, "chloe is on shift; ana, ben and finn can too");
  await town.vote(ben, card, "approve");
  clock.jump(5 * minute + breathMs);
  const second = await said(town, card, "still waits for");
  assert.deepEqual(mentions(second).toSorted(), [ana, chloe, finn].toSorted(), "Ben has voted and is left alone");
  // A jump while Slack answers looks like an answer that never came.
  await tell(town, eve, "approvals");
  clock.jump(10 * minute + breathMs);
  const third = await said(town, card, "Nobody has come yet");
  assert.deepEqual(mentions(third), [eve]);
  await town.vote(chloe, card, "approve");
  await until(town, card, "is done and verified");
  clock.jump(60 * minute);
  assert.equal(askedIn(town, card), 3, "nobody is asked after the end");
  assert.deepEqual(errorsOf(town), []);
  await town.stopBot();
  const asked = (await town.records()).filter((record) => record.code === "approvers.asked");
  assert.deepEqual(
    asked.map(({ details }) => [details.ring, details.why]),
    [
      [1, "on-shift"],
      [2, "can"],
      [3, "escalation"],
    ],
  );
});

test("R23: while somebody looks, the next ring waits ten minutes, once; a vote, “Not me” and a quarter of an hour end it", async (t) => {
  const { town, clock } = await arrive(t, ["web"]);
  const card = await ask(town, "restart shop/web because it hangs", "web", dev);
  await said(town, card, "You are on shift");
  await town.press(dev, card, "start-looking");
  await town.slack.waitUntil(
    () =>
      town.slack
        .ephemerals(dev)
        .map(wordsOf)
        .find((text) => text.includes("nobody countersigns their own change")),
    "the refusal",
    10_000,
  );
  await town.press(ben, card, "start-looking");
  await until(town, card, /ben.{0,200}is looking \(since/s);
  clock.jump(5 * minute + breathMs);
  await tell(town, eve, "approvals");
  assert.equal(askedIn(town, card), 1, "the reminder waits");
  clock.jump(10 * minute + breathMs);
  await said(town, card, "still waits for");
  await until(town, card, /^(?!.*is looking)/s);
  await town.press(chloe, card, "start-looking");
  await until(town, card, /chloe.{0,200}is looking/s);
  await town.press(chloe, card, "stop-looking");
  await until(town, card, /^(?!.*is looking)/s);
  await town.press(finn, card, "start-looking");
  await until(town, card, /finn.{0,200}is looking/s);
  await town.vote(finn, card, "approve");
  await until(town, card, /^(?!.*is looking)/s);
  assert.deepEqual(errorsOf(town), []);
  await town.stopBot();
  const looks = (await town.records()).filter(({ code }) => code.startsWith("look."));
  assert.deepEqual(
    looks.map(({ code, outcome, actor, details }) => [
      code,
      outcome,
      actor?.userId ?? null,
      details.why ?? details.refusal ?? "",
    ]),
    [
      ["look.started", "refused", dev, "own-request"],
      ["look.started", "ok", ben, ""],
      ["look.ended", "ok", null, "time is over"],
      ["look.started", "ok", chloe, ""],
      ["look.ended", "ok", chloe, "said so"],
      ["look.started", "ok", finn, ""],
      ["look.ended", "ok", null, "voted"],
    ],
  );
});

test("one digest in place of ten pings: it gathers, lives, and goes quiet", async (t) => {
  const names = ["one", "two", "three"];
  const { town, clock } = await arrive(t, names);
  const cards: Message[] = [];
  for (const name of names) {
    clock.jump(breathMs);
    cards.push(await ask(town, `restart shop/${name}`, name, dev));
  }
  const told = (words: string) =>
    town.slack.waitUntil(() => direct(town, chloe).find((text) => text.includes(words)), `“${words}” to Chloe`, 60_000);
  await told("3 requests wait for you");
  assert.equal(direct(town, chloe).length, 1, "one message, not three");
  const rung = cards.filter((card) => thread(town, card).some(({ blocks }) => mentions(blocks).includes(chloe)));
  assert.equal(rung.length, 1, "her phone rang in one thread only");
  for (const card of cards) {
    clock.jump(breathMs);
    await town.vote(chloe, card, "approve");
  }
  clock.jump(breathMs);
  await told("Nothing waits for you any more");
  assert.equal(direct(town, chloe).length, 1);
  assert.deepEqual(errorsOf(town), []);
});

test("R10, R11: a delegate is asked and votes in the delegator's place, never for what the delegator asked for, until it ends", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two", "three"]);
  const { slack } = town;
  const refused = await tell(town, dev, `delegate <@${eve}|eve> payments-leads for 2d because of my holiday`);
  assert.match(refused, /dev is not in payments-leads, and only one's own groups can be lent/);
  assert.match(
    await tell(town, chloe, `delegate <@${dev}> payments-leads for 30d because of my holiday`),
    /at most 7d, not for 30d/,
  );
  assert.match(await tell(town, chloe, `delegate <@${dev}> payments-leads for 2d`), /needs a reason/);
  const made = await tell(town, chloe, `delegate <@${dev}|dev> payments-leads for 2d because of my holiday`);
  const id = /d-[0-9a-z]{7}/.exec(made)?.[0] ?? "";
  assert.match(made, /stands in for you in.*payments-leads/s);
  assert.match(await tell(town, dev, "whoami"), /Standing in.*for chloe in payments-leads/s);
  assert.match(await tell(town, ben, "temp"), /dev stands in for chloe in payments-leads/);
  assert.match(await tell(town, ben, `undelegate ${id}`), /is between chloe and dev/);
  assert.match(await tell(town, ben, "undelegate d-0000000"), /There is no delegation d-0000000 now/);
  assert.match(await tell(town, ben, "delegations"), /dev.*stands in for chloe in payments-leads.*of my holiday/s);
  await slack.waitUntil(
    () => direct(town, dev).find((text) => text.includes("You stand in for chloe in payments-leads")),
    "dev is told",
  );
  await slack.waitUntil(
    () => direct(town, chloe).find((text) => text.includes("dev stands in for you in payments-leads")),
    "chloe is told",
  );
  assert.match(
    await tell(town, dev, `delegate <@${eve}> payments-leads for 1h because I pass it on`),
    /dev is not in payments-leads/,
  );

  clock.jump(breathMs);
  const own = await ask(town, "restart shop/one", "one", chloe);
  await town.press(dev, own, "open-approve");
  const refusal = await slack.waitForModal(dev);
  assert.match(JSON.stringify(refusal.view), /dev is not among those who may countersign/);
  clock.jump(breathMs);
  const card = await ask(town, "restart shop/two", "two");
  await until(town, card, "dev");
  await town.vote(dev, card, "approve");
  await until(town, card, /Still needed: 1 of/);
  clock.jump(breathMs);
  await town.vote(chloe, card, "approve");
  await until(town, card, new RegExp(`${chloe}.{0,200} approved`, "s"));
  assert.ok(
    !JSON.stringify(slack.messages(card.channel).find(({ ts }) => ts === card.ts)?.blocks).includes("is done"),
    "both fill one place",
  );
  clock.jump(breathMs);
  await town.vote(finn, card, "approve");
  await until(town, card, "is done and verified");

  clock.jump(breathMs);
  const late = await ask(town, "restart shop/three", "three");
  clock.jump(breathMs);
  await town.vote(dev, late, "approve");
  await until(town, late, /Still needed: 1 of/);
  assert.match(await tell(town, dev, `undelegate ${id}`), /no longer stands in for chloe/);
  await town.vote(finn, late, "approve");
  await until(town, late, new RegExp(`${finn}.{0,200} approved`, "s"));
  clock.jump(breathMs);
  await town.vote(ben, late, "approve");
  await until(town, late, "is done and verified");
  assert.deepEqual(errorsOf(town), []);
  await town.stopBot();
  const codes = (await town.records()).filter(({ code }) => code.startsWith("delegation."));
  assert.deepEqual(
    codes.map(({ code, actor, details }) => [code, actor?.userId, details.to]),
    [
      ["delegation.made", chloe, dev],
      ["delegation.ended", dev, dev],
    ],
  );
});

test("oncall says who is on shift, until when, and who is next", async (t) => {
  const { town } = await arrive(t, ["one"], (text) =>
    withShifts(text).replace(`members: [${chloe}]`, `members: [${chloe}, ${ben}]`),
  );
  const said = await tell(town, dev, "oncall");
  assert.match(said, /leads.*: .*until.*; next .* from /s);
  assert.match(await tell(town, dev, "oncall laeds"), /There is no on-call schedule “laeds”.*Did you mean leads/s);
});

test("the Home shows what I could countersign, on shift first and with a link to its card, and what is temporary", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two"]);
  const { slack } = town;
  const card = await ask(town, "restart shop/one", "one");
  clock.jump(breathMs);
  await tell(town, chloe, `delegate <@${finn}> payments-leads for 2d because of my holiday`);
  const homeOf = async (user: string, words: string): Promise<string> => {
    await slack.as(user).openHome();
    const view = await slack.waitForHome(user, (one) => JSON.stringify(one).includes(words));
    return JSON.stringify(view.view);
  };
  const chloes = await homeOf(chloe, "You are on shift");
  assert.match(
    chloes,
    /Waiting for me.*asked by ana.*My requests.*You have asked for nothing yet.*My access.*You hold no access for a time.*Temporary.*finn.*stands in for chloe.*Done lately/s,
  );
  assert.ok(chloes.includes(`/archives/${card.channel}/p${card.ts.replace(".", "")}`), "its card is one press away");
  assert.ok(!chloes.includes("open-approve"), "R17: votes only from the card");
  assert.match(await homeOf(ana, "My requests"), /Nothing waits for you.*waits to be countersigned: Restart one/s);
  assert.match(await homeOf(eve, "Temporary"), /No freeze, no halt, and nobody stands in for anybody/);
  assert.deepEqual(breachesOf(slack), []);
});

test("the Home shows what is not about oneself to those alone whom a rule lets read it", async (t) => {
  const { town } = await arrive(t, ["one"], (text) =>
    text.replace("actions: read, groups: engineers", "actions: read, groups: platform"),
  );
  const { slack } = town;
  await tell(town, ana, "halt because nobody understands it");
  await slack.waitForMessage(({ text }) => /^r-\w+ is done and verified: Halt/.test(text), 60_000);
  const homeOf = async (user: string, words: string): Promise<string> => {
    await slack.as(user).openHome();
    const view = await slack.waitForHome(user, (one) => JSON.stringify(one).includes(words));
    return JSON.stringify(view.view);
  };
  assert.match(await homeOf(ana, "Done lately"), /All execution is halted.*Done lately/s);
  const eves = await homeOf(eve, "Done lately");
  assert.match(
    eves,
    /Temporary.*Not shown: No rule lets you use “temp”.*Done lately.*Not shown: No rule lets you use “approvals”/s,
  );
  assert.doesNotMatch(eves, /halted|Halt/);
});

test("T4: a button that somebody made with a stolen token lends nobody's groups", async (t) => {
  const { town } = await arrive(t, ["one"]);
  const { slack } = town;
  const value = `delegate @${eve} payments-leads for 7d because why not`;
  const button = {
    type: "button",
    action_id: "cs:run-command:0:0",
    text: { type: "plain_text", text: "Show the logs" },
    value,
  };
  const posted = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      channel: "#platform-approvals",
      text: "look",
      blocks: [{ type: "actions", elements: [button] }],
    }),
  });
  const { channel, ts } = (await posted.json()) as { channel: string; ts: string };
  await slack.as(chloe).click({ channel, ts }, "cs:run-command:0:0");
  await slack.waitUntil(
    () =>
      slack
        .ephemerals(chloe)
        .map(wordsOf)
        .find((text) => text.includes("A button alone gives nobody a right")),
    "the refusal",
    10_000,
  );
  assert.match(await tell(town, eve, "delegations"), /Nobody stands in for anybody now/);
  await town.stopBot();
  const refused = (await town.records()).find(({ code }) => code === "request.refused");
  assert.deepEqual([refused?.actor?.userId, refused?.details.refusal], [chloe, "forged-vote"]);
});
