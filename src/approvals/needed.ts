// What is still needed, in words that say whose turn it is.
import type { Need } from "../core/policy.ts";
import { type Missing, openPart, solve, stagesMet, type Voter } from "./quorum.ts";

/** "1 of payments-leads and 2 of platform or security"; of stages "1 of platform, then 1 of security". */
export function neededWords(need: Need, voters: readonly Voter[]): string {
  const now = missingWords(solve(openPart(need, voters), voters).missing);
  return [now, ...laterWords(need, voters)].join(", then ");
}

export function missingWords(missing: readonly Missing[]): string {
  if (missing.length === 0) return "nothing more";
  return missing.map(({ count, groups }) => `${count} of ${groupWords(groups)}`).join(" and ");
}

/** The need before any vote: "2 of platform", "(1 of a and 1 of b) or 1 of security", "1 of a, then 1 of b". */
export function needWords(need: Need): string {
  if (need.kind === "votes") {
    const from = `${need.count} of ${groupWords(need.groups)}`;
    const { distinctGroups = 1 } = need;
    return distinctGroups > 1 ? `${from}, from at least ${distinctGroups} of these groups` : from;
  }
  const parts = need.of.map((part) => (part.kind === "votes" ? needWords(part) : `(${needWords(part)})`));
  return parts.join({ all: " and ", any: " or ", stages: ", then " }[need.kind]);
}

function groupWords(groups: Missing["groups"]): string {
  return groups.length === 0 ? "anybody" : groups.join(" or ");
}

/** Of a choice nobody knows which way it goes, so what would come later there is not told. */
function laterWords(need: Need, voters: readonly Voter[]): readonly string[] {
  if (need.kind === "votes" || need.kind === "any") return [];
  if (need.kind === "all") return need.of.flatMap((part) => laterWords(part, voters));
  const open = stagesMet(need.of, voters) + 1;
  return need.of.flatMap((stage, index) => {
    if (index < open) return [];
    const more = countMissing(need.of.slice(0, index + 1), voters) - countMissing(need.of.slice(0, index), voters);
    if (more <= 0) return [];
    return [stage.kind === "votes" ? `${more} of ${groupWords(stage.groups)}` : `(${needWords(stage)})`];
  });
}

function countMissing(of: readonly Need[], voters: readonly Voter[]): number {
  return solve({ kind: "all", of }, voters).missing.reduce((sum, slot) => sum + slot.count, 0);
}
