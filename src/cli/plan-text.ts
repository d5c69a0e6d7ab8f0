// A plan as lines on a terminal.
import { visible } from "../kubernetes/visible.ts";
import type { MadePlan } from "./plan.ts";

export function planLines(plan: MadePlan): string {
  const lines = [
    plan.title,
    `digest   ${plan.digest}`,
    `policy   ${plan.policy}`,
    ...plan.decision.because,
    ...plan.risks.map((risk) => `${risk.level.padEnd(6)} ${risk.kind}: ${visible(risk.says)}`),
    ...plan.notes.map((note) => `note     ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}
