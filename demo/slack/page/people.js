// The bar of people at the top: one click makes one somebody else, or puts them side by side.
import { avatar } from "./avatar.js";
import { el, fill, keepingFocus } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("../page-protocol.ts").PageUser} PageUser */

const MOST_PEOPLE = 6;

/** The people one can be. @param {readonly PageUser[]} users */
export function playable(users) {
  return users.filter((user) => !user.isBot).slice(0, MOST_PEOPLE);
}

/**
 * @param {{ users(): readonly PageUser[], me(): string, columns(): readonly string[], choose(id: string): void,
 *   toggleColumns(): void, showGreeting(): void }} on
 */
export function createPeopleBar(on) {
  const bar = el("header", { class: "people", "data-testid": "people" });

  const draw = () => keepingFocus(bar, drawAll);

  function drawAll() {
    const columns = on.columns();
    const split = columns.length > 0;
    const chosen = (/** @type {string} */ id) => (split ? columns.includes(id) : id === on.me());
    const person = (/** @type {PageUser} */ user) =>
      el(
        "button",
        {
          class: `person${chosen(user.id) ? " chosen" : ""}`,
          type: "button",
          "data-testid": `person-${user.id}`,
          "data-person-name": user.name,
          "aria-pressed": String(chosen(user.id)),
          title: `${user.realName}, ${user.title}`,
          on: { click: () => on.choose(user.id) },
        },
        avatar(user, "medium"),
        el(
          "span",
          { class: "person-name" },
          el("b", {}, user.realName.split(" ")[0] ?? user.name),
          el("span", { class: "person-title" }, user.title),
        ),
      );
    fill(
      bar,
      el("span", { class: "brand" }, "Countersign", el("span", { class: "brand-note" }, "local Slack")),
      el("span", { class: "you-are" }, split ? "Side by side:" : "You are"),
      el(
        "div",
        { class: "person-list", role: "group", "aria-label": split ? "People shown side by side" : "Who you are" },
        playable(on.users()).map(person),
      ),
      el(
        "button",
        {
          class: "bar-button",
          type: "button",
          "data-testid": "first-steps",
          "aria-label": "First steps",
          on: { click: on.showGreeting },
        },
        icon("sparkle"),
        el("span", { class: "bar-label" }, "First steps"),
      ),
      el(
        "button",
        {
          class: "bar-button",
          type: "button",
          "aria-pressed": String(split),
          "data-testid": "side-by-side",
          "aria-label": "Side by side",
          on: { click: on.toggleColumns },
        },
        icon("columns"),
        el("span", { class: "bar-label" }, split ? "One person" : "Side by side"),
      ),
    );
  }

  return { element: bar, draw };
}
