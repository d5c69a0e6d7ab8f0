// Buttons and the overflow menu; both may ask first with a confirm dialog.
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { menuItem, openPopover } from "../popover.js";
import { safeHref } from "../text/links.js";
import { textObject } from "../text/mrkdwn.js";
import { confirmed } from "./confirm.js";
import { sendAction } from "./context.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawButton(element, block, context) {
  const style = element.style === "primary" || element.style === "danger" ? ` button-${element.style}` : "";
  const href = element.url === undefined ? null : safeHref(element.url);
  const click = async () => {
    if (control.classList.contains("busy") || !(await confirmed(element.confirm, context))) return;
    if (href !== null) window.open(href, "_blank", "noopener");
    await sendAction(block, element, { context, answer: element.value ?? null, control });
  };
  const control = el(
    "button",
    { class: `button${style}`, type: "button", "aria-label": element.accessibility_label, on: { click } },
    textObject(element.text, context.app.names()),
  );
  return control;
}

/** @param {Loose} element @param {Loose} block @param {BlockContext} context */
export function drawOverflow(element, block, context) {
  const choose = async (/** @type {Loose} */ option) => {
    if (!(await confirmed(element.confirm, context))) return;
    const href = option.url === undefined ? null : safeHref(option.url);
    if (href !== null) window.open(href, "_blank", "noopener");
    await sendAction(block, element, { context, answer: option.value ?? null, control });
  };
  const items = (/** @type {() => void} */ close) =>
    element.options.map((/** @type {Loose} */ option) =>
      menuItem(
        option.text.text,
        () => {
          close();
          void choose(option);
        },
        { "data-value": option.value ?? "" },
      ),
    );
  const open = () => openPopover(control, { label: "More options" }, items);
  const control = el(
    "button",
    {
      class: "button button-overflow",
      type: "button",
      "aria-label": "More options",
      "aria-haspopup": "true",
      on: { click: open },
    },
    icon("more"),
  );
  return control;
}
