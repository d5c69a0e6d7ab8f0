// A section: text, fields in two columns, an accessory at the right; long text is folded as Slack folds it.
import { el } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";
import { drawElement } from "./element.js";
import { drawImage } from "./image.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

const FOLD_CHARACTERS = 900;
const FOLD_LINES = 18;

/** Places that the reader unfolded. @type {Set<string>} */
const unfolded = new Set();

/** @param {Loose} block @param {BlockContext} context */
export function drawSection(block, context) {
  const names = context.app.names();
  const text = block.text === undefined ? null : el("div", { class: "section-text" }, textObject(block.text, names));
  const fields = (block.fields ?? []).map((/** @type {Loose} */ field) =>
    el("div", { class: "field" }, textObject(field, names)),
  );
  const body = el(
    "div",
    { class: "section-body" },
    text,
    fields.length === 0 ? null : el("div", { class: "fields" }, fields),
  );
  if (text !== null && block.expand !== true && isLong(block.text.text))
    fold(body, text, `${context.key}/${block.block_id}`);
  return el("div", {}, body, accessory(block, context));
}

/** @param {Loose} block @param {BlockContext} context */
function accessory(block, context) {
  if (block.accessory === undefined) return null;
  const drawn =
    block.accessory.type === "image"
      ? drawImage(block.accessory, context)
      : drawElement(block.accessory, block, context);
  return el("div", { class: "accessory" }, drawn);
}

/** @param {string} text */
function isLong(text) {
  return text.length > FOLD_CHARACTERS || text.split("\n").length > FOLD_LINES;
}

/** @param {HTMLElement} body @param {HTMLElement} text @param {string} key */
function fold(body, text, key) {
  const button = el("button", { class: "as-link fold", type: "button", on: { click: () => set(!unfolded.has(key)) } });
  const set = (/** @type {boolean} */ open) => {
    if (open) unfolded.add(key);
    else unfolded.delete(key);
    text.classList.toggle("folded", !open);
    button.textContent = open ? "See less" : "See more";
    button.setAttribute("aria-expanded", String(open));
  };
  set(unfolded.has(key));
  body.insertBefore(button, text.nextSibling);
}
