// Reads what stands between < and > in mrkdwn: mentions, channels, user groups, dates and links.
import { formatDate } from "./dates.js";
import { safeHref } from "./links.js";

/** @typedef {import("./tree.d.ts").TextNode} TextNode */
/** @typedef {import("./dates.js").Clock} Clock */

/** @param {string} text */
function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => (name === "lt" ? "<" : name === "gt" ? ">" : "&"));
}

/**
 * Null means: no token of Slack's, so the bracket is only a character. A link with a forbidden scheme is one of these.
 * @param {string} inner @param {Clock} clock
 * @returns {TextNode | null}
 */
export function parseAngle(inner, clock) {
  const bar = inner.indexOf("|");
  const head = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? null : decode(inner.slice(bar + 1));
  if (/^@[UWB][A-Z0-9]+$/.test(head)) return { kind: "user", id: head.slice(1), label };
  if (/^#[CGD][A-Z0-9]+$/.test(head)) return { kind: "channel", id: head.slice(1), label };
  if (/^!subteam\^S[A-Z0-9]+$/.test(head)) return { kind: "group", id: head.slice("!subteam^".length), label };
  if (/^!(here|channel|everyone)$/.test(head)) return { kind: "broadcast", name: head.slice(1) };
  if (head.startsWith("!date^")) return dateNode(head, label, clock);
  const href = safeHref(decode(head));
  if (href === null) return null;
  return { kind: "link", href, children: [{ kind: "text", text: label ?? decode(head).replace(/^mailto:/, "") }] };
}

/** @param {string} head @param {string | null} label @param {Clock} clock @returns {TextNode} */
function dateNode(head, label, clock) {
  const [, seconds = "", pattern = "", address] = head.split("^");
  const text = formatDate(seconds, decode(pattern), clock) ?? label ?? seconds;
  return { kind: "date", text, href: address === undefined ? null : safeHref(decode(address)) };
}
