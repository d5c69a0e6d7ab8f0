// The payloads have the fields of Slack's documentation: commands, events, actions, submissions, suggestions.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type HandClock, handClock } from "../../../demo/slack/clock.ts";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf, objsOf, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, BEN } from "./bolt-app.ts";
import { call, connectPeer, type Peer } from "./plain-client.ts";

let clock: HandClock;
let slack: LocalSlack;
let peer: Peer;
beforeEach(async () => {
  clock = handClock(Date.UTC(2026, 10, 20, 9));
  slack = await startLocalSlack({ port: 0, clock, limits: "off" });
  peer = await connectPeer(slack);
  await peer.frame((frame) => frame.type === "hello");
});
afterEach(async () => {
  await peer.close();
  await slack.stop();
});

/** The next payload of this kind, acknowledged with `answer`. */
async function next(fits: (payload: Obj) => boolean, answer?: Obj): Promise<Obj> {
  const frame = await peer.frame((each) => fits(objOf(each.payload)));
  peer.ack(frame, answer);
  return objOf(frame.payload);
}

const event = (type: string, subtype?: string) =>
  next((payload) => {
    const inner = objOf(payload.event);
    return inner.type === type && inner.subtype === subtype;
  });

const ofType = (type: string, answer?: Obj) => next((payload) => payload.type === type, answer);

test("a command names team, channel and person, and its text is escaped with names beside the ids", async () => {
  const asked = slack
    .as(ANA)
    .command("#payments", "/ops", "give @ben in #payments a<b & see https://x.example/?a=1&b=2.");
  const payload = await next((each) => each.command === "/ops", { text: "ok" });
  await asked;
  assert.equal(
    payload.text,
    `give <@${BEN}|ben> in <#C0PAYMENT|payments> a&lt;b &amp; see <https://x.example/?a=1&amp;b=2>.`,
  );
  const { token: _, response_url, trigger_id, text: __, ...fixed } = payload;
  assert.deepEqual(fixed, {
    team_id: "T0LOCAL01",
    team_domain: "acme-robotics",
    channel_id: "C0PAYMENT",
    channel_name: "payments",
    user_id: ANA,
    user_name: "ana",
    command: "/ops",
    api_app_id: "A0CSIGN01",
    is_enterprise_install: "false",
  });
  assert.match(textOf(response_url), /^http:\/\/127\.0\.0\.1:\d+\/actions\//);
  assert.match(textOf(trigger_id), /^\d+\.\d+\.\S+$/);
});

test("a message carries its writer's rich text, its id for the client and its channel's type", async () => {
  const said = await slack.as(ANA).say("#payments", "look:\n```kind: Pod```");
  const payload = await event("message");
  assert.equal(payload.type, "event_callback");
  assert.equal(objsOf(payload.authorizations)[0]?.user_id, slack.botUser);
  const message = objOf(payload.event);
  assert.deepEqual(
    [message.ts, message.channel, message.channel_type, message.user, message.team],
    [said.ts, "C0PAYMENT", "channel", ANA, "T0LOCAL01"],
  );
  assert.ok(textOf(message.client_msg_id) !== "");
  const parts = objsOf(objsOf(message.blocks)[0]?.elements).map((part) => part.type);
  assert.deepEqual(parts, ["rich_text_section", "rich_text_preformatted"]);
});

test("a mention comes twice, as message and as app_mention, with one ts", async () => {
  const said = await slack.as(ANA).say("#payments", "@countersign help");
  const both = [await event("message"), await event("app_mention")].map((payload) => objOf(payload.event).ts);
  assert.deepEqual(both, [said.ts, said.ts]);
});

test("edits and deletions are told with what was there before", async () => {
  const { ts = "" } = await slack.as(ANA).say("#payments", "before");
  await slack.as(ANA).edit("#payments", ts, "after");
  const changed = objOf((await event("message", "message_changed")).event);
  assert.deepEqual([objOf(changed.previous_message).text, objOf(changed.message).text], ["before", "after"]);
  assert.equal(objOf(objOf(changed.message).edited).user, ANA);
  await slack.as(ANA).remove("#payments", ts);
  const deleted = objOf((await event("message", "message_deleted")).event);
  assert.equal(deleted.deleted_ts, ts);
});

test("a direct message is message.im; reactions, shared files and the Home have their own events", async () => {
  const { ts = "" } = await slack.as(ANA).say("@countersign", "hello");
  assert.equal(objOf((await event("message")).event).channel_type, "im");
  const channel = textOf(objOf((await event("message")).event).channel);
  await slack.as(ANA).react(channel, ts, "eyes");
  const reaction = objOf((await event("reaction_added")).event);
  assert.deepEqual([reaction.reaction, reaction.item_user], ["eyes", ANA]);
  const file = slack.as(ANA).upload("plan.yaml", "a: 1\n");
  await slack.as(ANA).say("#payments", "", { fileIds: [file.id] });
  const shared = objOf((await event("message", "file_share")).event);
  assert.equal(objsOf(shared.files)[0]?.filetype, "yaml");
  assert.equal(objOf((await event("file_shared")).event).file_id, file.id);
  await slack.as(ANA).openHome();
  assert.equal(objOf((await event("app_home_opened")).event).tab, "home");
});

test("the app hears nothing from channels it is not in, nor events it has no scope or subscription for", async () => {
  slack.setChannel("#payments", { members: [ANA] });
  await slack.as(ANA).say("#payments", "@countersign secret");
  slack.setApp({ events: ["app_mention"] });
  await slack.as(ANA).say("#general", "@countersign public");
  const heard = await event("app_mention");
  assert.match(textOf(objOf(heard.event).text), /public/);
  const frames = peer.frames.filter((frame) => frame.type === "events_api");
  assert.equal(frames.length, 1);
});

test("a click on an ephemeral message carries no message, one on a stored message does", async () => {
  const blocks = [
    {
      type: "actions",
      block_id: "b",
      elements: [{ type: "button", action_id: "go", value: "7", text: { type: "plain_text", text: "Go" } }],
    },
  ];
  const hidden = await call(slack, "chat.postEphemeral", { channel: "C0GENERAL", user: ANA, text: "x", blocks });
  void slack.as(ANA).click({ channel: "C0GENERAL", ts: textOf(hidden.message_ts) }, "go");
  const first = await ofType("block_actions");
  assert.equal(first.message, undefined);
  assert.equal(objOf(first.container).is_ephemeral, true);
  const stored = await call(slack, "chat.postMessage", { channel: "C0GENERAL", text: "x", blocks });
  void slack.as(ANA).click({ channel: "C0GENERAL", ts: textOf(stored.ts) }, "go");
  const second = await next((payload) => payload.type === "block_actions" && payload.message !== undefined);
  assert.equal(objOf(second.message).ts, stored.ts);
  const action = objsOf(second.actions)[0] ?? {};
  assert.deepEqual([action.type, action.value, action.block_id, action.action_id], ["button", "7", "b", "go"]);
});

test("somebody else's ephemeral message cannot be clicked", async () => {
  const hidden = await call(slack, "chat.postEphemeral", { channel: "C0GENERAL", user: ANA, text: "x" });
  const result = await slack.as(BEN).click({ channel: "C0GENERAL", ts: textOf(hidden.message_ts) }, "go");
  assert.match(result.problem ?? "", /sees no message/);
});

test("a modal's menus, checkboxes and texts come as state.values; push, update, clear are obeyed; close is told", async () => {
  const option = (value: string) => ({ text: { type: "plain_text", text: value }, value });
  const input = (block_id: string, element: Obj) => ({
    type: "input",
    block_id,
    label: { type: "plain_text", text: block_id },
    element,
  });
  const view = {
    type: "modal",
    callback_id: "all",
    private_metadata: "secret",
    notify_on_close: true,
    title: { type: "plain_text", text: "All" },
    submit: { type: "plain_text", text: "Go" },
    blocks: [
      input("env", { type: "static_select", action_id: "pick", options: [option("prod"), option("dev")] }),
      input("flags", {
        type: "checkboxes",
        action_id: "pick",
        options: [option("a"), option("b")],
        initial_options: [option("a")],
      }),
      input("who", { type: "users_select", action_id: "pick" }),
      input("app", { type: "external_select", action_id: "find", min_query_length: 0 }),
    ],
  };
  void slack.as(ANA).command("#payments", "/ops");
  const { trigger_id } = await next((payload) => payload.command === "/ops");
  await call(slack, "views.open", { trigger_id, view });
  const suggested = slack.as(ANA).suggest("modal", "find", "che");
  const query = await ofType("block_suggestion", { options: [option("checkout")] });
  assert.equal(query.value, "che");
  assert.equal((await suggested).options?.[0]?.value, "checkout");
  const submitted = slack.as(ANA).submit({ env: "prod", who: BEN, app: "checkout" });
  const push = { response_action: "push", view: { ...view, callback_id: "second", blocks: [{ type: "divider" }] } };
  const values = objOf(objOf(objOf((await ofType("view_submission", push)).view).state).values);
  await submitted;
  assert.equal(objOf(objOf(objOf(values.env).pick).selected_option).value, "prod");
  assert.deepEqual(
    objsOf(objOf(objOf(values.flags).pick).selected_options).map((each) => each.value),
    ["a"],
  );
  assert.equal(objOf(objOf(values.who).pick).selected_user, BEN);
  assert.equal(slack.modalsOf(ANA).length, 2);
  void slack.as(ANA).closeModal();
  const closed = await ofType("view_closed");
  assert.equal(objOf(closed.view).callback_id, "second");
  assert.equal(slack.openModalOf(ANA)?.view.private_metadata, "secret");
  const again = slack.as(ANA).submit();
  const frame = await peer.frame(
    (each) => objOf(each.payload).type === "view_submission" && peer.frames.indexOf(each) > 3,
  );
  peer.ack(frame, { response_action: "clear" });
  assert.equal((await again).ok, true);
  assert.equal(slack.modalsOf(ANA).length, 0);
});

test("an error for a block that is no input is trouble for the person and a breach", async () => {
  void slack.as(ANA).command("#payments", "/ops");
  const { trigger_id } = await next((payload) => payload.command === "/ops");
  const title = { type: "plain_text", text: "T" };
  await call(slack, "views.open", {
    trigger_id,
    view: { type: "modal", title, submit: title, blocks: [{ type: "divider" }] },
  });
  const submitted = slack.as(ANA).submit();
  await ofType("view_submission", { response_action: "errors", errors: { nowhere: "no" } });
  assert.equal((await submitted).problem, "We had some trouble connecting. Try again?");
  assert.equal(slack.violations().at(-1)?.code, "bad_ack");
});
