// What each person saw and left open stays theirs, and doing an event twice changes nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModalView } from "@slack/types";
import { createStore } from "../../../demo/slack/page/store.js";
import type { PageMessage, PageState, PageUser } from "../../../demo/slack/page-protocol.ts";

const user = (id: string): PageUser => ({ id, name: id, realName: id, title: "", color: "", isBot: false });
const message = (ts: string, more: Partial<PageMessage> = {}): PageMessage => ({
  channel: "C1",
  ts,
  user: "U1",
  text: "",
  blocks: [],
  files: [],
  reactions: [],
  edited: false,
  ephemeral: false,
  replyCount: 0,
  ...more,
});
const stateOf = (id: string, messages: readonly PageMessage[] = []): PageState => ({
  team: { id: "T1", name: "Team" },
  me: user(id),
  users: [user("U1"), user("U2")],
  channels: [],
  messages,
  home: null,
  commands: [],
  shortcuts: [],
  appConnected: true,
  greeting: [],
  completions: [],
});
const view: ModalView = { type: "modal", title: { type: "plain_text", text: "V" }, blocks: [] };
const times = (messages: readonly PageMessage[]) => messages.map(({ ts }) => ts);

test("an ephemeral message stays with the person who saw it", () => {
  const store = createStore();
  store.load(stateOf("U1"));
  store.apply({ kind: "message", message: message("1.0", { ephemeral: true }) });
  store.load(stateOf("U2"));
  assert.deepEqual(times(store.timeline("C1")), []);
  store.load(stateOf("U1"));
  assert.deepEqual(times(store.timeline("C1")), ["1.0"]);
});

test("a message that comes twice stands once, as it was last", () => {
  const store = createStore();
  store.load(stateOf("U1", [message("1.0")]));
  store.apply({ kind: "message", message: message("1.0", { text: "new" }) });
  assert.deepEqual(
    store.timeline("C1").map(({ text }) => text),
    ["new"],
  );
});

test("a reply that is deleted is taken off its root's count, once", () => {
  const store = createStore();
  store.load(stateOf("U1", [message("1.0", { replyCount: 1 }), message("2.0", { threadTs: "1.0" })]));
  store.apply({ kind: "deleted", channel: "C1", ts: "2.0" });
  store.apply({ kind: "deleted", channel: "C1", ts: "2.0" });
  assert.equal(store.message("C1", "1.0")?.replyCount, 0);
  assert.deepEqual(store.replies("C1", "1.0"), []);
});

test("a pushed view stands on the one below, an opened one replaces the stack", () => {
  const store = createStore();
  const stack = () => store.session.modals.map(({ viewId }) => viewId);
  store.load(stateOf("U1"));
  store.apply({ kind: "modal", viewId: "V1", view, stack: 1 });
  store.apply({ kind: "modal", viewId: "V2", view, stack: 2 });
  store.apply({ kind: "modal", viewId: "V1", view, stack: 2 });
  assert.deepEqual(stack(), ["V1", "V2"]);
  store.apply({ kind: "modal", viewId: "V3", view, stack: 1 });
  assert.deepEqual(stack(), ["V3"]);
});

test("what was typed into a view that is still open survives a lost connection", () => {
  const store = createStore();
  store.load(stateOf("U1"));
  store.apply({ kind: "modal", viewId: "V1", view, stack: 1 });
  for (const modal of store.session.modals) modal.answers.b = { a: "typed" };
  store.load(stateOf("U1"));
  assert.equal(store.session.modals.length, 0);
  store.apply({ kind: "modal", viewId: "V1", view, stack: 1 });
  assert.deepEqual(
    store.session.modals.map(({ answers }) => answers),
    [{ b: { a: "typed" } }],
  );
});
