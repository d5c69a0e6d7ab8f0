// Turns a rich_text block (what Slack's own composer makes) into the tree of the other text formats.

import { formatDate } from "./dates.js";
import { EMOJI } from "./emoji.js";
import { safeHref } from "./links.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {import("./dates.js").Clock} Clock */
/** @typedef {Readonly<Record<string, unknown>>} Loose */

/** @param {unknown} value @returns {readonly Loose[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value */
function string(value) {
  return typeof value === "string" ? value : "";
}

/**
 * @param {Loose} block a block of type rich_text @param {Clock} clock
 * @returns {TextNode[]}
 */
export function richTextTree(block, clock) {
  return list(block.elements).flatMap((part) => partNodes(part, clock));
}

/** @param {Loose} part @param {Clock} clock @returns {TextNode[]} */
function partNodes(part, clock) {
  const children = () => list(part.elements).flatMap((piece) => pieceNodes(piece, clock));
  switch (part.type) {
    case "rich_text_section":
      return [{ kind: "paragraph", children: children() }];
    case "rich_text_quote":
      return [{ kind: "quote", children: children() }];
    case "rich_text_preformatted":
      return [
        {
          kind: "pre",
          text: list(part.elements)
            .map((piece) => string(piece.text) || string(piece.url))
            .join(""),
        },
      ];
    case "rich_text_list":
      return listNodes(part, clock);
    default:
      return [{ kind: "text", text: `(${string(part.type)}: not drawn by this page)` }];
  }
}

/** @param {Loose} part @param {Clock} clock @returns {TextNode[]} */
function listNodes(part, clock) {
  const level = typeof part.indent === "number" ? part.indent : 0;
  const first = typeof part.offset === "number" ? part.offset + 1 : 1;
  return list(part.elements).map((item, index) => ({
    kind: /** @type {const} */ ("item"),
    marker: part.style === "ordered" ? `${first + index}.` : level % 2 === 0 ? "•" : "◦",
    indent: level * 2,
    children: list(item.elements).flatMap((piece) => pieceNodes(piece, clock)),
  }));
}

/** @param {Loose} piece @param {Clock} clock @returns {TextNode[]} */
function pieceNodes(piece, clock) {
  const style = /** @type {Loose} */ (piece.style ?? {});
  /** @type {TextNode[]} */
  let nodes = plainNodes(piece, clock, style.code === true);
  if (style.strike === true) nodes = [{ kind: "strike", children: nodes }];
  if (style.italic === true) nodes = [{ kind: "italic", children: nodes }];
  if (style.bold === true) nodes = [{ kind: "bold", children: nodes }];
  return nodes;
}

/** @param {Loose} piece @param {Clock} clock @param {boolean} asCode @returns {TextNode[]} */
function plainNodes(piece, clock, asCode) {
  switch (piece.type) {
    case "text":
      return asCode ? [{ kind: "code", text: string(piece.text) }] : textWithBreaks(string(piece.text));
    case "link": {
      const href = safeHref(string(piece.url));
      const text = string(piece.text) || string(piece.url);
      return href === null ? [{ kind: "text", text }] : [{ kind: "link", href, children: [{ kind: "text", text }] }];
    }
    case "user":
      return [{ kind: "user", id: string(piece.user_id), label: null }];
    case "channel":
      return [{ kind: "channel", id: string(piece.channel_id), label: null }];
    case "usergroup":
      return [{ kind: "group", id: string(piece.usergroup_id), label: null }];
    case "broadcast":
      return [{ kind: "broadcast", name: string(piece.range) }];
    case "emoji": {
      const glyph = EMOJI[string(piece.name)];
      if (glyph === undefined) return [{ kind: "text", text: `:${string(piece.name)}:` }];
      return [{ kind: "emoji", name: string(piece.name), glyph }];
    }
    case "date": {
      const text = formatDate(String(piece.timestamp), string(piece.format), clock) ?? string(piece.fallback);
      return [{ kind: "date", text, href: safeHref(string(piece.url)) }];
    }
    default:
      return [{ kind: "text", text: string(piece.text) || string(piece.value) }];
  }
}

/** @param {string} text @returns {TextNode[]} */
function textWithBreaks(text) {
  return text
    .split("\n")
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [{ kind: /** @type {const} */ ("break") }]),
      ...(line === "" ? [] : [{ kind: /** @type {const} */ ("text"), text: line }]),
    ]);
}
