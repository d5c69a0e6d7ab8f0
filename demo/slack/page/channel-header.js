// The head of a channel: name, topic, pins, bookmarks; for the app its Home and Messages tabs.
import { channelLabel } from "./app.js";
import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { openPopover } from "./popover.js";
import { safeHref } from "./text/links.js";
import { mrkdwn } from "./text/mrkdwn.js";

/** @typedef {import("../page-protocol.ts").PageChannel} PageChannel */

/** @param {import("./app.js").App} app @param {import("./session.js").Place} place @param {() => void} openDrawer */
export function drawChannelHeader(app, place, openDrawer) {
  const drawer = el(
    "button",
    {
      class: "icon-button drawer-button",
      type: "button",
      "aria-label": "Channels",
      "data-testid": "open-sidebar",
      on: { click: openDrawer },
    },
    icon("menu"),
  );
  const channel = place.kind === "channel" ? app.channel(place.id) : undefined;
  const bot = app.bot();
  const withBot = bot !== undefined && (place.kind === "home" || channel?.withUser === bot.id);
  if (withBot)
    return el(
      "header",
      { class: "pane-head with-tabs" },
      el("div", { class: "head-row" }, drawer, avatar(bot, "small"), el("h1", {}, bot.realName || bot.name)),
      tabs(app, place, bot.id),
    );
  if (channel === undefined) return el("header", { class: "pane-head" }, drawer);
  const mark =
    channel.kind === "private"
      ? icon("lock")
      : channel.kind === "public"
        ? el("span", { class: "hash" }, "#")
        : avatar(app.user(channel.withUser ?? ""), "small");
  return el(
    "header",
    { class: "pane-head" },
    el(
      "div",
      { class: "head-row" },
      drawer,
      el("h1", { "data-testid": "channel-title" }, mark, channelLabel(app, channel)),
      el(
        "span",
        { class: "topic muted", title: channel.topic },
        mrkdwn(channel.topic.split("\n")[0] ?? "", app.names()),
      ),
      el("span", { class: "grow" }),
      pins(app, channel),
    ),
    bookmarks(channel),
  );
}

/** @param {import("./app.js").App} app @param {import("./session.js").Place} place @param {string} bot */
function tabs(app, place, bot) {
  const im = app.store.state.channels.find((channel) => channel.kind === "im" && channel.withUser === bot);
  const tab = (/** @type {string} */ label, /** @type {boolean} */ here, /** @type {() => void} */ click) =>
    el(
      "button",
      {
        class: "tab",
        type: "button",
        role: "tab",
        "aria-selected": String(here),
        "data-testid": `tab-${label.toLowerCase()}`,
        on: { click },
      },
      label,
    );
  return el(
    "div",
    { class: "tabs", role: "tablist" },
    tab("Home", place.kind === "home", () => app.store.goTo({ kind: "home", bot })),
    im === undefined ? null : tab("Messages", place.kind === "channel", () => app.openChannel(im.id)),
  );
}

/** @param {import("./app.js").App} app @param {PageChannel} channel */
function pins(app, channel) {
  if (channel.pins.length === 0) return null;
  const show = (/** @type {string} */ ts, /** @type {() => void} */ close) => () => {
    close();
    const target = document.querySelector(`[data-testid="messages"] article[data-ts="${CSS.escape(ts)}"]`);
    if (!(target instanceof HTMLElement)) return;
    target.scrollIntoView({ block: "center" });
    target.focus();
  };
  const row = (/** @type {string} */ ts, /** @type {() => void} */ close) => {
    const message = app.store.message(channel.id, ts);
    return el(
      "button",
      { class: "menu-item pin", type: "button", on: { click: show(ts, close) } },
      el("b", {}, app.user(message?.user ?? "")?.realName ?? ""),
      el(
        "span",
        { class: "pin-text" },
        mrkdwn((message?.text ?? "A message that is not shown here").slice(0, 200), app.names()),
      ),
    );
  };
  const open = () =>
    openPopover(button, { label: "Pinned messages", className: "pins" }, (close) =>
      channel.pins.map((ts) => row(ts, close)),
    );
  const button = el(
    "button",
    {
      class: "head-button",
      type: "button",
      "aria-haspopup": "true",
      "data-testid": "pins",
      "aria-label": `${channel.pins.length} pinned`,
      on: { click: open },
    },
    icon("pin"),
    ` ${channel.pins.length}`,
  );
  return button;
}

/** @param {PageChannel} channel */
function bookmarks(channel) {
  if (channel.bookmarks.length === 0) return null;
  const link = (/** @type {PageChannel["bookmarks"][number]} */ bookmark) => {
    const href = safeHref(bookmark.link);
    return href === null
      ? el("span", { class: "bookmark" }, bookmark.title)
      : el(
          "a",
          { class: "bookmark", href, target: "_blank", rel: "noopener noreferrer" },
          icon("bookmark"),
          bookmark.title,
        );
  };
  return el("div", { class: "bookmarks" }, channel.bookmarks.map(link));
}
