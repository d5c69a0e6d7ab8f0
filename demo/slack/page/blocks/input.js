// An input block: label, element, hint, and the sentence in red when the app or the check refused the answer.
import { el } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";
import { drawElement } from "./element.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

let counter = 0;

/** @param {Loose} block @param {BlockContext} context */
export function drawInput(block, context) {
  counter += 1;
  const labelId = `label-${counter}`;
  const errorId = `error-${counter}`;
  const names = context.app.names();
  const error = context.errors[block.block_id];
  const control = drawElement(block.element, block, context);
  const field = control.matches("input, textarea, select")
    ? control
    : (control.querySelector("input, textarea, select") ?? control);
  if (control === field) field.setAttribute("aria-labelledby", labelId);
  else {
    control.setAttribute("role", "group");
    control.setAttribute("aria-labelledby", labelId);
  }
  if (error !== undefined) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", errorId);
  }
  return el(
    "div",
    { class: error === undefined ? "input" : "input has-error" },
    el(
      "div",
      { class: "input-label", id: labelId },
      textObject(block.label, names),
      block.optional === true ? el("span", { class: "optional" }, " (optional)") : null,
    ),
    control,
    error === undefined
      ? null
      : el(
          "div",
          { class: "input-error", id: errorId, role: "alert", "data-testid": `error-${block.block_id}` },
          error,
        ),
    block.hint === undefined ? null : el("div", { class: "input-hint" }, textObject(block.hint, names)),
  );
}
