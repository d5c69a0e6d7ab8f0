// Whether somebody may cast a vote now, and if not, what they would have to do for it.
import type { GroupName, HumanId } from "../core/ids.ts";
import type { Requirement } from "../core/policy.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Request, StepUpProof, Vote } from "../core/request.ts";
import { isKnownEnough, leastAssurance, wasKnownEnough } from "./assured.ts";
import type { LifeContext, Standing } from "./events.ts";
import { hoursWords, isOpenAt, openingWords } from "./hours.ts";
import { missingWords } from "./needed.ts";
import { isOwn } from "./own.ts";
import { canFill, openPart, solve } from "./quorum.ts";
import { approvingGroups, type Rights, rightsOn } from "./rights.ts";
import { approversOf, mayStop } from "./who-counts.ts";

export interface Ballot {
  readonly human: HumanId;
  readonly name: string;
  readonly choice: Vote["choice"];
}

type Facts = Pick<LifeContext, "now" | "standings">;

/** null when this person may cast this vote; a fresh sign-in is only asked for once all the rest is right (`freshEnough`). */
export function mayVote(request: Request, ballot: Ballot, { now, standings }: Facts): Refusal | null {
  const { requirement } = request;
  const { human, name, choice } = ballot;
  const standing = standings.get(human);
  if (isOwn(request, human, standing?.alsoKnownAs))
    return refuse(
      "own-request",
      `${name} asked for ${request.id}, gains by it or wrote what it applies, and nobody countersigns their own change.`,
      request.says === "" ? "Somebody else must countersign it." : `Others must countersign it: ${request.says}.`,
    );
  if (standing?.active !== true)
    return refuse("not-a-member", `${name} is not a full member of this workspace now.`, "Ask somebody who is.");
  if (requirement === null)
    return refuse("request-over", "This request needs no approvals.", "There is nothing to vote on.");
  const rights = rightsOn(request, human, standing);
  if (choice === "deny" && mayStop(requirement, rights.all)) return null;
  if (!canFill(requirement.need, rights.all))
    return refuse(
      "not-eligible",
      `${name} is not among those who may countersign ${request.id}.`,
      `Needed: ${request.says}`,
    );
  return (
    notSureEnough({ request, requirement, name, now }, { standing, rights }) ??
    notTheirTurn(request, requirement, { name, rights, standings }) ??
    notNow(request, requirement, now)
  );
}

interface Asked {
  readonly request: Request;
  readonly requirement: Requirement;
  readonly name: string;
  readonly now: number;
}

/** What is known only by Slack does not suffice for the top tiers, and what the sign-in said too long ago for none (R12). */
function notSureEnough(
  { request, requirement, name, now }: Asked,
  { standing, rights }: { readonly standing: Standing; readonly rights: Rights },
): Refusal | null {
  if (!isKnownEnough(requirement, standing.assurance))
    return refuse(
      "not-linked",
      `${name} is not signed in with the company's sign-in, and ${request.id} is only countersigned by people who are.`,
      "Type login, then open the card again.",
    );
  if (canFill(requirement.need, approvingGroups(rights))) return null;
  const among = (groups: readonly GroupName[] = []) =>
    groups.filter((group) => canFill(requirement.need, [group])).join(" and ");
  const [weak, lapsed] = [among(standing.weakGroups), among(standing.lapsedGroups)];
  const hint = "Type login: the company's sign-in then says which groups you are in now.";
  if (lapsed !== "")
    return refuse(
      "groups-too-old",
      `${name} is in ${lapsed} only by what the sign-in said ${agoWords(now - (standing.heardAt ?? 0))} ago, which is too old to count for ${request.id}.`,
      hint,
    );
  if (weak === "")
    return refuse(
      "not-linked",
      `${name} stands in for somebody who is not known surely enough for ${request.id}.`,
      "That person must type login first, or somebody else must countersign it.",
    );
  return refuse(
    "not-linked",
    `Slack's user groups say that ${name} is in ${weak}, which does not suffice for ${request.id}.`,
    hint,
  );
}

interface Comer {
  readonly name: string;
  readonly rights: Rights;
  readonly standings: Facts["standings"];
}

function notTheirTurn(request: Request, requirement: Requirement, comer: Comer): Refusal | null {
  const approvers = approversOf(request, comer.standings);
  const open = openPart(requirement.need, approvers);
  if (canFill(open, approvingGroups(comer.rights))) return null;
  return refuse(
    "earlier-stage-first",
    `It is not yet the turn of ${comer.name} to countersign ${request.id}: first needed is ${missingWords(solve(open, approvers).missing)}.`,
    "You are told in the card's thread when it is your turn. Denying is possible at once.",
  );
}

function notNow(request: Request, { hours = [] }: Requirement, now: number): Refusal | null {
  if (isOpenAt(hours, now)) return null;
  return refuse(
    "outside-hours",
    `Approvals of ${request.id} are taken ${hoursWords(hours)}; next from ${openingWords(hours, now)}.`,
    "Open the card again then. Denying is possible at any hour.",
  );
}

/** What is asked last of an approval: the fresh sign-in made for it (R21). A denial needs none. */
export function freshEnough(
  request: Request,
  vote: Pick<Vote, "assurance" | "stepUp" | "at" | "choice">,
): Refusal | null {
  const { requirement } = request;
  if (requirement === null || vote.choice === "deny" || wasKnownEnough(requirement, vote)) return null;
  const why = vote.stepUp === undefined ? "comes without one" : proofWords(requirement, vote.stepUp, vote.at);
  return refuse(
    "step-up-required",
    `Each approval of ${request.id} takes a fresh sign-in of its own, and this one ${why}.`,
    "Open the card again and sign in when you are asked to.",
  );
}

function proofWords({ stepUp }: Requirement, proof: StepUpProof, at: number): string {
  if (stepUp === undefined) return "comes from somebody who is not linked";
  if (stepUp.impossible === true) return "can't have one: its rules ask for sign-ins that exclude each other";
  const ageMs = at - proof.at;
  if (ageMs > stepUp.maxAgeMs)
    return `has one that is ${agoWords(ageMs)} old; at most ${agoWords(stepUp.maxAgeMs)} is taken`;
  if (ageMs < 0) return "has one from the future: the clocks disagree";
  if (stepUp.acr.length > 0 && (proof.acr === null || !stepUp.acr.includes(proof.acr)))
    return `has one with acr ${proof.acr ?? "none"}; ${stepUp.acr.join(" or ")} is needed`;
  return `has one with amr ${proof.amr.join(", ") || "none"}; ${stepUp.amr.join(" and ")} is needed`;
}

/** What an approval takes besides the group, for cards and forms; empty when it takes nothing more. */
export function demandWords(requirement: Requirement): readonly string[] {
  const { stepUp, hours = [] } = requirement;
  const least = leastAssurance(requirement);
  const words: string[] = [];
  if (stepUp !== undefined)
    words.push(`Each approval needs a fresh sign-in, at most ${agoWords(stepUp.maxAgeMs)} old.`);
  else if (least === "linked-step-up") words.push("Each approval needs a fresh sign-in.");
  else if (least === "linked") words.push("Only people who have signed in (type login) can approve.");
  if (least === "linked" || least === "linked-step-up") words.push("Slack's user groups do not suffice for it.");
  if (hours.length > 0) words.push(`Approvals are taken ${hoursWords(hours)}.`);
  return words;
}

/** "14 h", "5 min", "30 s" */
function agoWords(ms: number): string {
  if (ms >= 2 * 86_400_000) return `${Math.floor(ms / 86_400_000)} days`;
  if (ms >= 3_600_000) return `${Math.floor(ms / 3_600_000)} h`;
  return ms >= 60_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.max(0, Math.floor(ms / 1_000))} s`;
}
