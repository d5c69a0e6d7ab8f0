// The Web API of the local Slack: tokens, scopes, membership, authorship, threads, pages of results, as documented.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebClient } from "@slack/web-api";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf, objsOf, textOf } from "../../../demo/slack/read.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, BEN } from "./bolt-app.ts";
import { call, send } from "./plain-client.ts";

let slack: LocalSlack;
let client: WebClient;
before(async () => {
  slack = await startLocalSlack({ port: 0, limits: "off" });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
after(() => slack.stop());

test("calls without a token, with a wrong one, with the wrong kind and to unknown methods are refused as by Slack", async () => {
  assert.equal((await call(slack, "auth.test", {}, "")).error, "not_authed");
  assert.equal((await call(slack, "auth.test", {}, "xoxb-wrong")).error, "invalid_auth");
  assert.equal((await call(slack, "apps.connections.open")).error, "not_allowed_token_type");
  assert.equal((await call(slack, "chat.shout")).error, "unknown_method");
  assert.equal((await call(slack, "auth.test")).ok, true);
});

test("a token in the body of a form counts as well", async () => {
  const body = new URLSearchParams({ token: slack.botToken });
  const response = await fetch(`${slack.apiUrl}auth.test`, { method: "POST", body });
  assert.equal(objOf(await response.json()).user_id, slack.botUser);
});

test("a missing scope is named with what the app has", async () => {
  const all = textOf((await send(slack, "auth.test")).headers.get("x-oauth-scopes")).split(",");
  slack.setApp({ scopes: all.filter((scope) => scope !== "chat:write") });
  const refused = await call(slack, "chat.postMessage", { channel: "C0GENERAL", text: "x" });
  assert.equal(refused.error, "missing_scope");
  assert.equal(refused.needed, "chat:write");
  assert.ok(textOf(refused.provided).includes("channels:read"));
  slack.setApp({ scopes: all });
});

test("an uninstalled app's token is account_inactive", async () => {
  slack.setApp({ installed: false });
  assert.equal((await call(slack, "auth.test")).error, "account_inactive");
  slack.setApp({ installed: true });
});

test("posting needs an existing, open channel that the app is in", async () => {
  const post = (channel: string) => call(slack, "chat.postMessage", { channel, text: "x" });
  slack.setChannel("#payments", { members: [ANA] });
  assert.equal((await post("C0PAYMENT")).error, "not_in_channel");
  assert.equal((await post("C0NOWHERE")).error, "channel_not_found");
  assert.equal((await post("C0OLDROOM")).error, "is_archived");
  assert.equal((await post("U0OTHBOT1")).error, "cannot_dm_bot");
  assert.equal((await call(slack, "conversations.join", { channel: "C0PAYMENT" })).ok, true);
  assert.equal((await post("C0PAYMENT")).ok, true);
});

test("a private channel does not exist for an app that is not in it", async () => {
  slack.setChannel("#countersign-audit", { kind: "private", members: [ANA] });
  assert.equal((await call(slack, "conversations.info", { channel: "C0AUDITCH" })).error, "channel_not_found");
});

test("only the author edits and deletes a message", async () => {
  const said = await slack.as(ANA).say("#general", "mine");
  const target = { channel: "C0GENERAL", ts: said.ts };
  assert.equal((await call(slack, "chat.update", { ...target, text: "yours" })).error, "cant_update_message");
  assert.equal((await call(slack, "chat.delete", target)).error, "cant_delete_message");
  const own = await client.chat.postMessage({ channel: "C0GENERAL", text: "ours" });
  await client.chat.update({ channel: "C0GENERAL", ts: own.ts ?? "", text: "ours again" });
  assert.equal(slack.messages("#general").at(-1)?.text, "ours again");
  assert.equal((await slack.as(ANA).edit("#general", own.ts ?? "", "hers")).ok, false);
});

test("chat.update keeps the blocks when none are given and drops them for an empty list", async () => {
  const blocks = [{ type: "divider" as const }];
  const { ts = "" } = await client.chat.postMessage({ channel: "C0GENERAL", text: "t", blocks });
  await client.chat.update({ channel: "C0GENERAL", ts, text: "t2" });
  assert.equal(slack.messages("#general").at(-1)?.blocks.length, 1);
  await client.chat.update({ channel: "C0GENERAL", ts, text: "t3", blocks: [] });
  assert.equal(slack.messages("#general").at(-1)?.blocks.length, 0);
});

test("an ephemeral message is in no history and cannot be updated", async () => {
  const sent = await client.chat.postEphemeral({ channel: "C0GENERAL", user: BEN, text: "psst" });
  assert.equal(slack.ephemerals(BEN).at(-1)?.text, "psst");
  const history = await client.conversations.history({ channel: "C0GENERAL", limit: 999 });
  assert.equal(
    history.messages?.some((message) => message.text === "psst"),
    false,
  );
  const target = { channel: "C0GENERAL", ts: sent.message_ts, text: "x" };
  assert.equal((await call(slack, "chat.update", target)).error, "message_not_found");
  const outsider = { channel: "C0GENERAL", user: "U0SOLO001", text: "x" };
  assert.equal((await call(slack, "chat.postEphemeral", outsider)).error, "user_not_in_channel");
});

test("metadata comes back from histories and threads only when asked for", async () => {
  const metadata = { event_type: "outbox", event_payload: { id: "m1" } };
  const parent = await client.chat.postMessage({ channel: "C0APPROVE", text: "parent", metadata });
  await client.chat.postMessage({ channel: "C0APPROVE", text: "child", thread_ts: parent.ts ?? "", metadata });
  const plain = await client.conversations.history({ channel: "C0APPROVE" });
  assert.equal(plain.messages?.[0]?.metadata, undefined);
  const full = await client.conversations.history({ channel: "C0APPROVE", include_all_metadata: true });
  assert.deepEqual(full.messages?.[0]?.metadata, metadata);
  assert.equal(full.messages?.length, 1, "answers in threads stand in replies");
  const thread = await call(slack, "conversations.replies", {
    channel: "C0APPROVE",
    ts: parent.ts,
    include_all_metadata: true,
  });
  assert.deepEqual(
    objsOf(thread.messages).map((each) => objOf(objOf(each.metadata).event_payload).id),
    ["m1", "m1"],
  );
});

test("long lists come in pages by cursor, and a foreign cursor is refused", async () => {
  const seen: string[] = [];
  for await (const page of client.paginate("users.list", { limit: 4 })) {
    seen.push(...objsOf(objOf(page).members).map((member) => textOf(member.id)));
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length > 8 && seen.includes("U0GONE001") && !seen.includes("U0STRANG1"));
  assert.equal((await call(slack, "users.list", { cursor: "bogus" })).error, "invalid_cursor");
});

test("people carry what policies look at: bots, guests, strangers, the deactivated, zones, addresses", async () => {
  const info = async (user: string) => (await client.users.info({ user })).user;
  assert.equal((await info("U0OTHBOT1"))?.is_bot, true);
  assert.equal((await info("U0GUEST01"))?.is_restricted, true);
  assert.equal((await info("U0SOLO001"))?.is_ultra_restricted, true);
  assert.equal((await info("U0STRANG1"))?.team_id, "T0PARTNER");
  assert.equal((await info("U0GONE001"))?.deleted, true);
  assert.equal((await info("U0FINN001"))?.tz_offset, -18000);
  assert.equal((await client.users.lookupByEmail({ email: "ana@acme-robotics.example" })).user?.id, ANA);
  const groups = await client.usergroups.list({ include_users: true });
  assert.deepEqual(groups.usergroups?.[0]?.users, [BEN, "U0CHLOE01"]);
});

test("an incident channel can be made, filled, titled, pinned and bookmarked", async () => {
  const made = await client.conversations.create({ name: "inc-2026-001" });
  const channel = made.channel?.id ?? "";
  assert.equal((await call(slack, "conversations.create", { name: "inc-2026-001" })).error, "name_taken");
  assert.equal((await call(slack, "conversations.create", { name: "Inc!" })).error, "invalid_name_specials");
  await client.conversations.invite({ channel, users: `${ANA},${BEN}` });
  await client.conversations.setTopic({ channel, topic: "checkout is down" });
  const { ts = "" } = await client.chat.postMessage({ channel, text: "timeline" });
  await client.pins.add({ channel, timestamp: ts });
  assert.equal((await call(slack, "pins.add", { channel, timestamp: ts })).error, "already_pinned");
  await client.bookmarks.add({ channel_id: channel, title: "Runbook", type: "link", link: "https://wiki.example/x" });
  assert.equal((await client.bookmarks.list({ channel_id: channel })).bookmarks?.[0]?.title, "Runbook");
  assert.equal(slack.channel("#inc-2026-001")?.topic, "checkout is down");
  assert.deepEqual(slack.channel(channel)?.members, [slack.botUser, ANA, BEN]);
});

test("an upload in three steps lands in the thread, and its bytes need the token", async () => {
  const parent = await client.chat.postMessage({ channel: "C0GENERAL", text: "diff follows" });
  const uploaded = await client.filesUploadV2({
    channel_id: "C0GENERAL",
    thread_ts: parent.ts ?? "",
    filename: "plan.diff",
    content: "- a\n+ b\n",
    initial_comment: "the diff",
  });
  assert.equal(uploaded.ok, true);
  const message = await slack.waitForMessage((each) => each.text === "the diff");
  assert.equal(message.threadTs, parent.ts);
  const info = await client.files.info({ file: message.files[0] ?? "" });
  const url = info.file?.url_private_download ?? "";
  const bytes = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` } });
  assert.equal(await bytes.text(), "- a\n+ b\n");
  const stranger = await fetch(url, { redirect: "manual" });
  assert.equal(stranger.status, 302);
});

test("a file is completed only once its bytes have come", async () => {
  const asked = await client.files.getUploadURLExternal({ filename: "a.txt", length: 3 });
  const early = await call(slack, "files.completeUploadExternal", { files: [{ id: asked.file_id }] });
  assert.equal(early.error, "file_not_found");
});
