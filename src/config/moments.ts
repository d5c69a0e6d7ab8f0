// Checks that several parts of the configuration share: moments that exist, exactly one of several keys.
import type { Path, Problem } from "./problem.ts";

/** The 31st of February is parsed as a day of March: what comes back must be what was written. */
export function isMoment(text: string): boolean {
  const day = text.slice(0, 10);
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

export function exactlyOne(path: Path, what: string, keys: readonly string[], given: readonly string[]): Problem {
  const came = given.length === 0 ? "none" : given.join(" and ");
  return { path, says: `${what} needs exactly one of ${keys.join(", ")}; it has ${came}.`, came };
}
