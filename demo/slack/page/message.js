// One message: who, when, text or blocks, files, reactions, the link to its thread, and its toolbar.

import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks/blocks.js";
import { el } from "./dom.js";
import { drawFile } from "./files.js";
import { icon } from "./icons.js";
import { drawEditor } from "./message-editor.js";
import { drawReactions } from "./reactions.js";
import { clockTime, dayLabel, fullTime } from "./text/dates.js";
import { mrkdwn } from "./text/mrkdwn.js";
import { drawToolbar } from "./toolbar.js";

/** @typedef {import("../page-protocol.ts").PageMessage} Message */
/** @typedef {{ readonly compact: boolean, readonly inThread: boolean }} Placement */

/** The message that is being edited, if any: `channel:ts`. */
export const editing = { key: "" };

/** @param {Message} message @param {Placement} placement @param {import("./app.js").App} app */
export function drawMessage(message, placement, app) {
  const user = app.user(message.user);
  const now = { nowMs: Date.now() };
  const time = el("time", { class: "time", title: fullTime(message.ts, now) }, clockTime(message.ts, now));
  const name = user?.realName || user?.name || message.user;
  const head = placement.compact
    ? null
    : el(
        "div",
        { class: "message-head" },
        el("span", { class: "author" }, name),
        user?.isBot ? el("span", { class: "app-tag" }, "APP") : null,
        time,
      );
  const isEditing = editing.key === `${message.channel}:${message.ts}`;
  return el(
    "article",
    {
      class: `message${placement.compact ? " compact" : ""}${message.ephemeral ? " ephemeral" : ""}`,
      "data-testid": "message",
      "data-ts": message.ts,
      "data-channel": message.channel,
      "data-user": message.user,
      "data-ephemeral": message.ephemeral ? "true" : null,
      "data-thread-ts": message.threadTs,
      tabindex: "-1",
      "aria-label": `${name}, ${clockTime(message.ts, now)}`,
    },
    message.ephemeral ? el("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    el("div", { class: "message-gutter" }, placement.compact ? time : avatar(user, "medium")),
    el(
      "div",
      { class: "message-main" },
      head,
      isEditing
        ? drawEditor(message, app, () => {
            editing.key = "";
          })
        : content(message, app),
      drawReactions(message, app),
      placement.inThread ? null : repliesLink(message, app),
    ),
    isEditing ? null : drawToolbar(message, placement, app),
  );
}

/** @param {Message} message @param {import("./app.js").App} app */
function content(message, app) {
  const source = () => ({ kind: /** @type {const} */ ("message"), channel: message.channel, ts: message.ts });
  const context = { app, answers: {}, errors: {}, source, key: `${message.channel}:${message.ts}` };
  const body =
    message.blocks.length > 0
      ? drawBlocks(message.blocks, context)
      : message.text === ""
        ? null
        : el("div", { class: "message-text" }, mrkdwn(message.text, app.names()));
  const mark = message.edited ? el("span", { class: "edited", title: "This message was changed" }, "(edited)") : null;
  return el(
    "div",
    { class: "message-content", "data-testid": "message-content" },
    body,
    mark,
    message.files.map(drawFile),
  );
}

/** @param {Message} message @param {import("./app.js").App} app */
function repliesLink(message, app) {
  const replies = app.store.replies(message.channel, message.ts);
  const count = Math.max(message.replyCount, replies.filter((reply) => !reply.ephemeral).length);
  if (count === 0) return null;
  const people = [...new Set(replies.map((reply) => reply.user))]
    .slice(0, 4)
    .map((id) => avatar(app.user(id), "small"));
  const last = replies.at(-1);
  const now = { nowMs: Date.now() };
  const when =
    last === undefined ? "" : `Last reply ${dayLabel(last.ts, now).toLowerCase()} at ${clockTime(last.ts, now)}`;
  return el(
    "button",
    {
      class: "replies",
      type: "button",
      "data-testid": "replies",
      on: { click: () => app.store.openThread(message.ts) },
    },
    people,
    el("span", { class: "replies-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    el("span", { class: "muted replies-when" }, when),
  );
}
