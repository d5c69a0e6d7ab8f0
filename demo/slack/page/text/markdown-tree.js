// Reads the standard Markdown of a markdown block (headings, lists, fences, tables, quotes) into the common tree.
import { parseMarkdownInline } from "./markdown-inline.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)]) +(.*)$/;
const TABLE_RULE = /^ *\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$/;

/**
 * @param {string} text
 * @returns {TextNode[]}
 */
export function parseMarkdown(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  /** @type {TextNode[]} */
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const { node, next } = blockAt(lines, at);
    if (node !== null) nodes.push(node);
    at = next;
  }
  return nodes;
}

/** @param {readonly string[]} lines @param {number} at @returns {{ node: TextNode | null, next: number }} */
function blockAt(lines, at) {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { node: null, next: at + 1 };
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return fenced(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const [, marks = "#", body = ""] = heading;
    return { node: { kind: "heading", level: marks.length, children: parseMarkdownInline(body) }, next: at + 1 };
  }
  if (RULE.test(line)) return { node: { kind: "rule" }, next: at + 1 };
  const item = ITEM.exec(line);
  if (item !== null) {
    const [, spaces = "", mark = "-", body = ""] = item;
    const marker = /\d/.test(mark) ? mark : "•";
    return { node: { kind: "item", marker, indent: spaces.length, children: parseMarkdownInline(body) }, next: at + 1 };
  }
  if (/^ {0,3}>/.test(line)) return quoted(lines, at);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "")) return tableAt(lines, at);
  return paragraph(lines, at);
}

/** @param {readonly string[]} lines @param {number} at @param {string} fence */
function fenced(lines, at, fence) {
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? "").trimStart().startsWith(fence)) end += 1;
  return { node: { kind: /** @type {const} */ ("pre"), text: lines.slice(at + 1, end).join("\n") }, next: end + 1 };
}

/** @param {readonly string[]} lines @param {number} at */
function quoted(lines, at) {
  let end = at;
  while (/^ {0,3}>/.test(lines[end] ?? "")) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return { node: { kind: /** @type {const} */ ("quote"), children: parseMarkdown(inner.join("\n")) }, next: end };
}

/** @param {readonly string[]} lines @param {number} at */
function tableAt(lines, at) {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end += 1;
  const rows = [lines[at] ?? "", ...lines.slice(at + 2, end)].map(cells);
  return { node: { kind: /** @type {const} */ ("table"), rows }, next: end };
}

/** @param {string} line */
function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => parseMarkdownInline(cell.trim().replaceAll("\\|", "|")));
}

/** @param {readonly string[]} lines @param {number} at */
function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines, end)) end += 1;
  const children = parseMarkdownInline(lines.slice(at, end).join("\n"));
  return { node: { kind: /** @type {const} */ ("paragraph"), children }, next: end };
}

/** @param {readonly string[]} lines @param {number} at */
function startsBlock(lines, at) {
  const line = lines[at] ?? "";
  return (
    line.trim() === "" ||
    FENCE.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    ITEM.test(line) ||
    /^ {0,3}>/.test(line)
  );
}
