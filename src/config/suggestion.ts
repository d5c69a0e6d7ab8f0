// What would be right in place of an unknown name, in words.
import { nearest } from "../core/nearest.ts";
import type { Path, Problem } from "./problem.ts";

/** “did you mean X?”, or all that would be right when they are few. */
export function suggestion(given: string, names: readonly string[]): string {
  const [near] = nearest(given, names, 1);
  if (near !== undefined) return `did you mean “${near}”?`;
  if (names.length === 0) return "there is none.";
  return names.length > 40 ? `there are ${names.length} to choose from.` : `there is ${names.join(", ")}.`;
}

export function unknown(path: Path, what: string, given: string, known: readonly string[]): Problem {
  return { path, says: `There is no ${what} “${given}”; ${suggestion(given, known)}`, came: given };
}
