// A plan shown without asking anybody: a dry run.

import { diffAttachment, planParts } from "../../commands/render/request.ts";
import { type Message, message, type Part } from "../../core/message.ts";
import type { Plan } from "../../core/plan.ts";
import type { Decision } from "../../core/policy.ts";

export function dryRunMessage(plan: Plan, decision: Decision, missing: string): Message {
  const parts: Part[] = [
    { kind: "heading", icon: "info", text: `Dry run: ${plan.title}` },
    { kind: "text", icon: decision.kind === "deny" ? "stop" : "info", text: [wouldNeed(decision, missing)] },
    ...planParts(plan),
    { kind: "small", text: ["Nothing was changed."] },
  ];
  return message(`Dry run: ${plan.title}`, parts, diffAttachment(plan, "dry-run"));
}

function wouldNeed(decision: Decision, missing: string): string {
  switch (decision.kind) {
    case "allow":
      return `It would run at once, by ${decision.rules.join(", ")}.`;
    case "approvals":
      return `It would need ${missing}, by ${decision.rules.join(", ")}.`;
    case "deny":
      return `It would be refused: ${decision.reason} (${decision.rule})`;
  }
}
