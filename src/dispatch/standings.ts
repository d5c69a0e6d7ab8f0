// Who people are now: the standings of those who voted, and everybody who could countersign.
import { isKnownEnough, sureGroups } from "../approvals/assured.ts";
import { type Candidate, waitingFor } from "../approvals/eligible.ts";
import { type Standing as LifeStanding, standingOf } from "../approvals/events.ts";
import { canHelp, groupsOf, openPart, type Voter } from "../approvals/quorum.ts";
import type { GroupName, HumanId } from "../core/ids.ts";
import { isHuman, type Person, type PersonRef, refOf } from "../core/person.ts";
import type { Requirement } from "../core/policy.ts";
import type { People } from "../core/ports/people.ts";
import type { Standing } from "../core/ports/requests.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { type Request, standingVotes } from "../core/request.ts";

export interface Looked {
  readonly standings: ReadonlyMap<HumanId, LifeStanding>;
  /** Everybody who was asked about, found or not. */
  readonly userIds: ReadonlySet<string>;
  /** Somebody of whom it could not be known who they are now: what depends on them waits (R12). */
  readonly unknown: Refusal | null;
}

/** Of everybody whose vote stands, and `alsoUserId`. Whoever is no member any more is left out, and so does not count (R11). */
export async function lookAt(people: People, request: Request, alsoUserId?: string): Promise<Looked> {
  const userIds = new Set(votersOf(request));
  if (alsoUserId !== undefined) userIds.add(alsoUserId);
  const standings = new Map<HumanId, LifeStanding>();
  let unknown: Refusal | null = null;
  for (const userId of userIds) {
    const person = await people.person(userId);
    if (!isRefusal(person)) for (const id of idsIn(request, person)) standings.set(id, standingOf(person));
    else if (person.code === "identity-unknown") unknown = person;
  }
  return { standings, userIds, unknown };
}

/** Who has linked their account since voting is another human by id, and the vote still theirs: it counts once. */
function idsIn(request: Request, person: Person): ReadonlySet<HumanId> {
  const own = standingVotes(request).filter(
    ({ voter, human }) => voter.userId === person.account.userId && isHuman(person, human),
  );
  return new Set([person.human, ...own.map(({ human }) => human)]);
}

export function votersOf(request: Request): readonly string[] {
  return standingVotes(request).map((vote) => vote.voter.userId);
}

/** Everybody in the groups that a requirement names. */
export async function candidatesFor(people: People, requirement: Requirement): Promise<readonly Candidate[] | Refusal> {
  const names = [...new Set([...groupsOf(requirement.need), ...requirement.vetoGroups])];
  const found = new Map<HumanId, { person: PersonRef; groups: GroupName[]; lapsedGroups?: GroupName[] }>();
  for (const name of names) {
    const members = await people.members(name);
    if (isRefusal(members)) return members;
    for (const { isLapsed = false, ...member } of members) {
      const known = found.get(member.human) ?? { person: member, groups: [] };
      if (isLapsed) known.lapsedGroups = [...(known.lapsedGroups ?? []), name];
      else known.groups.push(name);
      found.set(member.human, known);
    }
  }
  const { assurance = "none", stepUp } = requirement;
  if (assurance === "none" && stepUp === undefined)
    return [...found.values()].map((one) => ({ ...one, ...unasked, active: true }));
  return Promise.all([...found.values()].map((one) => surely(people, one)));
}

/** Where nothing is asked of how people are known, nobody is looked up for it. */
const unasked = { weakGroups: [], assurance: "none", heardAt: null } as const;

/** Whoever can't be looked up now is known by nothing, and so is not shown as one who could. */
async function surely(
  people: People,
  member: Pick<Candidate, "person" | "groups" | "lapsedGroups">,
): Promise<Candidate> {
  const person = await people.person(member.person.userId);
  if (isRefusal(person)) return { ...member, ...unasked, weakGroups: member.groups, active: true };
  return { person: member.person, ...standingOf(person) };
}

/**
 * Everybody whose vote could count or does: of the groups that are asked, those who have voted, and `also`. Where anybody may
 * vote, voters are of no group that the requirement names.
 */
export async function candidatesOf(
  people: People,
  request: Request,
  requirement: Requirement,
  also: Person | null = null,
): Promise<readonly Candidate[] | Refusal> {
  const candidates = await candidatesFor(people, requirement);
  if (isRefusal(candidates)) return candidates;
  const known = new Map(candidates.map((candidate) => [candidate.person.human, candidate]));
  const names = [...new Set([...groupsOf(requirement.need), ...requirement.vetoGroups])];
  for (const person of (await people.lentTo?.(names)) ?? [])
    known.set(person.human, { person: refOf(person), ...standingOf(person) });
  const voters = await Promise.all(standingVotes(request).map((vote) => people.person(vote.voter.userId)));
  for (const person of [...voters, also])
    if (person !== null && !isRefusal(person) && !known.has(person.human))
      known.set(person.human, { person: refOf(person), ...standingOf(person) });
  return [...known.values()];
}

/** Everybody who could ever vote: whoever only has to sign in anew can. */
export async function votersFor(people: People, requirement: Requirement): Promise<readonly Voter[] | Refusal> {
  const candidates = await candidatesFor(people, requirement);
  if (isRefusal(candidates)) return candidates;
  return candidates.map(({ person, groups, lapsedGroups = [] }) => ({
    human: person.human,
    groups: [...groups, ...lapsedGroups],
  }));
}

/**
 * What is missing and who could give it, `also` among them if they could; without anybody's names where the directory is away.
 */
export async function waitingOf(
  people: People,
  request: Request,
  also: Person | null = null,
): Promise<Pick<Standing, "missing" | "eligible">> {
  if (request.requirement === null || (request.state !== "pending" && request.state !== "planned"))
    return { missing: "", eligible: [] };
  const candidates = await candidatesOf(people, request, request.requirement, also);
  if (isRefusal(candidates)) return { missing: request.says, eligible: [] };
  const waiting = waitingFor(request, candidates);
  return { missing: waiting.says, eligible: waiting.eligible.map(({ userId, name }) => ({ userId, name })) };
}

/** Before anything is asked: of the needed groups, those whose vote would count for a request of this person. */
export async function couldCountersign(
  people: People,
  requirement: Requirement,
  asker: Person,
): Promise<Standing["eligible"]> {
  const candidates = await candidatesFor(people, requirement);
  if (isRefusal(candidates)) return [];
  const open = openPart(requirement.need, []);
  const able = candidates.filter(
    (one) =>
      one.active &&
      !isHuman(asker, one.person.human) &&
      isKnownEnough(requirement, one.assurance) &&
      canHelp(open, [], { groups: sureGroups(requirement, one) }),
  );
  return able.map(({ person: { userId, name } }) => ({ userId, name })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
