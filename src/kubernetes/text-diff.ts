// Two objects as YAML, and the lines that differ, for people to read as an attachment.
import { createTwoFilesPatch } from "diff";
import type { JsonObject } from "../core/json.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { yamlText } from "./yaml-text.ts";

/** Beyond these the comparison is given up: its time grows with the product of size and differences. */
const maxEditLength = 5_000;
const timeoutMs = 500;

/** A unified diff; "" when both are the same. Refuses with `manifest-too-large` when comparing would take too long. */
export function textDiff(name: string, before: JsonObject | null, after: JsonObject | null): string | Refusal {
  const old = before === null ? "" : yamlText(before);
  const now = after === null ? "" : yamlText(after);
  if (old === now) return "";
  const patch = createTwoFilesPatch(`${name} (before)`, `${name} (after)`, old, now, undefined, undefined, {
    context: 3,
    timeout: timeoutMs,
    maxEditLength,
  });
  if (patch !== undefined) return patch.replace(/^=+\n/, "");
  return refuse(
    "manifest-too-large",
    `The change of ${name} is too large to compare line by line.`,
    "Split it into smaller changes.",
  );
}
