// What wears out: triggers, response URLs, acknowledgement times, rate limits; and events that are tried again.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type HandClock, handClock } from "../../../demo/slack/clock.ts";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { objOf, textOf } from "../../../demo/slack/read.ts";
import type { Obj } from "../../../demo/slack/records.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { ANA, BEN } from "./bolt-app.ts";
import { call, connectPeer, type Peer, send, socketUrl } from "./plain-client.ts";

let clock: HandClock;
let slack: LocalSlack;
let peer: Peer;
beforeEach(async () => {
  clock = handClock(Date.UTC(2026, 10, 20, 9));
  slack = await startLocalSlack({
    port: 0,
    clock,
    shortcuts: [
      { name: "Apply this", type: "message", callbackId: "apply" },
      { name: "New request", type: "global", callbackId: "new" },
    ],
  });
  peer = await connectPeer(slack);
  await peer.frame((frame) => frame.type === "hello");
});
afterEach(async () => {
  await peer.close();
  await slack.stop();
});

const modal = (more: Obj = {}) => ({
  type: "modal",
  title: { type: "plain_text", text: "T" },
  blocks: [
    { type: "actions", elements: [{ type: "button", action_id: "more", text: { type: "plain_text", text: "More" } }] },
  ],
  ...more,
});

/** Sends a command as Ana and gives its payload, acknowledged. */
async function commanded(text = "x"): Promise<Obj> {
  const asked = slack.as(ANA).command("#payments", "/ops", text);
  const frame = await peer.frame((each) => each.type === "slash_commands" && objOf(each.payload).text === text);
  peer.ack(frame);
  await asked;
  return objOf(frame.payload);
}

const open = async (trigger: unknown, view: Obj = modal()) =>
  (await call(slack, "views.open", { trigger_id: trigger, view })).error;

test("a trigger opens one view, within three seconds", async () => {
  const { trigger_id } = await commanded("one");
  assert.equal(await open(trigger_id), undefined);
  assert.equal(await open(trigger_id), "exchanged_trigger_id");
  const late = (await commanded("two")).trigger_id;
  clock.advance(3001);
  assert.equal(await open(late), "expired_trigger_id");
  assert.equal(await open("1.2.3"), "invalid_trigger_id");
});

test("a view that Slack refuses does not use up its trigger", async () => {
  const { trigger_id } = await commanded();
  const long = { type: "plain_text", text: "a title of more than 24 letters" };
  assert.equal(await open(trigger_id, modal({ title: long })), "invalid_arguments");
  assert.equal(await open(trigger_id), undefined);
});

test("a fourth view does not fit on the stack, and only a trigger from a modal can push", async () => {
  await call(slack, "views.open", { trigger_id: (await commanded("a")).trigger_id, view: modal() });
  const outside = (await commanded("b")).trigger_id;
  assert.equal((await call(slack, "views.push", { trigger_id: outside, view: modal() })).error, "invalid_trigger_id");
  const push = async () => {
    const seen = peer.frames.length;
    const clicked = slack.as(ANA).click("modal", "more");
    const frame = await peer.frame((each) => each.type === "interactive" && peer.frames.indexOf(each) >= seen);
    peer.ack(frame);
    await clicked;
    return (await call(slack, "views.push", { trigger_id: objOf(frame.payload).trigger_id, view: modal() })).error;
  };
  assert.equal(await push(), undefined);
  assert.equal(await push(), undefined);
  assert.equal(slack.modalsOf(ANA).length, 3);
  assert.equal(await push(), "push_limit_reached");
});

test("an update with an old hash is a conflict", async () => {
  const opened = await call(slack, "views.open", { trigger_id: (await commanded()).trigger_id, view: modal() });
  const { id, hash } = objOf(opened.view);
  const update = async () => (await call(slack, "views.update", { view_id: id, hash, view: modal() })).error;
  assert.equal(await update(), undefined);
  assert.equal(await update(), "hash_conflict");
  assert.equal((await call(slack, "views.update", { view_id: "VNONE", view: modal() })).error, "not_found");
});

test("a response URL takes five answers and then no more, nor any after thirty minutes", async () => {
  const respond = async (url: unknown) => {
    const response = await fetch(textOf(url), { method: "POST", body: JSON.stringify({ text: "hi" }) });
    return [response.status, objOf(await response.json()).error];
  };
  const { response_url } = await commanded("five");
  for (let use = 0; use < 5; use += 1) assert.deepEqual(await respond(response_url), [200, undefined]);
  assert.deepEqual(await respond(response_url), [404, "used_url"]);
  assert.ok(slack.ephemerals(ANA).every((message) => message.text === "hi"));
  const later = (await commanded("old")).response_url;
  clock.advance(30 * 60_000 + 1);
  assert.deepEqual(await respond(later), [404, "expired_url"]);
});

test("an acknowledgement after three seconds is late, and the person was told before", async () => {
  const asked = slack.as(ANA).command("#payments", "/ops", "slow");
  const frame = await peer.frame((each) => each.type === "slash_commands");
  clock.advance(3000);
  assert.equal((await asked).problem, '/ops failed with the error "operation_timeout"');
  peer.ack(frame);
  await slack.waitUntil(() => slack.violations()[1], "the second breach");
  assert.deepEqual(
    slack.violations().map((violation) => violation.code),
    ["late_ack", "late_ack"],
  );
});

test("without a connection a command fails at once", async () => {
  await peer.close();
  await slack.waitForConnections(0);
  assert.equal(
    (await slack.as(ANA).command("#payments", "/ops")).problem,
    '/ops failed with the error "dispatch_failed"',
  );
  peer = await connectPeer(slack);
});

test("an event that nobody acknowledges comes again at once, after one and after five minutes, and then never", async () => {
  const sent = slack.as(ANA).say("#general", "hello");
  const attempts = () => peer.frames.filter((frame) => frame.type === "events_api");
  const attempt = (count: number) => peer.frame(() => attempts().length === count);
  await sent;
  await attempt(1);
  for (const [count, wait] of [
    [2, 3000],
    [3, 63_000],
    [4, 303_000],
  ] as const) {
    clock.advance(3000);
    await Promise.resolve();
    await slack.waitUntil(() => (slack.violations().length >= count - 1 ? true : undefined), "the timeout");
    await new Promise(setImmediate);
    if (wait > 3000) clock.advance(wait - 3000);
    await attempt(count);
  }
  clock.advance(3000);
  await new Promise(setImmediate);
  clock.advance(3_600_000);
  await new Promise(setImmediate);
  assert.deepEqual(
    attempts().map((frame) => [frame.retry_attempt, frame.retry_reason]),
    [
      [0, ""],
      [1, "timeout"],
      [2, "timeout"],
      [3, "timeout"],
    ],
  );
  const ids = attempts().map((frame) => objOf(frame.payload).event_id);
  assert.equal(new Set(ids).size, 1, "one event keeps its id");
  assert.equal(new Set(attempts().map((frame) => frame.envelope_id)).size, 4);
});

test("a delivery can be doubled and replayed, byte for byte", async () => {
  slack.duplicateNextDelivery();
  const asked = slack.as(ANA).command("#payments", "/ops", "twice");
  const copies = () => peer.frames.filter((frame) => frame.type === "slash_commands");
  const first = await peer.frame(() => copies().length === 2);
  peer.ack(copies()[0] ?? first);
  assert.equal((await asked).ok, true);
  assert.equal(await slack.replay(), true);
  await peer.frame(() => copies().length === 3);
  assert.deepEqual(copies()[2], copies()[0]);
});

test("a channel takes a short burst of posts, then one a second; other channels are not held up", async () => {
  const post = async (channel: string) => {
    const response = await send(slack, "chat.postMessage", { channel, text: "x" });
    return [response.status, response.headers.get("retry-after")];
  };
  for (let sent = 0; sent < 4; sent += 1) assert.deepEqual(await post("C0GENERAL"), [200, null]);
  assert.deepEqual(await post("C0GENERAL"), [429, "1"]);
  assert.deepEqual(await post("C0PAYMENT"), [200, null]);
  clock.advance(1000);
  assert.deepEqual(await post("C0GENERAL"), [200, null]);
  assert.equal(slack.violations().at(-1)?.code, "ratelimited");
});

test("tier 2 methods take twenty a minute", async () => {
  let taken = 0;
  while ((await send(slack, "usergroups.list")).status === 200) taken += 1;
  assert.equal(taken, 20);
  clock.advance(3000);
  assert.equal((await send(slack, "usergroups.list")).status, 200);
});

test("a ticket opens one connection, and an eleventh connection is turned away", async () => {
  const url = await socketUrl(slack);
  const second = await connectPeer(slack, url);
  await assert.rejects(connectPeer(slack, url));
  const others: Peer[] = [second];
  while (others.length < 9) others.push(await connectPeer(slack));
  const tooMany = await connectPeer(slack);
  const frame = await tooMany.frame(() => true);
  assert.deepEqual([frame.type, frame.reason], ["disconnect", "too_many_websockets"]);
  assert.equal(slack.connections(), 10);
  await Promise.all(others.map((other) => other.close()));
});

test("each envelope goes to one connection only", async () => {
  const other = await connectPeer(slack);
  await other.frame((frame) => frame.type === "hello");
  for (const text of ["a", "b"]) void slack.as(ANA).command("#payments", "/ops", text);
  const mine = await peer.frame((frame) => frame.type === "slash_commands");
  const theirs = await other.frame((frame) => frame.type === "slash_commands");
  assert.notEqual(objOf(mine.payload).text, objOf(theirs.payload).text);
  for (const each of [peer, other])
    assert.equal(each.frames.filter((frame) => frame.type === "slash_commands").length, 1);
  clock.advance(3000);
  await other.close();
});

test("a message shortcut carries the message, a global one does not", async () => {
  const said = await slack.as(BEN).say("#general", "kind: Deployment");
  const message = { channel: "C0GENERAL", ts: said.ts ?? "" };
  void slack.as(ANA).messageShortcut("apply", message);
  const about = await peer.frame((frame) => objOf(frame.payload).type === "message_action");
  assert.equal(objOf(objOf(about.payload).message).text, "kind: Deployment");
  assert.equal(objOf(about.payload).callback_id, "apply");
  void slack.as(ANA).shortcut("new");
  const global = await peer.frame((frame) => objOf(frame.payload).type === "shortcut");
  assert.equal(objOf(global.payload).message, undefined);
  clock.advance(3000);
});
