// A plan as lines on a terminal.

import { explain } from "../approvals/explain.ts";
import { changeName } from "../core/change-name.ts";
import { fullName } from "../core/kube.ts";
import type { PlannedChange } from "../core/plan.ts";
import { isRefusal } from "../core/refusal.ts";
import { textDiff } from "../kubernetes/text-diff.ts";
import { visible } from "../kubernetes/visible.ts";
import { undoText } from "./plan-json.ts";
import type { MadePlan } from "./plan-make.ts";

export function planLines({ plan, decision, caveats }: MadePlan): string {
  const lines = [
    visible(plan.title),
    "",
    `digest   ${plan.digest}`,
    `policy   ${decision.policy}`,
    `undo     ${visible(undoText(plan))}`,
    ...[...plan.notes, ...caveats].map((note) => `note     ${visible(note)}`),
    "",
    ...explain(decision, { rules: "deciding" }).map(visible),
    "",
    ...plan.risks.map((risk) => `${risk.level.padEnd(6)} ${risk.kind}: ${visible(risk.says)}`),
    ...(plan.risks.length === 0 ? ["no risk facts"] : []),
    "",
    ...plan.changes.map(diffOf),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function diffOf(change: PlannedChange): string {
  if (change.kind === "setting") return `setting ${change.setting}: ${change.after === null ? "off" : "on"}`;
  if (change.kind === "membership") return `${changeName(change)}: ${change.before} → ${change.after}`;
  const name = fullName(change.object);
  const diff = textDiff(name, change.before, change.after);
  if (isRefusal(diff)) return `${name}: ${diff.message}`;
  return diff === "" ? `${name}: no field that is shown changes` : diff;
}
