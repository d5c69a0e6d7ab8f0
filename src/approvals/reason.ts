// Is a reason given, and in the form that the policy asks for? (R22)
import { RE2JS } from "re2js";
import type { ReasonRule } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Longer reasons are refused: Slack's input blocks hold 3,000 characters. */
const maxReason = 3_000;

export type Compiled =
  | { readonly kind: "pattern"; readonly isIn: (text: string) => boolean }
  | { readonly kind: "bad"; readonly says: string };

/** RE2: time grows linearly with the text, whatever the pattern (T18). */
export function compilePattern(pattern: string): Compiled {
  try {
    const compiled = RE2JS.compile(pattern);
    return { kind: "pattern", isIn: (text) => compiled.matcher(text).find() };
  } catch (error) {
    return { kind: "bad", says: error instanceof Error ? error.message : "it cannot be read" };
  }
}

/** What the pattern finds first in the text; null for nothing, and for a pattern that cannot be read. */
export function findPattern(pattern: string, text: string): string | null {
  try {
    const matcher = RE2JS.compile(pattern).matcher(text.slice(0, maxReason));
    return matcher.find() && matcher.group() !== "" ? matcher.group() : null;
  } catch {
    return null;
  }
}

/** null when the reason is right; `what` is "ask", "approve" or "deny". A pattern that cannot be read refuses. */
export function checkReason(rule: ReasonRule, reason: string | null, what: string): Refusal | null {
  const text = (reason ?? "").trim();
  if (text.length > maxReason)
    return refuse("bad-argument", `The reason has ${text.length} characters.`, `Give at most ${maxReason}.`);
  if (rule.kind === "optional") return null;
  const hint = rule.kind === "pattern" ? `Write it like this: ${examplesOf(rule)}` : "Say in a sentence why.";
  if (text === "") return refuse("reason-required", `To ${what} this, a reason is required.`, hint);
  if (rule.kind === "required") return null;
  const missing = [rule, ...(rule.also ?? [])].find(({ pattern }) => !isIn(pattern, text));
  if (missing === undefined) return null;
  return refuse("reason-pattern", `The reason “${text}” does not match ${missing.pattern}.`, hint);
}

function isIn(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.kind === "pattern" && compiled.isIn(text);
}

/** One reason that has a match of each pattern. */
export function examplesOf(rule: Extract<ReasonRule, { kind: "pattern" }>): string {
  return [rule, ...(rule.also ?? [])].map(({ example }) => example).join(" ");
}
