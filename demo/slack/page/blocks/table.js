// A table block: the first row is the head; columns align and wrap as their settings say.
import { el } from "../dom.js";
import { richText, textObject } from "../text/mrkdwn.js";

/** @typedef {import("./context.js").BlockContext} BlockContext */
/** @typedef {import("./view-state.js").Loose} Loose */

/** @param {Loose} block @param {BlockContext} context */
export function drawTable(block, context) {
  const [head = [], ...body] = block.rows;
  const row = (/** @type {readonly Loose[]} */ cells, /** @type {string} */ tag) =>
    el(
      "tr",
      {},
      cells.map((cell, column) => drawCell(cell, { tag, settings: block.column_settings?.[column] ?? {}, context })),
    );
  const table = el(
    "table",
    { class: "table" },
    el("thead", {}, row(head, "th")),
    el(
      "tbody",
      {},
      body.map((/** @type {Loose[]} */ cells) => row(cells, "td")),
    ),
  );
  return el("div", { class: "table-wrap", tabindex: "0" }, table);
}

/** @param {Loose} cell @param {{ tag: string, settings: Loose, context: BlockContext }} how */
function drawCell(cell, { tag, settings, context }) {
  const names = context.app.names();
  const content =
    cell.type === "rich_text"
      ? richText(cell, names)
      : textObject({ type: "plain_text", text: cell.text ?? "" }, names);
  const align = settings.align === "right" || settings.align === "center" ? settings.align : "left";
  return el(tag, { class: `align-${align}${settings.is_wrapped === true ? " wrapped" : ""}` }, content);
}
