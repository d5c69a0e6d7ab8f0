// Draws text trees as DOM; the only place where text formats become elements.
import { el, fragment } from "../dom.js";
import { parseMarkdown } from "./markdown-tree.js";
import { parseMrkdwn } from "./mrkdwn-tree.js";
import { parsePlain } from "./plain.js";
import { richTextTree } from "./rich-text-tree.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {{ user(id: string): string | null, channel(id: string): string | null, me: string, openChannel(id: string): void }} Names */

const clock = () => ({ nowMs: Date.now() });

/** @param {string} text @param {Names} names */
export function mrkdwn(text, names) {
  return draw(parseMrkdwn(text, clock()), names);
}

/** @param {string} text @param {Names} names */
export function markdown(text, names) {
  return draw(parseMarkdown(text), names);
}

/** @param {Readonly<Record<string, unknown>>} block @param {Names} names */
export function richText(block, names) {
  return draw(richTextTree(block, clock()), names);
}

/** A text object of Block Kit. @param {{ type?: string, text?: string } | undefined} object @param {Names} names */
export function textObject(object, names) {
  if (object === undefined) return fragment([]);
  const text = object.text ?? "";
  return object.type === "mrkdwn" ? mrkdwn(text, names) : draw(parsePlain(text), names);
}

/** @param {readonly TextNode[]} nodes @param {Names} names @returns {DocumentFragment} */
export function draw(nodes, names) {
  return fragment(nodes.map((node) => drawNode(node, names)));
}

/** @param {TextNode} node @param {Names} names @returns {Node} */
function drawNode(node, names) {
  switch (node.kind) {
    case "text":
      return document.createTextNode(node.text);
    case "break":
      return el("br");
    case "bold":
      return el("b", {}, draw(node.children, names));
    case "italic":
      return el("i", {}, draw(node.children, names));
    case "strike":
      return el("s", {}, draw(node.children, names));
    case "code":
      return el("code", { class: "code" }, node.text);
    case "pre":
      return el("pre", { class: "pre", tabindex: "0" }, node.text);
    case "quote":
      return el("blockquote", { class: "quote" }, draw(node.children, names));
    case "paragraph":
      return el("div", { class: "paragraph" }, draw(node.children, names));
    case "item":
      return drawItem(node, names);
    case "heading":
      return el(
        "div",
        { class: `md-heading md-h${node.level}`, role: "heading", "aria-level": node.level + 2 },
        draw(node.children, names),
      );
    case "rule":
      return el("hr", { class: "divider" });
    case "table":
      return drawTable(node.rows, names);
    case "link":
      return anchor(node.href, draw(node.children, names));
    case "date":
      return node.href === null ? el("time", {}, node.text) : anchor(node.href, node.text);
    case "emoji":
      return el(
        "span",
        { class: "emoji", role: "img", "aria-label": node.name.replaceAll("_", " "), title: `:${node.name}:` },
        node.glyph,
      );
    default:
      return drawMention(node, names);
  }
}

/** @param {Extract<TextNode, { kind: "user" | "channel" | "group" | "broadcast" }>} node @param {Names} names */
function drawMention(node, names) {
  if (node.kind === "broadcast") return el("span", { class: "mention broadcast" }, `@${node.name}`);
  if (node.kind === "group")
    return el("span", { class: "mention", "data-group": node.id }, `@${(node.label ?? node.id).replace(/^@/, "")}`);
  if (node.kind === "user") {
    const name = names.user(node.id) ?? node.label ?? node.id;
    return el("span", { class: node.id === names.me ? "mention me" : "mention", "data-user": node.id }, `@${name}`);
  }
  const name = names.channel(node.id);
  const label = `#${name ?? node.label ?? node.id}`;
  if (name === null) return el("span", { class: "mention" }, label);
  const open = () => names.openChannel(node.id);
  return el("button", { class: "mention as-link", type: "button", on: { click: open } }, label);
}

/** @param {string} href already checked @param {Node | string} content */
function anchor(href, content) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, content);
}

/** @param {Extract<TextNode, { kind: "item" }>} node @param {Names} names */
function drawItem(node, names) {
  const item = el(
    "div",
    { class: "item" },
    el("span", { class: "marker" }, node.marker),
    el("span", { class: "item-body" }, draw(node.children, names)),
  );
  item.style.setProperty("--indent", String(Math.min(node.indent, 12)));
  return item;
}

/** @param {readonly (readonly (readonly TextNode[])[])[]} rows @param {Names} names */
function drawTable(rows, names) {
  const [head = [], ...body] = rows;
  const row = (/** @type {readonly (readonly TextNode[])[]} */ cells, /** @type {string} */ tag) =>
    el(
      "tr",
      {},
      cells.map((cell) => el(tag, {}, draw(cell, names))),
    );
  return el(
    "div",
    { class: "table-wrap", tabindex: "0" },
    el(
      "table",
      { class: "table" },
      el("thead", {}, row(head, "th")),
      el(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}
