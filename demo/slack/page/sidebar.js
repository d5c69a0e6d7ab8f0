// The aubergine sidebar: channels, direct messages, the app; bold with a badge where something is new.
import { channelLabel } from "./app.js";
import { avatar } from "./avatar.js";
import { el, fill, keepingFocus } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("../page-protocol.ts").PageChannel} PageChannel */

/** @param {import("./app.js").App} app @param {() => void} onChosen closes the drawer on phones */
export function createSidebar(app, onChosen) {
  const nav = el("nav", { class: "sidebar", "aria-label": "Channels", "data-testid": "sidebar" });

  function draw() {
    const scrollTop = nav.querySelector(".sidebar-scroll")?.scrollTop ?? 0;
    keepingFocus(nav, drawAll);
    const scroll = nav.querySelector(".sidebar-scroll");
    if (scroll !== null) scroll.scrollTop = scrollTop;
  }

  function drawAll() {
    const { state, session } = app.store;
    const place = session.place;
    const isHere = (/** @type {PageChannel} */ channel) => place?.kind === "channel" && place.id === channel.id;
    const go = (/** @type {PageChannel} */ channel) => () => {
      app.openChannel(channel.id);
      onChosen();
    };
    const bot = app.bot();
    const isApp = (/** @type {PageChannel} */ channel) => channel.kind === "im" && channel.withUser === bot?.id;
    const channels = state.channels
      .filter((channel) => channel.kind !== "im")
      .toSorted((a, b) => a.name.localeCompare(b.name));
    const direct = state.channels.filter((channel) => channel.kind === "im" && !isApp(channel));
    const row = (/** @type {PageChannel} */ channel) =>
      entry({
        label: channelLabel(app, channel),
        testid:
          channel.kind === "im"
            ? `dm-${app.user(channel.withUser ?? "")?.name ?? channel.id}`
            : `channel-${channel.name}`,
        id: channel.id,
        here: isHere(channel),
        unread: app.store.unread(channel.id),
        open: go(channel),
        mark:
          channel.kind === "private"
            ? icon("lock")
            : channel.kind === "public"
              ? el("span", { class: "hash" }, "#")
              : avatar(app.user(channel.withUser ?? ""), "small"),
      });
    fill(
      nav,
      el("div", { class: "workspace" }, el("span", { class: "workspace-name" }, state.team.name)),
      el(
        "div",
        { class: "sidebar-scroll" },
        section("Channels", channels.map(row)),
        direct.length === 0 ? null : section("Direct messages", direct.map(row)),
        bot === undefined ? null : section("Apps", [appEntry(bot, state.channels.find(isApp))]),
      ),
      el(
        "div",
        { class: "sidebar-me" },
        avatar(state.me, "medium"),
        el("div", {}, el("b", {}, state.me.realName), el("div", { class: "me-title" }, state.me.title)),
      ),
    );
  }

  /** @param {import("../page-protocol.ts").PageUser} bot @param {PageChannel | undefined} im */
  function appEntry(bot, im) {
    const place = app.store.session.place;
    const unread = im === undefined ? 0 : app.store.unread(im.id);
    const here = place?.kind === "home" || (im !== undefined && place?.kind === "channel" && place.id === im.id);
    const open = () => {
      if (unread > 0 && im !== undefined) app.openChannel(im.id);
      else app.store.goTo({ kind: "home", bot: bot.id });
      onChosen();
    };
    return entry({
      label: bot.realName || bot.name,
      testid: "app-home",
      id: bot.id,
      here,
      unread,
      open,
      mark: avatar(bot, "small"),
    });
  }

  return { element: nav, draw };
}

/** @param {string} title @param {Node[]} rows */
function section(title, rows) {
  return el("section", {}, el("h2", { class: "sidebar-title" }, title), rows);
}

/** @param {{ label: string, testid: string, id: string, here: boolean, unread: number, open: () => void, mark: Node }} what */
function entry({ label, testid, id, here, unread, open, mark }) {
  return el(
    "button",
    {
      class: `sidebar-entry${here ? " here" : ""}${unread > 0 && !here ? " unread" : ""}`,
      type: "button",
      "data-testid": testid,
      "data-channel-id": id,
      "aria-current": here ? "page" : null,
      on: { click: open },
    },
    el("span", { class: "mark" }, mark),
    el("span", { class: "entry-label" }, label),
    unread > 0 && !here
      ? el("span", { class: "badge", "data-testid": "unread", "aria-label": `${unread} unread` }, String(unread))
      : null,
  );
}
