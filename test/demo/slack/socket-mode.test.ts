// A real Bolt app on the local Slack by Socket Mode: commands, buttons, modals, acknowledgements in time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { ANA, BEN, type Bench, socketBench } from "./bolt-app.ts";

let bench: Bench;
let slack: LocalSlack;

const modal = {
  type: "modal" as const,
  callback_id: "ask",
  title: { type: "plain_text" as const, text: "Why?" },
  submit: { type: "plain_text" as const, text: "Go" },
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: { type: "plain_text" as const, text: "Reason" },
      element: { type: "plain_text_input" as const, action_id: "text" },
    },
  ],
};

before(async () => {
  bench = await socketBench((app) => {
    app.command("/ops", async ({ command, ack, say, respond }) => {
      if (command.text === "silent") return;
      await ack(command.text === "hello" ? `hello ${command.user_name}` : undefined);
      if (command.text === "respond") await respond({ text: "later", response_type: "ephemeral" });
      if (command.text !== "card") return;
      await say({
        text: "a card",
        blocks: [
          {
            type: "actions",
            block_id: "card",
            elements: [{ type: "button", action_id: "open", text: { type: "plain_text", text: "Open" }, value: "42" }],
          },
        ],
      });
    });
    app.action("open", async ({ ack, body, client }) => {
      await ack();
      if (body.type === "block_actions") await client.views.open({ trigger_id: body.trigger_id, view: modal });
    });
    app.view("ask", async ({ ack, view }) => {
      const reason = view.state.values.reason?.text?.value ?? "";
      if (reason === "no") return ack({ response_action: "errors", errors: { reason: "say more" } });
      return ack();
    });
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: "home", blocks: [{ type: "section", text: { type: "mrkdwn", text: "welcome" } }] },
      });
    });
    app.message("ping", async ({ message, say }) => {
      if (message.subtype === undefined) await say({ text: "pong", thread_ts: message.ts });
    });
    app.event("app_mention", async ({ event, say }) => {
      await say(`you said: ${event.text}`);
    });
  });
  slack = bench.slack;
});
after(() => bench.stop());

test("a slash command is answered by the text of its acknowledgement, for the asker's eyes only", async () => {
  const result = await slack.as(ANA).command("#payments", "/ops", "hello");
  assert.equal(result.ok, true);
  const shown = slack.ephemerals(ANA).at(-1);
  assert.equal(shown?.text, "hello ana");
  assert.equal(slack.messages("#payments").length, 0);
});

test("a button opens a modal; errors keep it open; a good submission closes it", async () => {
  await slack.as(ANA).command("#payments", "/ops", "card");
  const card = await slack.waitForMessage((message) => message.text === "a card");
  await slack.as(BEN).click(card, "open");
  await slack.waitForModal(BEN);
  const refused = await slack.as(BEN).submit({ text: "no" });
  assert.deepEqual(refused, { ok: false, errors: { reason: "say more" } });
  assert.equal(slack.modalsOf(BEN).length, 1);
  const empty = await slack.as(BEN).submit({ text: "" });
  assert.deepEqual(empty.errors, { reason: "Please complete this required field." });
  assert.deepEqual(await slack.as(BEN).submit({ text: "because" }), { ok: true });
  assert.equal(slack.modalsOf(BEN).length, 0);
});

test("a command not acknowledged within three seconds fails for the person and is a breach", async () => {
  const asked = slack.as(ANA).command("#payments", "/ops", "silent");
  bench.clock.advance(3000);
  assert.deepEqual(await asked, { ok: false, problem: '/ops failed with the error "operation_timeout"' });
  assert.equal(slack.violations().at(-1)?.code, "late_ack");
});

test("opening the Home brings the view that the app publishes", async () => {
  await slack.as(ANA).openHome();
  const home = await slack.waitForHome(ANA);
  assert.equal(home.type, "home");
});

test("a message in a channel of the app arrives once and is answered in its thread", async () => {
  const said = await slack.as(ANA).say("#general", "ping");
  const answer = await slack.waitForMessage((message) => message.text === "pong");
  assert.equal(answer.threadTs, said.ts);
});

test("a mention arrives as app_mention with the app's id in the text", async () => {
  await slack.as(ANA).say("#general", "@countersign status <now>");
  const answer = await slack.waitForMessage((message) => message.text.startsWith("you said"));
  assert.equal(answer.text, `you said: <@${slack.botUser}> status &lt;now&gt;`);
});

test("a response URL answers for the asker's eyes", async () => {
  await slack.as(BEN).command("#payments", "/ops", "respond");
  const message = await slack.waitForMessage((each) => each.text === "later");
  assert.equal(message.ephemeralTo, BEN);
});

test("commands are refused in threads", async () => {
  const result = await slack.as(ANA).command("#payments", "/ops", "hello", { threadTs: "1.1" });
  assert.deepEqual(result, { ok: false, problem: "/ops is not supported in threads. Sorry!" });
});
