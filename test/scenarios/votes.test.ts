// R2, R10, R13, R14, R17, R19, R20, R22, R32, R34, T4, T7, T29, T34: whose click counts, how often, and what a stolen token is worth.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Message, Obj } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, breathMs, errorsOf, idOf, plant, recorded, released, until, writesFor } from "../support/story.ts";
import { actionIdOf, ana, ben, chloe, dev, finn, startTown, type Town, writesOf } from "../support/town.ts";

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

async function arrive(t: TestContext, names: readonly string[], config?: (text: string) => string): Promise<Here> {
  const town = await startTown(t, config === undefined ? {} : { config });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

/** A Web API call with the bot's token, as a thief makes it; gives Slack's answer. */
async function steal(town: Town, method: string, args: Obj): Promise<Obj> {
  const headers = { authorization: `Bearer ${town.slack.botToken}`, "content-type": "application/json; charset=utf-8" };
  const answer = await fetch(`${town.slack.apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(args) });
  return (await answer.json()) as Obj;
}

/** A message of ours, posted again by the thief: our own action ids and values. */
async function lookAlike(town: Town, card: Message, blocks: readonly Obj[] = card.blocks): Promise<Message> {
  const posted = await steal(town, "chat.postMessage", {
    channel: card.channel,
    text: "countersign this",
    blocks: bare(blocks),
  });
  assert.equal(posted.ok, true, JSON.stringify(posted));
  return town.slack.waitForMessage((message) => message.ts === posted.ts);
}

const bare = (blocks: readonly Obj[]): readonly Obj[] => blocks.map(({ block_id: _, ...rest }) => rest);

const button = (action: string, value: string): readonly Obj[] => [
  {
    type: "actions",
    elements: [
      { type: "button", action_id: `cs:${action}:0:0`, text: { type: "plain_text", text: "Show the logs" }, value },
    ],
  },
];

async function refusals(town: Town): Promise<readonly string[]> {
  await town.stopBot();
  const records = await town.records();
  return records
    .filter((record) => record.code === "vote.refused" || record.code === "request.refused")
    .map((record) => `${String(record.details.refusal)} by ${record.actor?.userId ?? String(record.details.userId)}`);
}

test("T4, R17, R34: with the stolen bot token nobody executes anything, and the attempts are recorded", async (t) => {
  const { town, clock } = await arrive(t, ["one", "two"]);
  const { slack } = town;
  const one = await ask(town, "restart shop/one", "one");
  const two = await ask(town, "restart shop/two", "two");
  const copy = await lookAlike(town, one);
  await slack.as(ben).click({ channel: copy.channel, ts: copy.ts }, actionIdOf(copy, "open-approve"));
  assert.equal(
    slack.openModalOf(ben)?.view.callback_id === undefined || !JSON.stringify(slack.openModalOf(ben)).includes("token"),
    true,
  );
  const invented = await lookAlike(town, one, button("open-approve", "r-0000000:1"));
  await slack.as(ben).click({ channel: invented.channel, ts: invented.ts }, "cs:open-approve:0:0");
  const halting = await lookAlike(town, one, button("run-command", "halt because of me"));
  await slack.as(chloe).click({ channel: halting.channel, ts: halting.ts }, "cs:run-command:0:0");
  const cancelling = await lookAlike(town, one, button("cancel-request", `${idOf(one)}:1`));
  await slack.as(ana).click({ channel: cancelling.channel, ts: cancelling.ts }, "cs:cancel-request:0:0");
  clock.jump(breathMs);
  await steal(town, "chat.update", { channel: two.channel, ts: two.ts, text: "x", blocks: bare(one.blocks) });
  await slack.as(ben).click({ channel: two.channel, ts: two.ts }, actionIdOf(one, "open-approve"));
  await slack.waitForMessage(
    (message) =>
      message.channel === slack.channel("#countersign-audit")?.id &&
      JSON.stringify(message.blocks).includes("post.altered"),
  );
  assert.equal(writesOf(town.cluster).length, 0);
  const said = await refusals(town);
  assert.equal(said.filter((one) => one === `forged-vote by ${ben}`).length, 3);
  assert.ok(said.includes(`forged-vote by ${chloe}`), "what nobody countersigns is typed, not pressed");
  const codes = (await town.records()).map((record) => record.code);
  assert.ok(!codes.includes("request.cancelled") && !codes.includes("setting.changed") && !codes.includes("vote.cast"));
});

test("R17: a form counts for its own request, version, person and choice, and for nothing else", async (t) => {
  const { town } = await arrive(t, ["one", "two"]);
  const { slack } = town;
  const one = await ask(town, "restart shop/one", "one");
  const two = await ask(town, "restart shop/two", "two");
  const memoOf = async (user: string, card: Message): Promise<Obj> => {
    await slack.as(user).click({ channel: card.channel, ts: card.ts }, actionIdOf(card, "open-approve"));
    const form = await slack.waitForModal(user);
    return JSON.parse(String(form.view.private_metadata)) as Obj;
  };
  const bens = await memoOf(ben, one);
  const finns = await memoOf(finn, two);
  const forged: readonly (readonly [string, string, Obj])[] = [
    ["another person's form", chloe, bens],
    ["the form of another request", finn, { ...finns, request: bens.request }],
    ["another choice", ben, { ...bens, choice: "deny" }],
    ["a version that never was", ben, { ...bens, version: 2 }],
    ["a token made up", ben, { ...bens, token: "1.AAAA" }],
    ["a request that does not exist", ben, { ...bens, request: "r-0000000" }],
  ];
  for (const [what, user, memo] of forged) {
    while (slack.openModalOf(user) !== undefined) await slack.as(user).closeModal();
    await slack.as(user).click({ channel: one.channel, ts: one.ts }, actionIdOf(one, "open-approve"));
    const form = await slack.waitForModal(user);
    const stolen = await steal(town, "views.update", {
      view_id: form.id,
      view: { ...withoutIds(form.view), private_metadata: JSON.stringify(memo) },
    });
    assert.equal(stolen.ok, true, `${what}: ${JSON.stringify(stolen)}`);
    await slack.as(user).submit({ reason: "because" });
  }
  assert.equal(writesOf(town.cluster).length, 0);
  const said = await refusals(town);
  assert.equal(said.length, forged.length, said.join("; "));
  assert.ok(!(await town.records()).some((record) => record.code === "vote.cast"));
});

function withoutIds(view: Obj): Obj {
  const { type, title, submit, close, blocks, callback_id } = view;
  return { type, title, submit, close, blocks, callback_id };
}

test("R10, R13, R14, R20, R22, R32, T7, T34: who may vote, in which order, and why not", async (t) => {
  const { town, clock } = await arrive(t, ["own", "veto", "order"]);
  const { slack } = town;
  const own = await ask(town, "restart shop/own because <!channel> approved by CTO", "own");
  assert.match(JSON.stringify(own.blocks), /in their words: .*approved by CTO/);
  assert.doesNotMatch(
    JSON.stringify(own.blocks),
    /"type":"broadcast"/,
    "T34: the requester's words are shown as words",
  );
  const open = async (user: string): Promise<void> => {
    slack.setChannel("#platform-approvals", {
      members: [...(slack.channel("#platform-approvals")?.members ?? []), user],
    });
    await slack.as(user).click({ channel: own.channel, ts: own.ts }, actionIdOf(own, "open-approve"));
  };
  const strangers = ["U0GUEST01", "U0SOLO001", "U0STRANG1", "U0OTHBOT1"];
  for (const user of [ana, dev, ...strangers]) await open(user);
  for (const user of strangers) {
    slack.setChannel("#payments", { members: [...(slack.channel("#payments")?.members ?? []), user] });
    await slack.as(user).command("#payments", "/ops", "restart shop/own");
  }
  clock.jump(breathMs);
  const veto = await ask(town, "restart shop/veto", "veto");
  await assert.rejects(town.vote(ben, veto, "deny"), /reason|required/i, "R22: no denial without a reason");
  await town.vote(ben, veto, "deny", "not today");
  await until(town, veto, "was denied");
  clock.jump(breathMs);
  const order = await ask(town, "restart shop/order", "order");
  await town.vote(chloe, order, "approve");
  await town.vote(ben, order, "approve");
  await until(town, order, "is done and verified");
  assert.equal(writesOf(town.cluster).length, 1);
  const said = await refusals(town);
  for (const wanted of [`own-request by ${ana}`, `not-eligible by ${dev}`])
    assert.ok(said.includes(wanted), `${wanted} is recorded, in ${said.join("; ")}`);
  const clicks = (await town.records()).filter((record) => record.code === "vote.refused");
  const clicked = strangers.filter((user) => clicks.some(({ details }) => details.userId === user));
  // Another workspace's click ends in the Slack adapter, before anybody here knows of it.
  assert.deepEqual(clicked, ["U0GUEST01", "U0SOLO001", "U0OTHBOT1"], "the clicks of guests and bots are recorded");
});

test("R19, T29: clicks, repeated deliveries and twenty submissions at once are one vote each and one execution", async (t) => {
  const names = Array.from({ length: 5 }, (_, index) => `storm-${index}x`);
  const { town, clock } = await arrive(
    t,
    names,
    (text) => `${text}limits:\n  votesPerMinute: 1000\n  commandsPerMinute: 1000\n`,
  );
  const { slack } = town;
  const stormed: Message[] = [];
  for (const name of names) {
    clock.jump(breathMs);
    slack.duplicateNextDelivery();
    stormed.push(await ask(town, `restart shop/${name}`, name));
  }
  await Promise.all(
    stormed.map(async (card) => {
      for (const user of [ben, finn, chloe]) {
        slack.duplicateNextDelivery();
        await Promise.all(
          [1, 2, 3].map(() =>
            slack.as(user).click({ channel: card.channel, ts: card.ts }, actionIdOf(card, "open-approve")),
          ),
        );
        const forms = [1, 2, 3, 4, 5, 6, 7].map(() =>
          slack
            .as(user)
            .submit({})
            .catch(() => undefined),
        );
        await Promise.all([...forms, slack.replay()]);
      }
    }),
  );
  // One person has one topmost form: whoever's was shut by the next one votes again.
  for (const card of stormed) {
    for (const user of [ben, finn, ben, finn]) await town.vote(user, card, "approve").catch(() => undefined);
  }
  // A leap in the middle of an execution would make what it knows of freezes too old to write upon.
  for (const card of stormed) await recorded(town, idOf(card), "execution.ended");
  for (const card of stormed) {
    clock.jump(breathMs);
    await until(town, card, "is done and verified");
    assert.equal(writesFor(town.cluster, idOf(card)).length, 1);
  }
  await town.stopBot();
  const records = await town.records();
  for (const card of stormed) {
    const of = (code: string) => records.filter((record) => record.request === idOf(card) && record.code === code);
    assert.equal(of("request.created").length, 1);
    assert.equal(of("execution.claimed").length, 1);
    const voters = of("vote.cast").map((record) => record.actor?.userId);
    assert.equal(new Set(voters).size, voters.length, "one vote each");
  }
  assert.equal(records.filter((record) => record.code === "request.created").length, names.length);
  assert.deepEqual(errorsOf(town), []);
});
