// How risk facts are written down.
import { canonicalJson } from "../../core/digest.ts";
import { at, type Json } from "../../core/json.ts";
import { fullName } from "../../core/kube.ts";
import type { PreviewedChange } from "../../core/plan.ts";
import type { RiskFact, RiskKind } from "../../core/risk.ts";

/** One family of facts: looks at the object before and after the dry run, never at the manifest that was typed (T22). */
export type RiskFamily = (change: PreviewedChange) => readonly RiskFact[];

export function fact(kind: RiskKind, level: RiskFact["level"], says: string, change: PreviewedChange): RiskFact {
  return { kind, level, says, object: fullName(change.object) };
}

export function nameOf({ object }: PreviewedChange): string {
  return `${object.kind.kind} ${object.name}`;
}

export function isKind(change: PreviewedChange, group: string, ...kinds: readonly string[]): boolean {
  return change.object.kind.group === group && kinds.includes(change.object.kind.kind);
}

/** Whether the value at a path is another one after the change; also when the object comes or goes. */
export function changes(change: PreviewedChange, ...path: readonly (string | number)[]): boolean {
  return !sameJson(at(change.before ?? undefined, ...path), at(change.after ?? undefined, ...path));
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

export function texts(list: readonly Json[]): readonly string[] {
  return list.filter((item): item is string => typeof item === "string");
}
