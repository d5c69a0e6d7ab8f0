// Selects with several choices: the chosen ones as chips, the rest in a menu with check marks.
import { el, fill } from "../dom.js";
import { openPopover } from "../popover.js";
import { answered, answerOf } from "./context.js";
import { choicesOf } from "./select.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawMultiSelect(element, block, context) {
  const options = choicesOf(element, context.app).flatMap((group) => group.options);
  const chosen = () => /** @type {readonly string[]} */ (answerOf(block, element, context) ?? []);
  const most = element.max_selected_items ?? Number.POSITIVE_INFINITY;
  const toggle = (/** @type {string} */ value) => {
    const now = chosen();
    if (!now.includes(value) && now.length >= most) return;
    const answer = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
    answered(block, element, { context, answer, control, when: "change" });
    drawChips();
  };
  const row = (/** @type {{ value: string, text: string, description: string }} */ option) =>
    el(
      "label",
      { class: "menu-item check-item" },
      el("input", {
        type: "checkbox",
        "data-value": option.value,
        checked: chosen().includes(option.value),
        on: { change: () => toggle(option.value) },
      }),
      el(
        "span",
        {},
        option.text,
        option.description === "" ? null : el("span", { class: "muted" }, ` ${option.description}`),
      ),
    );
  const open = () => openPopover(control, { label: element.placeholder?.text ?? "Choose" }, () => options.map(row));
  const control = el("button", { class: "select multi", type: "button", "aria-haspopup": "true", on: { click: open } });
  const drawChips = () => {
    const chips = options
      .filter(({ value }) => chosen().includes(value))
      .map(({ text }) => el("span", { class: "chip" }, text));
    fill(
      control,
      ...(chips.length > 0 ? chips : [el("span", { class: "muted" }, element.placeholder?.text ?? "Select options")]),
    );
  };
  drawChips();
  return control;
}
