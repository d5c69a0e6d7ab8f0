// The toolbar over a message: react, reply in thread, and more actions with the app's message shortcuts.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { editing } from "./message.js";
import { menuItem, openPopover } from "./popover.js";
import { openReactionPicker } from "./reactions.js";

/** @typedef {import("../page-protocol.ts").PageMessage} Message */

/** What only one person sees has no thread, reactions or shortcuts, as in Slack. */
/** @param {Message} message @param {import("./message.js").Placement} placement @param {import("./app.js").App} app */
export function drawToolbar(message, placement, app) {
  if (message.ephemeral) {
    const dismiss = () => app.store.apply({ kind: "deleted", channel: message.channel, ts: message.ts });
    return el("div", { class: "toolbar" }, tool("Dismiss message", "close", dismiss));
  }
  const react = tool("Add reaction", "smile", () => openReactionPicker(react, message, app));
  const reply = placement.inThread
    ? null
    : tool("Reply in thread", "reply", () => app.store.openThread(message.threadTs ?? message.ts));
  const more = tool("More actions", "more", () =>
    openPopover(more, { label: "More actions" }, (close) => moreItems(message, app, close)),
  );
  more.setAttribute("aria-haspopup", "true");
  return el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" }, react, reply, more);
}

/** @param {string} label @param {import("./icons.js").IconName} name @param {() => void} click */
function tool(label, name, click) {
  return el(
    "button",
    { class: "icon-button", type: "button", "aria-label": label, title: label, on: { click } },
    icon(name),
  );
}

/** @param {Message} message @param {import("./app.js").App} app @param {() => void} close */
function moreItems(message, app, close) {
  const then = (/** @type {() => void} */ deed) => () => {
    close();
    deed();
  };
  const { me, shortcuts } = app.store.state;
  const forMessages = shortcuts.filter((shortcut) => shortcut.type === "message");
  const run = (/** @type {string} */ callbackId) => () =>
    void app.act({ kind: "shortcut", callbackId, message: { channel: message.channel, ts: message.ts } });
  const edit = () => {
    editing.key = `${message.channel}:${message.ts}`;
    app.store.apply({ kind: "message", message });
  };
  return [
    message.user === me.id ? menuItem("Edit message", then(edit)) : null,
    menuItem(
      "Copy text",
      then(() => void navigator.clipboard.writeText(message.text)),
    ),
    forMessages.length === 0 ? null : el("div", { class: "menu-title" }, "Apps"),
    ...forMessages.map(({ name, callbackId }) =>
      menuItem(name, then(run(callbackId)), { "data-callback-id": callbackId }),
    ),
  ].filter((item) => item !== null);
}
