// Which sections of the countersigned parts of the file differ, for people who are to read a change of them.
import { canonicalJson } from "./digest.ts";
import type { JsonObject } from "./json.ts";

/** `["identity", "policy"]`: by name. */
export function differingSections(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSame(before[name], after[name])).sort();
}

function isSame(a: JsonObject[string] | undefined, b: JsonObject[string] | undefined): boolean {
  return a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
}

/** Sections that the parts of the running bot are made of: once accepted, it starts anew with them by itself. */
export const startSections: readonly string[] = ["clusters", "identity"];
