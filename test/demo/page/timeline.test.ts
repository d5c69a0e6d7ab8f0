// Which messages stand where, which are grouped, and which count as unread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCompact, repliesOf, topLevel, unreadCount } from "../../../demo/slack/page/timeline.js";
import type { PageMessage } from "../../../demo/slack/page-protocol.ts";

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

test("replies stand in their thread, roots in the channel, both by time", () => {
  const all = [
    message("3.0", { threadTs: "1.0" }),
    message("2.0"),
    message("1.0", { threadTs: "1.0" }),
    message("1.5", { channel: "C2" }),
  ];
  assert.deepEqual(
    topLevel(all, "C1").map(({ ts }) => ts),
    ["1.0", "2.0"],
  );
  assert.deepEqual(
    repliesOf(all, "C1", "1.0").map(({ ts }) => ts),
    ["3.0"],
  );
});

test("the same person within five minutes is grouped, unless only one of them is ephemeral", () => {
  assert.equal(isCompact(message("1000.0"), message("1299.0")), true);
  assert.equal(isCompact(message("1000.0"), message("1300.0")), false);
  assert.equal(isCompact(message("1000.0"), message("1001.0", { user: "U2" })), false);
  assert.equal(isCompact(message("1000.0"), message("1001.0", { ephemeral: true })), false);
  assert.equal(isCompact(undefined, message("1.0")), false);
});

test("unread are others' messages since, and replies only when they name me", () => {
  const all = [
    message("1.0", { user: "U2" }),
    message("3.0", { user: "U2" }),
    message("4.0", { user: "ME" }),
    message("5.0", { user: "U2", threadTs: "1.0" }),
    message("6.0", { user: "U2", threadTs: "1.0", text: "<@ME> please" }),
  ];
  assert.equal(unreadCount(all, { channel: "C1", me: "ME", readTs: "2.0" }), 2);
});
