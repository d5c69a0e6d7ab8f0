// What was typed, taken apart once: many people ask the same short thing, such as `status`, again and again.
import type { Refusal } from "../core/refusal.ts";
import { type Parsed, parse, type Verbs } from "./parse.ts";

const mostTexts = 500;
const longestText = 80;

/** `parse`, with the last short texts kept: it is pure, and nobody writes into what it gives. */
export function parsingOnce(verbs: Verbs): (text: string) => Parsed | Refusal {
  const kept = new Map<string, Parsed | Refusal>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const parsed = parse(text, verbs);
    if (text.length > longestText) return parsed;
    const [oldest] = kept.keys();
    if (kept.size >= mostTexts && oldest !== undefined) kept.delete(oldest);
    kept.set(text, parsed);
    return parsed;
  };
}
