// What changed between two plans of one request, in lines for those who voted.
import { changeName } from "../core/change-name.ts";
import { digestOf } from "../core/digest.ts";
import type { Plan, PlannedChange } from "../core/plan.ts";
import { fieldDifferences } from "../kubernetes/diff.ts";
import { visible } from "../kubernetes/visible.ts";
import { riskContent } from "./plan-digest.ts";

const mostLines = 30;

export function planChanges(before: Plan, after: Plan): readonly string[] {
  const lines: string[] = [];
  if (before.title !== after.title) lines.push(`“${before.title}” became “${after.title}”`);
  const old = new Map(before.changes.map((change) => [nameOf(change), linesOf(change)]));
  for (const change of after.changes) {
    const name = nameOf(change);
    const known = old.get(name);
    if (known === undefined) lines.push(`${name} would be changed too`);
    else for (const line of linesOf(change)) if (!known.includes(line)) lines.push(`${name} ${line}`);
    old.delete(name);
  }
  for (const name of old.keys()) lines.push(`${name} would not be changed any more`);
  const risks = new Set(before.risks.map(riskContent));
  for (const risk of after.risks) if (!risks.has(riskContent(risk))) lines.push(`new risk: ${risk.says}`);
  if (lines.length === 0) lines.push("the exact calls changed");
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more lines; the new card has the whole diff`];
}

/** What changed beside the meaning: fields of the objects that the calls do not touch. For the record (R7). */
export function planDrift(before: Plan, after: Plan): readonly string[] {
  const now = new Map(after.changes.map((change) => [nameOf(change), change]));
  return before.changes.flatMap((change) => {
    const again = now.get(nameOf(change));
    if (change.kind !== "object" || again?.kind !== "object") return [];
    return fieldDifferences(change.before, again.before).map(
      (one) => `${nameOf(change)} ${one.path}: ${text(one.before)} → ${text(one.after)}`,
    );
  });
}

function nameOf(change: PlannedChange): string {
  const uid = change.kind === "object" ? change.object.uid.slice(0, 8) : "";
  return `${changeName(change)}${uid === "" ? "" : ` (uid ${uid})`}`;
}

function linesOf(change: PlannedChange): readonly string[] {
  if (change.kind === "setting") return change.setting === "halted" ? [] : [`becomes ${digestOf(change.after)}`];
  if (change.kind === "membership") return [`is ${change.before} and becomes ${change.after}`];
  return fieldDifferences(change.before, change.after).map(
    (one) => `${one.path}: ${text(one.before)} → ${text(one.after)}`,
  );
}

function text(value: unknown): string {
  if (value === undefined) return "(absent)";
  const whole = visible(typeof value === "string" ? value : JSON.stringify(value));
  return whole.length > 120 ? `${whole.slice(0, 120)}…` : whole;
}
