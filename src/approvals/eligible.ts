// Who can countersign a request now, and how many they are, in words.
import type { HumanId } from "../core/ids.ts";
import type { PersonRef } from "../core/person.ts";
import type { Request } from "../core/request.ts";
import { isKnownEnough } from "./assured.ts";
import type { Standing } from "./events.ts";
import { neededWords } from "./needed.ts";
import { isOwn } from "./own.ts";
import { canHelp, openPart } from "./quorum.ts";
import { rightsOn } from "./rights.ts";
import { approversOf, quorumOf } from "./who-counts.ts";

export interface Candidate extends Standing {
  readonly person: PersonRef;
}

export interface Waiting {
  /** "1 of payments-leads; 4 people can", or "1 of anybody; anybody else can" */
  readonly says: string;
  /** The first half of it: "1 of payments-leads". */
  readonly needed: string;
  /** Somebody of no group can help too. */
  readonly isAnybody: boolean;
  /** How many could, once they have signed in. */
  readonly unsure: number;
  /** By name, of the groups that are asked; where anybody can, the others are not listed. */
  readonly eligible: readonly PersonRef[];
  /** Those among `unsure` who only have to sign in anew, since what was known of them is too old. */
  readonly lapsed: readonly PersonRef[];
}

/**
 * Members of the needed groups, without the requester, the authors, any account of theirs, and those who have approved; only
 * people whose vote could fill something that is missing now, and of stages only those whose turn it is. Whoever would have to
 * sign in first is counted apart.
 */
export function waitingFor(request: Request, candidates: readonly Candidate[]): Waiting {
  const standings = new Map(candidates.map(({ person, ...standing }) => [person.human, standing]));
  const { requirement } = request;
  if (requirement === null || quorumOf(request, standings).met)
    return { says: "nothing more", needed: "nothing more", isAnybody: false, unsure: 0, eligible: [], lapsed: [] };
  const voters = approversOf(request, standings);
  const open = openPart(requirement.need, voters);
  const voted = new Set(voters.map((voter) => voter.human));
  const others = candidates.filter(
    ({ person, active, alsoKnownAs = [] }) =>
      active &&
      ![person.human, ...alsoKnownAs].some((id) => voted.has(id)) &&
      !isOwn(request, person.human, alsoKnownAs),
  );
  const able = others.filter(
    (one) =>
      isKnownEnough(requirement, one.assurance) && canHelp(open, voters, rightsOn(request, one.person.human, one)),
  );
  const once = onePerHuman(able);
  const unsure = others.filter(
    (one) =>
      !once.has(one.person.human) && canHelp(open, voters, { groups: rightsOn(request, one.person.human, one).all }),
  );
  const counts = {
    able: once.size,
    unsure: onePerHuman(unsure).size,
    isAnybody: canHelp(open, voters, { groups: [] }),
  };
  const byName = (refs: ReadonlyMap<HumanId, PersonRef>) =>
    [...refs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const eligible = byName(once);
  const lapsed = byName(onePerHuman(unsure.filter((one) => one.lapsedGroups !== undefined)));
  const needed = neededWords(requirement.need, voters);
  const { isAnybody, unsure: later } = counts;
  return { says: `${needed}; ${whoCan(counts)}`, needed, isAnybody, unsure: later, eligible, lapsed };
}

function onePerHuman(candidates: readonly Candidate[]): ReadonlyMap<HumanId, PersonRef> {
  return new Map(candidates.map(({ person }) => [person.human, person]));
}

/** Where somebody of no group can help, so can every full member of the workspace but the asker. */
function whoCan(counts: { readonly able: number; readonly unsure: number; readonly isAnybody: boolean }): string {
  if (counts.isAnybody) return "anybody else can";
  const able = counts.able === 1 ? "1 person can" : `${counts.able} people can`;
  return counts.unsure === 0 ? able : `${able}, ${counts.unsure} more once signed in (login)`;
}
