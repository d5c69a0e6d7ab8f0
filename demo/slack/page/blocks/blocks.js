// Draws a list of Block Kit blocks; each kind has its own small file.
import { el } from "../dom.js";
import { markdown, richText, textObject } from "../text/mrkdwn.js";
import { drawElement } from "./element.js";
import { drawImage } from "./image.js";
import { drawInput } from "./input.js";
import { drawSection } from "./section.js";
import { drawTable } from "./table.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {readonly Loose[]} blocks @param {BlockContext} context */
export function drawBlocks(blocks, context) {
  return el(
    "div",
    { class: "blocks" },
    blocks.map((block) => drawBlock(block, context)),
  );
}

/** @param {Loose} block @param {BlockContext} context */
function drawBlock(block, context) {
  const drawn = blockContent(block, context);
  drawn.classList.add("block", `block-${block.type}`);
  drawn.setAttribute("data-block-id", block.block_id ?? "");
  return drawn;
}

/** @param {Loose} block @param {BlockContext} context @returns {HTMLElement} */
function blockContent(block, context) {
  const names = context.app.names();
  switch (block.type) {
    case "header":
      return el("div", { role: "heading", "aria-level": "3" }, textObject(block.text, names));
    case "section":
      return drawSection(block, context);
    case "context":
      return el(
        "div",
        {},
        block.elements.map((/** @type {Loose} */ element) => contextElement(element, context)),
      );
    case "divider":
      return el("hr", {});
    case "actions":
      return el(
        "div",
        {},
        block.elements.map((/** @type {Loose} */ element) => drawElement(element, block, context)),
      );
    case "input":
      return drawInput(block, context);
    case "rich_text":
      return el("div", {}, richText(block, names));
    case "image":
      return drawImage(block, context);
    case "markdown":
      return el("div", {}, markdown(block.text, names));
    case "table":
      return drawTable(block, context);
    case "file":
      return el("div", {}, `File ${block.external_id ?? ""}`);
    default:
      return el("div", {}, `This page does not draw blocks of type "${block.type}".`);
  }
}

/** @param {Loose} element @param {BlockContext} context */
function contextElement(element, context) {
  if (element.type === "image") return drawImage(element, context);
  return el("span", { class: "context-text" }, textObject(element, context.app.names()));
}
