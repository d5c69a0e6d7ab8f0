// The `text` argument: what notifications and screen readers get. Slack parses it, so it is escaped.
import { limits } from "./limits.ts";
import { escapeMarkup } from "./text.ts";
import { visibleLine } from "./visible.ts";

/** The summary, escaped. One that is too long ends with a sign that it goes on: the blocks hold the whole. */
export function fallbackText(summary: string): string {
  const line = visibleLine(summary);
  if (line === "") return "Countersign";
  const escaped = escapeMarkup(line);
  if (escaped.length <= limits.fallbackChars) return escaped;
  return `${escapeMarkup([...line].slice(0, 400).join(""))} … (see the message)`;
}
