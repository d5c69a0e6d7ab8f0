// Is somebody known surely enough for their approval to count: linked, in groups that are sure, freshly signed in (R12, R21)?
import type { GroupName } from "../core/ids.ts";
import { type Assurance, assurances } from "../core/person.ts";
import type { Requirement, StepUp } from "../core/policy.ts";
import type { StepUpProof, Vote } from "../core/request.ts";
import type { Standing } from "./events.ts";

/** The IdP's clock may be ahead of ours by so much; a sign-in from further in the future shows nothing. */
const clockSkewMs = 30_000;

export type Demands = Pick<Requirement, "assurance" | "stepUp">;

export function isAtLeast(given: Assurance, least: Assurance): boolean {
  return assurances.indexOf(given) >= assurances.indexOf(least);
}

/** A sign-in for each vote can only be made by people who are linked. */
export function leastAssurance({ assurance = "none", stepUp }: Demands): Assurance {
  return stepUp !== undefined && !isAtLeast(assurance, "linked") ? "linked" : assurance;
}

export function isTopTier(demands: Demands): boolean {
  return isAtLeast(leastAssurance(demands), "linked");
}

/** The groups by which somebody's approval counts. What takes something from people, such as their denial, goes by all. */
export function sureGroups(demands: Demands, standing: Pick<Standing, "groups" | "weakGroups">): readonly GroupName[] {
  const { groups, weakGroups } = standing;
  return isTopTier(demands) ? groups.filter((group) => !weakGroups.includes(group)) : groups;
}

/**
 * Whether the person is linked as the requirement asks, but for a fresh sign-in: that belongs to the moment of the vote, so it
 * is not asked for again at the start.
 */
export function isKnownEnough(demands: Demands, now: Assurance): boolean {
  const least = leastAssurance(demands);
  return isAtLeast(now, isAtLeast(least, "linked") ? "linked" : least);
}

/** Whether a vote was cast with all the assurance that is asked for; votes of before anybody could be linked had none. */
export function wasKnownEnough(demands: Demands, vote: Pick<Vote, "assurance" | "stepUp" | "at">): boolean {
  const { assurance = "none", stepUp: proof, at } = vote;
  if (demands.stepUp !== undefined && !shows(demands.stepUp, proof, at)) return false;
  const isFresh = proof !== undefined && isAtLeast(assurance, "linked");
  return isAtLeast(isFresh ? "linked-step-up" : assurance, leastAssurance(demands));
}

/** Whether the sign-in shows what is asked for, at the time of its vote. Nothing shows what is impossible. */
export function shows(stepUp: StepUp, proof: StepUpProof | undefined, at: number): boolean {
  if (proof === undefined || stepUp.impossible === true) return false;
  const ageMs = at - proof.at;
  if (!(ageMs <= stepUp.maxAgeMs && ageMs >= -clockSkewMs)) return false;
  if (stepUp.acr.length > 0 && (proof.acr === null || !stepUp.acr.includes(proof.acr))) return false;
  return stepUp.amr.every((method) => proof.amr.includes(method));
}
