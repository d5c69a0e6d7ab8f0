// Whose votes count: never one's own, never one's own words, and only as of now (R10, R11).
import type { GroupName, HumanId } from "../core/ids.ts";
import type { Requirement } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { type Request, standingVotes, type Vote } from "../core/request.ts";
import type { Standing } from "./events.ts";
import { canFill, type Solved, solve } from "./quorum.ts";

type Standings = ReadonlyMap<HumanId, Standing>;

/** The asker, whom it is done for, and everybody who wrote what would be applied; accounts of one human are one. */
export function isOwn(request: Pick<Request, "requester" | "authors" | "beneficiary">, human: HumanId): boolean {
  if (request.beneficiary?.human === human) return true;
  return request.requester.human === human || request.authors.some((author) => author.human === human);
}

export function isVetoer(requirement: Requirement, groups: readonly GroupName[]): boolean {
  return requirement.vetoGroups.some((group) => groups.includes(group));
}

/** null when this person may cast this vote. */
export function mayVote(
  request: Request,
  choice: Vote["choice"],
  voter: { readonly human: HumanId; readonly name: string; readonly standing: Standing | undefined },
): Refusal | null {
  const { requirement } = request;
  if (isOwn(request, voter.human))
    return refuse(
      "own-request",
      `${voter.name} asked for ${request.id}, gains by it or wrote what it applies, and nobody countersigns their own change.`,
      request.says === "" ? "Somebody else must countersign it." : `Others must countersign it: ${request.says}.`,
    );
  const { standing } = voter;
  if (standing?.active !== true)
    return refuse("not-a-member", `${voter.name} is not a full member of this workspace now.`, "Ask somebody who is.");
  if (requirement === null)
    return refuse("request-over", "This request needs no approvals.", "There is nothing to vote on.");
  if (canFill(requirement.need, standing.groups)) return null;
  if (choice === "deny" && isVetoer(requirement, standing.groups)) return null;
  return refuse(
    "not-eligible",
    `${voter.name} is not among those who may countersign ${request.id}.`,
    `Needed: ${request.says}`,
  );
}

/** Votes that count now, one per human. */
export function countingVotes(request: Request, choice: Vote["choice"], standings: Standings): readonly Vote[] {
  const seen = new Set<HumanId>();
  return standingVotes(request).filter((vote) => {
    const counts = vote.choice === choice && !seen.has(vote.human) && whyNot(request, vote, standings) === null;
    if (counts) seen.add(vote.human);
    return counts;
  });
}

/** Why a vote that was cast no longer counts, or null. */
export function whyNot(request: Request, vote: Vote, standings: Standings): string | null {
  const standing = standings.get(vote.human);
  if (isOwn(request, vote.human)) return "asked for it or wrote it";
  if (standing?.active !== true) return "is no longer an active member";
  const { requirement } = request;
  if (requirement === null || canFill(requirement.need, standing.groups)) return null;
  if (vote.choice === "deny" && isVetoer(requirement, standing.groups)) return null;
  return "is no longer in a group that may countersign";
}

/** Are the approvals enough now? A request that needs none is met. */
export function quorumOf(request: Request, standings: Standings): Solved {
  if (request.requirement === null) return { met: true, missing: [] };
  const voters = countingVotes(request, "approve", standings).map(({ human }) => ({
    human,
    groups: standings.get(human)?.groups ?? [],
  }));
  return solve(request.requirement.need, voters);
}

/** Enough denials, or one by somebody with a veto. */
export function isDenied(request: Request, standings: Standings): boolean {
  const { requirement } = request;
  if (requirement === null) return false;
  const denials = countingVotes(request, "deny", standings);
  if (denials.length >= requirement.denyThreshold) return true;
  return denials.some((vote) => isVetoer(requirement, standings.get(vote.human)?.groups ?? []));
}
