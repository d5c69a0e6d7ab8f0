// Draws one interactive element of Block Kit by its type.
import { el } from "../dom.js";
import { drawButton, drawOverflow } from "./button.js";
import { drawChoices } from "./choices.js";
import { drawFileInput } from "./file-input.js";
import { drawMultiSelect } from "./multi-select.js";
import { drawSelect } from "./select.js";
import { drawTextInput } from "./text-input.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} element @param {Loose} block @param {BlockContext} context @returns {HTMLElement} */
export function drawElement(element, block, context) {
  const drawn = elementContent(element, block, context);
  drawn.setAttribute("data-action-id", element.action_id ?? "");
  return drawn;
}

/** @param {Loose} element @param {Loose} block @param {BlockContext} context @returns {HTMLElement} */
function elementContent(element, block, context) {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return drawButton(element, block, context);
    case "overflow":
      return drawOverflow(element, block, context);
    case "static_select":
    case "users_select":
    case "conversations_select":
    case "channels_select":
      return drawSelect(element, block, context);
    case "multi_static_select":
    case "multi_users_select":
    case "multi_conversations_select":
    case "multi_channels_select":
      return drawMultiSelect(element, block, context);
    case "checkboxes":
    case "radio_buttons":
      return drawChoices(element, block, context);
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return drawTextInput(element, block, context);
    case "file_input":
      return drawFileInput(element, block, context);
    default:
      return el("span", { class: "unknown-element" }, `This page does not draw elements of type "${element.type}".`);
  }
}
