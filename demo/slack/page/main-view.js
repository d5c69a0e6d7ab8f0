// The middle of the page: a channel with its messages and compose box, or the app's Home tab.

import { drawChannelHeader } from "./channel-header.js";
import { createCompose } from "./compose.js";
import { el, fill } from "./dom.js";
import { drawHome } from "./home.js";
import { createMessageList } from "./message-list.js";
import { mrkdwn } from "./text/mrkdwn.js";

/** @param {import("./app.js").App} app @param {{ openDrawer(): void, greeting(): Node | null }} parts */
export function createMainView(app, parts) {
  const main = el("main", { class: "main", "data-testid": "main" });
  /** @type {ReturnType<typeof createMessageList> | null} */
  let list = null;

  function draw() {
    const { session, state } = app.store;
    list = null;
    const place = session.place ?? firstPlace(state);
    if (place === null) return fill(main, el("p", { class: "empty" }, "There is no channel yet."));
    session.place = place;
    const header = drawChannelHeader(app, place, parts.openDrawer);
    if (place.kind === "home") return fill(main, header, parts.greeting(), drawHome(app));
    list = createMessageList(app, {
      label: "Messages",
      inThread: false,
      header: () => beginning(app, place.id),
      messages: () => app.store.timeline(place.id),
    });
    fill(main, header, parts.greeting(), list.element, createCompose(app, { channel: place.id }));
    list.draw();
    app.store.markRead(place.id);
  }

  /** @param {import("../page-protocol.ts").PageMessage | { channel: string, ts: string, threadTs?: string }} message */
  function refresh(message) {
    const place = app.store.session.place;
    if (list === null || place?.kind !== "channel" || place.id !== message.channel) return;
    if (message.threadTs !== undefined && message.threadTs !== message.ts) list.refresh(message.threadTs);
    else list.refresh(message.ts);
    app.store.markRead(place.id);
  }

  function refreshHome() {
    const place = app.store.session.place;
    const old = main.querySelector(".home");
    if (place?.kind !== "home" || old === null) return;
    const { scrollTop } = old;
    const fresh = drawHome(app);
    old.replaceWith(fresh);
    fresh.scrollTop = scrollTop;
  }

  /** Only what stands above the messages: after a topic, pin or bookmark changed, or the greeting went. */
  function refreshHeader() {
    const place = app.store.session.place;
    if (place === null) return;
    main.querySelector(".greeting")?.remove();
    const header = main.querySelector(".pane-head");
    const fresh = drawChannelHeader(app, place, parts.openDrawer);
    header?.replaceWith(fresh);
    const greeting = parts.greeting();
    if (greeting !== null) fresh.after(greeting);
  }

  return { element: main, draw, refresh, refreshHome, refreshHeader };
}

/** @param {import("../page-protocol.ts").PageState} state @returns {import("./session.js").Place | null} */
function firstPlace(state) {
  const rooms = state.channels.filter((channel) => channel.kind !== "im");
  const wanted = state.greeting[0]?.where.replace(/^#/, "");
  const first = rooms.find(({ id, name }) => id === wanted || name === wanted) ?? rooms[0] ?? state.channels[0];
  return first === undefined ? null : { kind: "channel", id: first.id };
}

/** @param {import("./app.js").App} app @param {string} id */
function beginning(app, id) {
  const channel = app.channel(id);
  if (channel === undefined) return null;
  const other = app.user(channel.withUser ?? "");
  const text =
    channel.kind === "im"
      ? `This is the beginning of your messages with ${other?.realName ?? channel.name}.`
      : `This is the very beginning of #${channel.name}.`;
  return el(
    "div",
    { class: "beginning" },
    el("h3", {}, channel.kind === "im" ? (other?.realName ?? channel.name) : `# ${channel.name}`),
    el("p", { class: "muted" }, text, " ", mrkdwn(channel.topic, app.names())),
  );
}
