// Reads the inside of one mrkdwn line: code, bold, italic, strike, angle tokens, bare addresses, emoji.
import { parseAngle } from "./angle.js";
import { EMOJI, SHORTCODE } from "./emoji.js";
import { safeHref } from "./links.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {import("./dates.js").Clock} Clock */

/** @type {Record<string, "bold" | "italic" | "strike">} */
const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const BARE_ADDRESS = /https?:\/\/[^\s<>|`*]+/y;
const WORD = /[\p{L}\p{N}]/u;

/** Slack knows exactly three entities. @param {string} text */
export function decodeEntities(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => (name === "lt" ? "<" : name === "gt" ? ">" : "&"));
}

/**
 * @param {string} line @param {Clock} clock
 * @returns {TextNode[]}
 */
export function parseInline(line, clock) {
  /** @type {TextNode[]} */
  const nodes = [];
  /** Marks of which no closing one is left on this line: keeps hostile input linear. @type {Set<string>} */
  const hopeless = new Set();
  let plain = "";
  let at = 0;
  while (at < line.length) {
    const found = pieceAt(line, at, clock, hopeless);
    if (found === null) {
      plain += line[at];
      at += 1;
      continue;
    }
    if (plain !== "") nodes.push({ kind: "text", text: decodeEntities(plain) });
    plain = "";
    nodes.push(found.node);
    at = found.end;
  }
  if (plain !== "") nodes.push({ kind: "text", text: decodeEntities(plain) });
  return nodes;
}

/**
 * @param {string} line @param {number} at @param {Clock} clock @param {Set<string>} hopeless
 * @returns {{ node: TextNode, end: number } | null}
 */
function pieceAt(line, at, clock, hopeless) {
  const character = line[at] ?? "";
  if (character === "`") return codeAt(line, at);
  if (character === "<") return angleAt(line, at, clock);
  if (character === ":") return emojiAt(line, at);
  if (character === "h") return addressAt(line, at);
  const kind = MARKS[character];
  if (kind === undefined || hopeless.has(character) || !opens(line, at)) return null;
  const close = closing(line, at, character);
  if (close < 0) {
    hopeless.add(character);
    return null;
  }
  return { node: { kind, children: parseInline(line.slice(at + 1, close), clock) }, end: close + 1 };
}

/** @param {string} line @param {number} at */
function codeAt(line, at) {
  const close = line.indexOf("`", at + 1);
  if (close <= at + 1) return null;
  return { node: { kind: /** @type {const} */ ("code"), text: codeText(line.slice(at + 1, close)) }, end: close + 1 };
}

/** Inside code, links show only their text. @param {string} text */
function codeText(text) {
  return decodeEntities(
    text.replace(/<((?:https?:|mailto:)[^|<>]*)(?:\|([^<>]*))?>/g, (_, url, label) => label ?? url),
  );
}

/** @param {string} line @param {number} at @param {Clock} clock */
function angleAt(line, at, clock) {
  const close = line.indexOf(">", at + 1);
  if (close < 0) return null;
  const node = parseAngle(line.slice(at + 1, close), clock);
  return node === null ? null : { node, end: close + 1 };
}

/** @param {string} line @param {number} at */
function emojiAt(line, at) {
  SHORTCODE.lastIndex = at;
  const name = SHORTCODE.exec(line)?.[1];
  if (name === undefined || !Object.hasOwn(EMOJI, name)) return null;
  const glyph = EMOJI[name] ?? "";
  return { node: { kind: /** @type {const} */ ("emoji"), name, glyph }, end: at + name.length + 2 };
}

/** @param {string} line @param {number} at */
function addressAt(line, at) {
  if (at > 0 && WORD.test(line[at - 1] ?? "")) return null;
  BARE_ADDRESS.lastIndex = at;
  const text = BARE_ADDRESS.exec(line)?.[0].replace(/[.,;:!?)\]}'"_~]+$/, "");
  const href = text === undefined ? null : safeHref(decodeEntities(text));
  if (text === undefined || href === null) return null;
  const children = [{ kind: /** @type {const} */ ("text"), text: decodeEntities(text) }];
  return { node: { kind: /** @type {const} */ ("link"), href, children }, end: at + text.length };
}

/** @param {string} line @param {number} at */
function opens(line, at) {
  const next = line[at + 1] ?? " ";
  return !WORD.test(line[at - 1] ?? " ") && next !== line[at] && !/\s/.test(next);
}

/** The closing mark, not inside code or angle brackets; -1 when there is none. */
/** @param {string} line @param {number} start @param {string} mark */
function closing(line, start, mark) {
  let at = start + 1;
  while (at < line.length) {
    const character = line[at];
    const skipTo = character === "`" ? line.indexOf("`", at + 1) : character === "<" ? line.indexOf(">", at + 1) : -1;
    if (skipTo > at) {
      at = skipTo + 1;
      continue;
    }
    if (character === mark && !/\s/.test(line[at - 1] ?? " ") && !WORD.test(line[at + 1] ?? " ")) return at;
    at += 1;
  }
  return -1;
}
