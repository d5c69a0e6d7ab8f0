// Whose votes count: never one's own, never one's own words, and only as of now (R10, R11).
import type { GroupName, HumanId } from "../core/ids.ts";
import type { Requirement } from "../core/policy.ts";
import { type Request, standingVotes, type Vote } from "../core/request.ts";
import { isKnownEnough, wasKnownEnough } from "./assured.ts";
import type { Standing } from "./events.ts";
import { isOpenAt } from "./hours.ts";
import { neededWords } from "./needed.ts";
import { isOwn } from "./own.ts";
import { canFill, type Solved, solve, type Voter } from "./quorum.ts";
import { approvingGroups, oneId, type Rights, rightsOn } from "./rights.ts";

type Standings = ReadonlyMap<HumanId, Standing>;

export function isVetoer(requirement: Requirement, groups: readonly GroupName[]): boolean {
  return requirement.vetoGroups.some((group) => groups.includes(group));
}

/**
 * Whoever could ever approve may deny, and whoever has a veto. To stop something takes no sign-in and no hours, goes by groups
 * too that are known weakly or too long ago, and waits for no stage.
 */
export function mayStop(requirement: Requirement, groups: readonly GroupName[]): boolean {
  return canFill(requirement.need, groups) || isVetoer(requirement, groups);
}

/** Votes that count now, one per human. */
export function countingVotes(request: Request, choice: Vote["choice"], standings: Standings): readonly Vote[] {
  const seen = new Set<HumanId>();
  return standingVotes(request).filter((vote) => {
    const ids = [vote.human, ...(standings.get(vote.human)?.alsoKnownAs ?? [])];
    const isSeen = ids.some((id) => seen.has(id));
    const counts = vote.choice === choice && !isSeen && whyNot(request, vote, standings) === null;
    if (counts) for (const id of ids) seen.add(id);
    return counts;
  });
}

/** Why a vote that was cast no longer counts, or null. */
export function whyNot(request: Request, vote: Vote, standings: Standings): string | null {
  const standing = standings.get(vote.human);
  if (isOwn(request, vote.human, standing?.alsoKnownAs)) return "asked for it or wrote it";
  if (standing?.active !== true) return "is no longer an active member";
  const { requirement } = request;
  if (requirement === null) return null;
  const rights = rightsOn(request, vote.human, standing);
  if (vote.choice === "deny")
    return mayStop(requirement, rights.all) ? null : "is no longer in a group that may countersign";
  return whyNotApproval(requirement, vote, { standing, rights });
}

function whyNotApproval(
  requirement: Requirement,
  vote: Vote,
  { standing, rights }: { readonly standing: Standing; readonly rights: Rights },
): string | null {
  if (!canFill(requirement.need, rights.all)) return "is no longer in a group that may countersign";
  if (!isKnownEnough(requirement, standing.assurance)) return "is not signed in with the company's sign-in any more";
  if (!canFill(requirement.need, approvingGroups(rights)))
    return standing.lapsedGroups === undefined
      ? "is not known surely enough to be in a group that may countersign"
      : "is in a group that may countersign only by a sign-in that is too old by now (login)";
  if (!isOpenAt(requirement.hours ?? [], vote.at)) return "voted outside the hours that are asked for now";
  return wasKnownEnough(requirement, vote) ? null : "voted without the sign-in that is asked for now";
}

/** Those whose approvals count now, with the groups by which they do. */
export function approversOf(request: Request, standings: Standings): readonly Voter[] {
  return countingVotes(request, "approve", standings).flatMap(({ human }) => {
    const standing = standings.get(human);
    if (standing === undefined) return [];
    const { groups, lent } = rightsOn(request, human, standing);
    return [{ human: oneId(human, standing.alsoKnownAs), groups, ...(lent.length === 0 ? {} : { lent }) }];
  });
}

/** Are the approvals enough now? A request that needs none is met. */
export function quorumOf(request: Request, standings: Standings): Solved {
  if (request.requirement === null) return { met: true, missing: [] };
  return solve(request.requirement.need, approversOf(request, standings));
}

/** "1 of platform, then 1 of security" */
export function stillNeeded(request: Request, standings: Standings): string {
  if (request.requirement === null) return "nothing more";
  return neededWords(request.requirement.need, approversOf(request, standings));
}

/** Enough denials, or one by somebody with a veto. */
export function isDenied(request: Request, standings: Standings): boolean {
  const { requirement } = request;
  if (requirement === null) return false;
  const denials = countingVotes(request, "deny", standings);
  if (denials.length >= requirement.denyThreshold) return true;
  return denials.some((vote) => {
    const standing = standings.get(vote.human);
    return standing !== undefined && isVetoer(requirement, rightsOn(request, vote.human, standing).all);
  });
}
