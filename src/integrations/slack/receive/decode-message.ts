// Text and files of a message: what its author typed, as Slack's rich text or its escaped text tells it.
import type { Json } from "../../../core/json.ts";
import { at, listAt, numberAt, textAt } from "../../../core/json.ts";
import type { FileRef, SourceMessage } from "./incoming.ts";

export function sourceMessage(message: Json): SourceMessage {
  return {
    authorUserId: textAt(message, "user") || textAt(message, "bot_id"),
    text: preformatted(message) ?? unfenced(unescapeText(textAt(message, "text"))),
    files: listAt(message, "files").flatMap(decodeFile),
  };
}

export function decodeFile(file: Json): FileRef[] {
  const url = textAt(file, "url_private_download") || textAt(file, "url_private");
  const id = textAt(file, "id");
  if (id === "") return [];
  const authorUserId = textAt(file, "user");
  return [{ id, url, name: textAt(file, "name") || id, size: numberAt(file, -1, "size"), authorUserId }];
}

/** The code blocks of the message, which Slack keeps letter by letter; null when it has none. */
function preformatted(message: Json): string | null {
  const texts = listAt(message, "blocks")
    .filter((block) => textAt(block, "type") === "rich_text")
    .flatMap((block) => listAt(block, "elements"))
    .filter((element) => textAt(element, "type") === "rich_text_preformatted")
    .map((element) => listAt(element, "elements").map(leafText).join(""));
  return texts.length === 0 ? null : texts.join("\n---\n");
}

/** Links that Slack found in code keep their address; mentions and emoji have no place in a manifest and stay visible. */
function leafText(leaf: Json): string {
  const text = textAt(leaf, "text") || textAt(leaf, "url");
  if (text !== "") return text;
  const name = textAt(leaf, "name");
  return name === "" ? `<${textAt(leaf, "type")}>` : `:${name}:`;
}

/** Slack's three entities and its `<url|label>` taken back: docs.slack.dev/messaging/formatting-message-text */
export function unescapeText(text: string): string {
  return text
    .replace(
      /<((?:https?|mailto):[^|<>]*)(?:\|([^<>]*))?>/g,
      (_, url: string, label: string | undefined) => label ?? url,
    )
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function unfenced(text: string): string {
  const { fenced } = splitFence(text);
  return fenced ?? text;
}

/** What stands before the first fence, and what stands between it and the last one. */
export function splitFence(text: string): { readonly before: string; readonly fenced: string | null } {
  const start = text.indexOf("```");
  if (start < 0) return { before: text, fenced: null };
  const end = text.lastIndexOf("```");
  const inside = end > start ? text.slice(start + 3, end) : text.slice(start + 3);
  return { before: text.slice(0, start), fenced: inside.replace(/^[ \t]*\r?\n/, "") };
}

/** The manifest in a message's code blocks, or between its fences. */
export function fencedOf(message: Json): string | null {
  const { fenced } = splitFence(textAt(message, "text"));
  if (fenced === null) return null;
  return preformatted(message) ?? unescapeText(fenced);
}

export const threadOf = (message: Json): string | null => {
  const found = at(message, "thread_ts");
  return typeof found === "string" && found !== "" ? found : null;
};
