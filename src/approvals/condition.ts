// One condition's answer: yes, no, or what stands between, which each stance reads its own way.
import type { Stance } from "./match.ts";

/** `open`: it cannot be known. `unlinked`: only the asker's assurance is too low. */
export type Holds = "yes" | "no" | "open" | "unlinked";

export interface Condition {
  readonly says: string;
  readonly holds: Holds;
}

export function holdsAs(stance: Stance, holds: Holds): boolean {
  return holds === "yes" || (stance === "restricts" && holds !== "no");
}

/** All of them: one no is a no, and what cannot be known outweighs a missing sign-in. */
export function together(conditions: readonly Condition[]): Holds {
  const any = (holds: Holds): boolean => conditions.some((condition) => condition.holds === holds);
  return (["no", "open", "unlinked"] as const).find(any) ?? "yes";
}

export function yesOrNo(holds: boolean): Holds {
  return holds ? "yes" : "no";
}

/** "verb: scale; the rule asks for rollback or restart" */
export function asks(what: string, given: string, wanted: readonly string[], holds: Holds): Condition {
  return { says: `${what}: ${given}; the rule asks for ${wanted.join(" or ")}`, holds };
}
