// The words of a message reduced to letters and digits, to compare what was sent with what stands there.
import type { Json } from "../../../core/json.ts";
import { at } from "../../../core/json.ts";

/**
 * The letters and digits that a message shows, without what Slack rewrites by itself (emoji, spaces, markup): equal exactly
 * when nobody changed the words.
 */
export function leafLetters(message: Json): string {
  const found: string[] = [];
  const walk = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (typeof item !== "string") walk(item);
        else if (key === "text" || key === "value" || key === "url" || key === "user_id") found.push(item);
      }
    }
  };
  walk(at(message, "blocks"));
  return found
    .map((text) =>
      text
        .replace(/:[a-z0-9_+-]+:/g, "")
        .replace(/&(?:amp|lt|gt);/g, "")
        .replace(/[^\p{L}\p{N}]/gu, ""),
    )
    .join("|");
}
