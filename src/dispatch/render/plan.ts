// A plan shown without asking anybody: a dry run.

import { diffAttachment, planParts } from "../../commands/render/request.ts";
import { type Message, message, type Part } from "../../core/message.ts";
import type { Plan } from "../../core/plan.ts";
import type { Decision, Freeze } from "../../core/policy.ts";

export interface WouldBe {
  /** The approvals that are needed, in words. */
  readonly missing: string;
  /** The freeze that would refuse it now, if it were meant. */
  readonly frozen: Freeze | null;
}

export function dryRunMessage(plan: Plan, decision: Decision, { missing, frozen }: WouldBe): Message {
  const parts: Part[] = [
    { kind: "heading", icon: "info", text: `Dry run: ${plan.title}` },
    { kind: "text", icon: decision.kind === "deny" ? "stop" : "info", text: [wouldNeed(decision, missing)] },
    ...frozenParts(frozen),
    ...planParts(plan),
    { kind: "small", text: ["Nothing was changed."] },
  ];
  return message(`Dry run: ${plan.title}`, parts, diffAttachment(plan, "dry-run"));
}

function frozenParts(frozen: Freeze | null): readonly Part[] {
  if (frozen === null) return [];
  return [{ kind: "text", icon: "stop", text: [`It is frozen now by ${frozen.name}: ${frozen.reason}`] }];
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
