// Reactions under a message, and the small picker that adds one.
import { el } from "./dom.js";
import { openPopover } from "./popover.js";
import { EMOJI, QUICK_REACTIONS } from "./text/emoji.js";

/** @typedef {import("../page-protocol.ts").PageMessage} Message */

/** @param {Message} message @param {import("./app.js").App} app */
export function drawReactions(message, app) {
  if (message.reactions.length === 0) return null;
  const me = app.store.state.me.id;
  const pill = (/** @type {Message["reactions"][number]} */ reaction) => {
    const who = reaction.users.map((id) => app.user(id)?.realName ?? id).join(", ");
    return el(
      "button",
      {
        class: "reaction",
        type: "button",
        "data-reaction": reaction.name,
        "aria-pressed": String(reaction.users.includes(me)),
        title: `${who} reacted with :${reaction.name}:`,
        on: { click: () => react(message, reaction.name, app) },
      },
      el("span", { class: "emoji" }, EMOJI[reaction.name] ?? `:${reaction.name}:`),
      ` ${reaction.users.length}`,
    );
  };
  return el("div", { class: "reactions" }, message.reactions.filter(({ users }) => users.length > 0).map(pill));
}

/** A reaction stays: doing it twice changes nothing. @param {Message} message @param {string} name @param {import("./app.js").App} app */
function react(message, name, app) {
  const mine = message.reactions.find((reaction) => reaction.name === name)?.users.includes(app.store.state.me.id);
  if (mine !== true) void app.act({ kind: "react", channel: message.channel, ts: message.ts, name });
}

/** @param {HTMLElement} anchor @param {Message} message @param {import("./app.js").App} app */
export function openReactionPicker(anchor, message, app) {
  openPopover(anchor, { label: "Add a reaction", className: "picker" }, (close) =>
    QUICK_REACTIONS.map((name) =>
      el(
        "button",
        {
          class: "icon-button",
          type: "button",
          "aria-label": name.replaceAll("_", " "),
          "data-reaction": name,
          on: {
            click: () => {
              close();
              react(message, name, app);
            },
          },
        },
        EMOJI[name] ?? name,
      ),
    ),
  );
}
