// Reads the inside of a Markdown paragraph: code, **bold**, *italic*, ~~strike~~, [links](…), emoji.
import { EMOJI, SHORTCODE } from "./emoji.js";
import { safeHref } from "./links.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {{ node: TextNode, end: number }} Found */

const MARKS = /** @type {const} */ ([
  ["**", "bold"],
  ["__", "bold"],
  ["~~", "strike"],
  ["*", "italic"],
  ["_", "italic"],
]);
const LINK = /\[([^\]\n]*)\]\(([^()\s]*)\)/y;
const ADDRESS = /<?(https?:\/\/[^\s<>`]+)>?/y;
const WORD = /[\p{L}\p{N}]/u;

/** @param {string} text @returns {TextNode[]} */
export function parseMarkdownInline(text) {
  /** @type {TextNode[]} */
  const nodes = [];
  /** @type {Set<string>} */
  const hopeless = new Set();
  let plain = "";
  const flush = () => {
    if (plain !== "") nodes.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = pieceAt(text, at, hopeless);
    if (found === null) {
      const escaped = text[at] === "\\" && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "");
      plain += escaped ? text[at + 1] : text[at];
      at += escaped ? 2 : 1;
      continue;
    }
    flush();
    nodes.push(found.node);
    at = found.end;
  }
  flush();
  return nodes;
}

/** @param {string} text @param {number} at @param {Set<string>} hopeless @returns {Found | null} */
function pieceAt(text, at, hopeless) {
  const character = text[at];
  if (character === "\n") return { node: { kind: "break" }, end: at + 1 };
  if (character === "`") return codeAt(text, at);
  if (character === "[") return linkAt(text, at);
  if (character === ":") return emojiAt(text, at);
  if (character === "h" || character === "<") return addressAt(text, at);
  for (const [mark, kind] of MARKS) {
    if (!text.startsWith(mark, at) || hopeless.has(mark)) continue;
    const close = closing(text, at, mark);
    if (close > 0)
      return {
        node: { kind, children: parseMarkdownInline(text.slice(at + mark.length, close)) },
        end: close + mark.length,
      };
    if (close === -1) hopeless.add(mark);
  }
  return null;
}

/** -1: no closing mark is left in the text; 0: no opening mark stands here. */
/** @param {string} text @param {number} at @param {string} mark */
function closing(text, at, mark) {
  if (/\s/.test(text[at + mark.length] ?? " ")) return 0;
  if (mark.startsWith("_") && WORD.test(text[at - 1] ?? " ")) return 0;
  let close = text.indexOf(mark, at + mark.length);
  while (close >= 0) {
    const inWord = mark.startsWith("_") && WORD.test(text[close + mark.length] ?? " ");
    if (close > at + mark.length && !/\s/.test(text[close - 1] ?? " ") && !inWord) return close;
    close = text.indexOf(mark, close + mark.length);
  }
  return -1;
}

/** @param {string} text @param {number} at @returns {Found | null} */
function codeAt(text, at) {
  const close = text.indexOf("`", at + 1);
  return close <= at + 1 ? null : { node: { kind: "code", text: text.slice(at + 1, close) }, end: close + 1 };
}

/** @param {string} text @param {number} at @returns {Found | null} */
function linkAt(text, at) {
  LINK.lastIndex = at;
  const match = LINK.exec(text);
  const href = match === null ? null : safeHref(match[2] ?? "");
  if (match === null || href === null) return null;
  return { node: { kind: "link", href, children: parseMarkdownInline(match[1] ?? "") }, end: at + match[0].length };
}

/** @param {string} text @param {number} at @returns {Found | null} */
function addressAt(text, at) {
  ADDRESS.lastIndex = at;
  const match = ADDRESS.exec(text);
  const href = match === null ? null : safeHref(match[1] ?? "");
  if (match === null || href === null || (at > 0 && WORD.test(text[at - 1] ?? ""))) return null;
  return {
    node: { kind: "link", href, children: [{ kind: "text", text: match[1] ?? "" }] },
    end: at + match[0].length,
  };
}

/** @param {string} text @param {number} at @returns {Found | null} */
function emojiAt(text, at) {
  SHORTCODE.lastIndex = at;
  const name = SHORTCODE.exec(text)?.[1];
  if (name === undefined || !Object.hasOwn(EMOJI, name)) return null;
  return { node: { kind: "emoji", name, glyph: EMOJI[name] ?? "" }, end: at + name.length + 2 };
}
