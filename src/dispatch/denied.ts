// What somebody reads whose command the policy denies, and what to type next.
import type { Decision } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

export interface Of {
  /** What can-i explains. */
  readonly verb: string;
  /** Stands before the reason, such as the plan's title. */
  readonly about?: string;
  /** People sign in here, and this one has not: what their groups would let them do is known after that only. */
  readonly isUnlinked?: boolean;
}

export function denied(decision: Extract<Decision, { kind: "deny" }>, of: Of): Refusal {
  const message = of.about === undefined ? decision.reason : `${of.about}: ${decision.reason}`;
  if (decision.code === "not-linked" || decision.code === "groups-too-old")
    return refuse(decision.code, message, `Type login, sign in, and try again. Rule: ${decision.rule}.`);
  if (decision.code === "no-rule" && of.isUnlinked === true)
    return refuse(
      "not-linked",
      `${message} You have not signed in, and to people who have not, little is allowed.`,
      "Type login, sign in, and try again.",
    );
  if (decision.code === "cannot-wait")
    return refuse(decision.code, message, `Rule: ${decision.rule}, under policy.rules of the configuration.`);
  const rule = `Rule: ${decision.rule || "none allows it"}.`;
  return refuse(decision.code, message, `${rule} Type: can-i ${of.verb.replaceAll(" ", "-")}`);
}
