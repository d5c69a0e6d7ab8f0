// Reads Slack's mrkdwn into a tree of plain nodes: blocks here (code fences, quotes, list lines), inline text elsewhere.
import { decodeEntities, parseInline } from "./mrkdwn-inline.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {import("./dates.js").Clock} Clock */

/**
 * The tree holds only data: whoever draws it makes text nodes of it.
 * @param {string} text @param {Clock} clock
 * @returns {TextNode[]}
 */
export function parseMrkdwn(text, clock) {
  /** @type {TextNode[]} */
  const nodes = [];
  let rest = text.replaceAll("\r\n", "\n");
  while (rest !== "") {
    const open = rest.indexOf("```");
    const close = open < 0 ? -1 : rest.indexOf("```", open + 3);
    if (close < 0) break;
    nodes.push(...parseLines(rest.slice(0, open).replace(/\n$/, ""), clock));
    nodes.push({ kind: "pre", text: plainCode(rest.slice(open + 3, close)) });
    rest = rest.slice(close + 3).replace(/^\n/, "");
  }
  nodes.push(...parseLines(rest, clock));
  return nodes;
}

/** Slack trims one newline at each end of a fence. @param {string} text */
function plainCode(text) {
  const unlinked = text.replace(/<((?:https?:|mailto:)[^|<>]*)(?:\|([^<>]*))?>/g, (_, url, label) => label ?? url);
  return decodeEntities(unlinked.replace(/^\n/, "").replace(/\n$/, ""));
}

const QUOTE = /^(?:&gt;|>) ?/;
const QUOTE_REST = /^(?:&gt;&gt;&gt;|>>>) ?/;
const LIST = /^( *)([•◦▪‣-]|\d{1,3}\.) +(.*)$/s;

/** @param {string} text @param {Clock} clock @returns {TextNode[]} */
function parseLines(text, clock) {
  if (text === "") return [];
  /** @type {TextNode[]} */
  const nodes = [];
  const lines = text.split("\n");
  /** @type {string[]} */
  let quoted = [];
  const endQuote = () => {
    if (quoted.length > 0) nodes.push({ kind: "quote", children: joinLines(quoted, clock) });
    quoted = [];
  };
  for (const [index, line] of lines.entries()) {
    if (QUOTE_REST.test(line)) {
      endQuote();
      quoted = [line.replace(QUOTE_REST, ""), ...lines.slice(index + 1)];
      break;
    }
    if (QUOTE.test(line)) {
      quoted.push(line.replace(QUOTE, ""));
      continue;
    }
    endQuote();
    pushLine(nodes, line, clock);
  }
  endQuote();
  return nodes;
}

/** Slack draws list marks as they were typed; only the hanging indent is added. */
/** @param {TextNode[]} nodes @param {string} line @param {Clock} clock */
function pushLine(nodes, line, clock) {
  const item = LIST.exec(line);
  if (item !== null) {
    const [, spaces = "", marker = "", body = ""] = item;
    nodes.push({ kind: "item", marker, indent: spaces.length, children: parseInline(body, clock) });
    return;
  }
  const previous = nodes.at(-1);
  if (previous !== undefined && !isBlock(previous)) nodes.push({ kind: "break" });
  nodes.push(...(line === "" ? [{ kind: /** @type {const} */ ("break") }] : parseInline(line, clock)));
}

/** @param {TextNode} node */
function isBlock(node) {
  return node.kind === "quote" || node.kind === "item" || node.kind === "pre" || node.kind === "break";
}

/** @param {readonly string[]} lines @param {Clock} clock @returns {TextNode[]} */
function joinLines(lines, clock) {
  return lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [{ kind: /** @type {const} */ ("break") }]),
    ...parseInline(line, clock),
  ]);
}
