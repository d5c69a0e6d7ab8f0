// Inline text as rich text elements, as elements of a context block, and as plain text; markup comes from our spans only.
import type { MrkdwnElement, PlainTextElement, RichTextElement } from "@slack/types";
import type { Span, Text } from "../../../core/message.ts";
import { limits } from "./limits.ts";
import { linkUrl } from "./link.ts";

/**
 * Rich text is not parsed by Slack: a string stays the string that it is, whoever wrote it. Empty spans are left out, as
 * Slack refuses empty text.
 */
export function richText(text: Text): RichTextElement[] {
  return text.flatMap((span): RichTextElement[] => {
    if (typeof span === "string") return span === "" ? [] : [{ type: "text", text: span }];
    switch (span.kind) {
      case "bold":
        return span.text === "" ? [] : [{ type: "text", text: span.text, style: { bold: true } }];
      case "code":
        return span.text === "" ? [] : [{ type: "text", text: span.text, style: { code: true } }];
      case "person":
        return isId(span.userId) ? [{ type: "user", user_id: span.userId }] : leaf(span.userId);
      case "channel":
        return isId(span.channelId) ? [{ type: "channel", channel_id: span.channelId }] : leaf(span.channelId);
      case "time":
        return [{ type: "date", timestamp: seconds(span.ms), format: dateFormat, fallback: plainTime(span.ms) }];
      case "link": {
        const url = linkUrl(span.url);
        if (url === null) return [{ type: "text", text: `${span.text} (${span.url})` }];
        return [{ type: "link", url, ...(span.text === "" ? {} : { text: span.text }) }];
      }
      default:
        return span satisfies never;
    }
  });
}

/**
 * The elements of a context block: strings as plain text; mentions, times and links, which plain text cannot hold, as
 * markup of our own making. Null when there are more than a context block takes.
 */
export function contextElements(text: Text): (PlainTextElement | MrkdwnElement)[] | null {
  const elements = joinStrings(text).flatMap(contextElement);
  if (elements.length > limits.contextElements) return null;
  return elements.every((element) => element.text.length <= limits.textChars) ? elements : null;
}

function contextElement(span: Span): (PlainTextElement | MrkdwnElement)[] {
  if (typeof span === "string") return span.trim() === "" ? [] : [{ type: "plain_text", text: span, emoji: false }];
  switch (span.kind) {
    case "bold":
    case "code":
      return plainElement(span.text);
    case "person":
      return isId(span.userId) ? [markup(`<@${span.userId}>`)] : plainElement(span.userId);
    case "channel":
      return isId(span.channelId) ? [markup(`<#${span.channelId}>`)] : plainElement(span.channelId);
    case "time":
      return [markup(`<!date^${seconds(span.ms)}^${dateFormat}|${plainTime(span.ms)}>`)];
    case "link": {
      const url = linkUrl(span.url);
      if (url === null) return [{ type: "plain_text", text: `${span.text} (${span.url})`, emoji: false }];
      return [markup(`<${url}|${escapeMarkup(span.text === "" ? url : span.text).replaceAll("|", "¦")}>`)];
    }
    default:
      return span satisfies never;
  }
}

/** The text without any markup: for fallbacks, files and the terminal. */
export function plainText(text: Text): string {
  return text
    .map((span) => {
      if (typeof span === "string") return span;
      switch (span.kind) {
        case "bold":
        case "code":
          return span.text;
        case "person":
          return `@${span.userId}`;
        case "channel":
          return `#${span.channelId}`;
        case "time":
          return plainTime(span.ms);
        case "link":
          return span.text === "" ? span.url : `${span.text} (${span.url})`;
        default:
          return span satisfies never;
      }
    })
    .join("");
}

/** Slack's three control characters, once, at the last moment: docs.slack.dev/messaging/formatting-message-text */
export function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** An absolute time in UTC, to the minute. */
export function plainTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const dateFormat = "{date_short_pretty} {time}";
const seconds = (ms: number): number => Math.floor(ms / 1000);
const plainElement = (text: string): PlainTextElement[] =>
  text === "" ? [] : [{ type: "plain_text", text, emoji: false }];
const leaf = (text: string): RichTextElement[] => (text === "" ? [] : [{ type: "text", text }]);
const markup = (text: string): MrkdwnElement => ({ type: "mrkdwn", text, verbatim: true });

/** Ids of users and channels as Slack makes them; anything else is shown as text. */
const isId = (id: string): boolean => /^[A-Z][A-Z0-9]{2,30}$/.test(id);

function joinStrings(text: Text): Span[] {
  const joined: Span[] = [];
  for (const span of text) {
    const last = joined.at(-1);
    const plain = typeof span === "string" ? span : span.kind === "bold" || span.kind === "code" ? span.text : null;
    if (plain !== null && typeof last === "string") joined[joined.length - 1] = last + plain;
    else joined.push(plain ?? span);
  }
  return joined;
}
