// Who can countersign a request now, and what is still missing, in words.
import { asHumanId, type GroupName } from "../core/ids.ts";
import type { PersonRef } from "../core/person.ts";
import type { Need } from "../core/policy.ts";
import type { Request } from "../core/request.ts";
import type { Standing } from "./events.ts";
import { canFill, type Missing, type Solved, solve, type Voter } from "./quorum.ts";
import { countingVotes, isOwn, quorumOf } from "./who-counts.ts";

export interface Candidate extends Standing {
  readonly person: PersonRef;
}

export interface Waiting {
  /** "1 of payments-leads; 4 people can", or "1 of anybody; anybody else can" */
  readonly says: string;
  /** By name, of the groups that are asked; where anybody can, the others are not listed. */
  readonly eligible: readonly PersonRef[];
}

/**
 * Members of the needed groups, without the requester, the authors, any account of theirs, and those who have approved; only
 * people whose vote could fill something that is missing now.
 */
export function waitingFor(request: Request, candidates: readonly Candidate[]): Waiting {
  const standings = new Map(candidates.map(({ person, ...standing }) => [person.human, standing]));
  const { met, missing } = quorumOf(request, standings);
  const need = request.requirement?.need;
  if (met || need === undefined) return { says: "nothing more", eligible: [] };
  const voters = countingVotes(request, "approve", standings).map(({ human }) => ({
    human,
    groups: standings.get(human)?.groups ?? [],
  }));
  const voted = new Set(voters.map((voter) => voter.human));
  const able = candidates.filter(
    ({ person, active, groups, alsoKnownAs = [] }) =>
      active &&
      ![person.human, ...alsoKnownAs].some((id) => voted.has(id)) &&
      !isOwn(request, person.human, alsoKnownAs) &&
      canHelp(need, voters, groups),
  );
  const humans = new Map(able.map(({ person }) => [person.human, person]));
  const eligible = [...humans.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { says: `${missingWords(missing)}; ${whoCan(eligible.length, canHelp(need, voters, []))}`, eligible };
}

/** Where somebody of no group can help, so can every full member of the workspace but the asker. */
function whoCan(count: number, isAnybody: boolean): string {
  if (isAnybody) return "anybody else can";
  return count === 1 ? "1 person can" : `${count} people can`;
}

/**
 * Whether one more vote of somebody in these groups brings the need nearer; people move between slots for that. With a choice in
 * the need they can also help by another way than the nearest one.
 */
function canHelp(need: Need, voters: readonly Voter[], groups: readonly GroupName[]): boolean {
  if (!canFill(need, groups)) return false;
  if (hasChoice(need)) return true;
  const newcomer = { human: asHumanId("one more"), groups };
  return countMissing(solve(need, [...voters, newcomer])) < countMissing(solve(need, voters));
}

function countMissing({ missing }: Solved): number {
  return missing.reduce((sum, slot) => sum + slot.count, 0);
}

function hasChoice(need: Need): boolean {
  return need.kind === "any" || (need.kind === "all" && need.of.some(hasChoice));
}

/** "1 of payments-leads and 2 of platform or security" */
export function missingWords(missing: readonly Missing[]): string {
  if (missing.length === 0) return "nothing more";
  return missing
    .map(({ count, groups }) => (groups.length === 0 ? `${count} of anybody` : `${count} of ${groups.join(" or ")}`))
    .join(" and ");
}
