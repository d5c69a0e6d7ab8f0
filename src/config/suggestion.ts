// What would be right in place of an unknown name, in words.
import { nearest } from "../core/nearest.ts";

/** “did you mean X?”, or all that would be right when they are few. */
export function suggestion(given: string, names: readonly string[]): string {
  const [near] = nearest(given, names, 1);
  if (near !== undefined) return `did you mean “${near}”?`;
  if (names.length === 0) return "there is none.";
  return names.length > 40 ? `there are ${names.length} to choose from.` : `there is ${names.join(", ")}.`;
}
