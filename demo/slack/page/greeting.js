// The welcome: the first things to type, each one click away from the right person, channel and text.
import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { recalled, remember } from "./session.js";

/** Where the panel would hide what the step leads to; the button in the bar brings it back. */
const NARROW_PX = 720;
const HIDDEN = "countersign-demo-greeted";

/** @typedef {import("../page-protocol.ts").PageState["greeting"][number]} Step */

/** @param {import("./app.js").App} app @param {() => void} onChange the panel came or went */
export function createGreeting(app, onChange) {
  let hidden = recalled(HIDDEN) === "yes";

  function set(/** @type {boolean} */ next) {
    hidden = next;
    remember(HIDDEN, next ? "yes" : "no");
    onChange();
  }

  /** @param {Step} step */
  async function go(step) {
    const { state } = app.store;
    const person = state.users.find((user) => [user.id, user.name, user.realName].includes(step.as));
    if (person !== undefined && person.id !== state.me.id) await app.switchTo(person.id);
    const where = step.where.replace(/^#/, "");
    const channel = app.store.state.channels.find(({ id, name }) => id === where || name === where);
    if (channel !== undefined) {
      app.store.session.drafts.set(`${channel.id}/`, step.text);
      app.openChannel(channel.id);
    }
    const box = /** @type {HTMLTextAreaElement | null} */ (document.querySelector('[data-testid="compose"]'));
    if (window.innerWidth <= NARROW_PX) set(true);
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
  }

  function draw() {
    const { greeting, users, channels, appConnected } = app.store.state;
    if (hidden || app.embedded || greeting.length === 0) return null;
    const card = (/** @type {Step} */ step, /** @type {number} */ index) => {
      const person = users.find((user) => [user.id, user.name, user.realName].includes(step.as));
      const channel = channels.find(({ id }) => id === step.where)?.name ?? step.where.replace(/^#/, "");
      return el(
        "button",
        { class: "step", type: "button", "data-testid": `step-${index + 1}`, on: { click: () => void go(step) } },
        el(
          "span",
          { class: "step-who" },
          el("span", { class: "step-number" }, String(index + 1)),
          avatar(person, "small"),
          el("span", {}, "As ", el("b", {}, person?.realName ?? step.as), " in ", el("b", {}, `#${channel}`)),
        ),
        el("code", { class: "step-text" }, step.text),
        el("span", { class: "step-why" }, step.why),
      );
    };
    return el(
      "section",
      { class: "greeting", "aria-label": "First steps", "data-testid": "greeting" },
      el(
        "div",
        { class: "greeting-head" },
        el(
          "div",
          {},
          el("h2", {}, "Welcome. Here is what to type first"),
          el(
            "p",
            { class: "muted" },
            `Click a step: you become that person, in that channel, with the text in the box. Then press Enter.${appConnected ? "" : " (The app is still connecting.)"}`,
          ),
        ),
        el(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": "Hide the first steps",
            "data-testid": "greeting-close",
            on: { click: () => set(true) },
          },
          icon("close"),
        ),
      ),
      el("div", { class: "steps" }, greeting.map(card)),
    );
  }

  return { draw, show: () => set(false), toggle: () => set(!hidden) };
}
