// Checkboxes and radio buttons.
import { el } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";
import { answered, answerOf } from "./context.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

let counter = 0;

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawChoices(element, block, context) {
  counter += 1;
  const several = element.type === "checkboxes";
  const chosen = answerOf(block, element, context);
  const isChosen = (/** @type {string} */ value) => (Array.isArray(chosen) ? chosen.includes(value) : chosen === value);
  const name = `choices-${counter}`;
  const change = () => {
    const values = [...box.querySelectorAll("input:checked")].map(
      (input) => /** @type {HTMLInputElement} */ (input).value,
    );
    answered(block, element, { context, answer: several ? values : (values[0] ?? null), control: box, when: "change" });
  };
  const row = (/** @type {Loose} */ option) =>
    el(
      "label",
      { class: "choice" },
      el("input", {
        type: several ? "checkbox" : "radio",
        name,
        value: option.value,
        checked: isChosen(option.value),
        on: { change },
      }),
      el(
        "span",
        {},
        textObject(option.text, context.app.names()),
        option.description === undefined
          ? null
          : el("span", { class: "choice-description" }, textObject(option.description, context.app.names())),
      ),
    );
  const box = el("div", { class: "choices", role: several ? "group" : "radiogroup" }, element.options.map(row));
  return box;
}
