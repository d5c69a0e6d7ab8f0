// What somebody reads whose command the policy denies, and what to type next.
import type { Decision } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

type Denial = Extract<Decision, { kind: "deny" }>;

/** `about` stands before the reason, such as the plan's title; `verb` is what can-i explains. */
export function denied(decision: Denial, { verb, about }: { readonly verb: string; readonly about?: string }): Refusal {
  const message = about === undefined ? decision.reason : `${about}: ${decision.reason}`;
  if (decision.code === "not-linked")
    return refuse(decision.code, message, `Type login, sign in, and ask again. Rule: ${decision.rule}.`);
  const rule = `Rule: ${decision.rule || "none allows it"}.`;
  return refuse(decision.code, message, `${rule} Type: can-i ${verb.replaceAll(" ", "-")}`);
}
