// From what phones, Macs and Slack make of a command to plain words.
import type { Refusal } from "../core/refusal.ts";
import { refuse } from "../core/refusal.ts";

const quotes: ReadonlyMap<string, string> = new Map([
  ...[..."“”„‟«»″"].map((char): [string, string] => [char, '"']),
  ...[..."‘’‚‛′"].map((char): [string, string] => [char, "'"]),
]);

/**
 * Slack's entities become the words that were typed: `<@U1|ann>` → `@U1`, `<#C1|ops>` → `#C1`, an auto-made link → its
 * label, `&lt;` → `<`. Curly quotes become straight, a dash that a phone made of `--` becomes `--` again,
 * and backticks around the whole are left away.
 * Source: docs.slack.dev/messaging/formatting-message-text, "Escaping text" and "Advanced formatting".
 */
export function plainText(slackText: string): string {
  const unlinked = slackText.replaceAll(/<([^<>]*)>/g, (_whole, inner: string) => entityText(inner));
  const unescaped = unlinked.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const straight = [...unescaped].map((char) => quotes.get(char) ?? char).join("");
  return straight
    .replaceAll(/[\u00a0\u2007\u202f\t\r\n]/g, " ")
    .replaceAll(/(^|\s)[—―–‒−](?=[A-Za-z]([\s=]|$))/g, "$1-")
    .replaceAll(/(^|\s)[—―–‒−](?=[A-Za-z])/g, "$1--")
    .trim()
    .replace(/^`+([^`]*)`+$/, "$1")
    .trim();
}

function entityText(inner: string): string {
  const bar = inner.indexOf("|");
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? "" : inner.slice(bar + 1);
  if (/^@[UW][A-Z0-9]+$/.test(target) || /^#C[A-Z0-9]+$/.test(target)) return target;
  if (target.startsWith("!subteam^")) return `@${target.slice("!subteam^".length)}`;
  if (target.startsWith("!")) return `@${target.slice(1)}`;
  // Slack links `checkout.shop` and `registry.local/app:1` by itself; the label is what the person typed.
  return label !== "" && bare(target) === bare(label) ? label : target.replace(/^(mailto|tel):/, "");
}

function bare(link: string): string {
  return link.replace(/^(https?:\/\/|mailto:|tel:)/, "").replace(/\/$/, "");
}

/**
 * Splits into words as a shell would, forgivingly: a quote counts only where a word, a flag's value or a list's next
 * one begins, so that "it's" needs no care. After `because` a quote that is never closed is an apostrophe too.
 */
export function splitWords(text: string): readonly string[] | Refusal {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === " ") {
      at += 1;
      continue;
    }
    let end = endOfWord(text, at);
    if (typeof end !== "number") {
      if (!words.some((word) => word.toLowerCase() === "because")) return end;
      const space = text.indexOf(" ", at);
      end = space === -1 ? text.length : space;
    }
    words.push(unquote(text.slice(at, end)));
    at = end;
  }
  return words;
}

function endOfWord(text: string, start: number): number | Refusal {
  let at = start;
  while (at < text.length && text[at] !== " ") {
    const char = text[at];
    const opens = (char === '"' || char === "'") && (at === start || /[=,]/.test(text[at - 1] ?? ""));
    if (!opens) {
      at += 1;
      continue;
    }
    const close = closing(text, at + 1, char);
    if (close === -1) {
      return refuse(
        "unclosed-quote",
        `The quote that begins at ${text.slice(at, at + 20)} is not closed.`,
        `Add ${char} where it ends, or leave the quotes away.`,
      );
    }
    at = close + 1;
  }
  return at;
}

/** A closing quote stands before a space, a comma or at the end; others are apostrophes. */
function closing(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (at + 1 >= text.length || text[at + 1] === " " || text[at + 1] === ",") return at;
  }
  return -1;
}

function unquote(word: string): string {
  const match = /^([^="' ]*=)?(["'])(.*)\2$/s.exec(word);
  return match === null ? word : `${match[1] ?? ""}${match[3] ?? ""}`;
}
