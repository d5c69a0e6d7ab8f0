// A ring is due: who can help is looked up now, and of them those who are to be asked are asked (R23).
import { type Candidate, waitingFor } from "../approvals/eligible.ts";
import { isOwn } from "../approvals/own.ts";
import { groupsOf } from "../approvals/quorum.ts";
import { type Ring, readRingJob } from "../approvals/rings.ts";
import { type ShiftsByGroup, whomToAsk } from "../approvals/whom-to-ask.ts";
import type { GroupName } from "../core/ids.ts";
import type { PersonRef } from "../core/person.ts";
import type { Job } from "../core/ports/store.ts";
import { isRefusal } from "../core/refusal.ts";
import { type Request, standingVotes } from "../core/request.ts";
import type { Deps } from "./deps.ts";
import { gatherMs, rangNow } from "./digest.ts";
import { candidatesOf } from "./standings.ts";
import { transition } from "./transition.ts";

/** The directory is away for a moment: nobody is asked wrongly, and nobody forgotten. */
const againMs = 30_000;

export async function ringDue(deps: Deps, job: Job): Promise<undefined | { readonly againAt: number }> {
  const due = readRingJob(job.id);
  const request = await deps.store.requests.get(job.request);
  if (due === null || request === null || request.requirement === null) return undefined;
  if (request.state !== "pending" || request.version !== due.version) return undefined;
  const candidates = await candidatesOf(deps.people, request, request.requirement);
  if (isRefusal(candidates)) return { againAt: deps.clock.now() + againMs };
  const { people, why } = await toAsk(deps, request, { ring: due.ring, candidates });
  const { mentioned, named } = await apart(deps, people);
  const event = { kind: "ring", version: due.version, ring: due.ring, mentioned, named, why } as const;
  await transition(deps, request.id, event, {
    also: async (tx) => {
      await rangNow(tx, mentioned, deps.clock.now());
      return null;
    },
  });
  return undefined;
}

async function toAsk(
  deps: Deps,
  request: Request,
  { ring, candidates }: { ring: Ring | "turn"; candidates: readonly Candidate[] },
): Promise<ReturnType<typeof whomToAsk>> {
  const requirement = request.requirement ?? { ping: "none" };
  const { eligible, lapsed } = waitingFor(request, candidates);
  const able = [...eligible, ...lapsed].map((person) => ({ person, groups: groupsIn(candidates, person) }));
  return whomToAsk(ring, {
    requirement,
    able,
    rung: request.asked?.rung ?? 0,
    shifts: await shiftsOf(deps, request),
    escalation: ring === 3 ? await escalation(deps, request) : [],
    before: new Set(request.asked?.userIds),
  });
}

function groupsIn(candidates: readonly Candidate[], person: PersonRef): readonly GroupName[] {
  return candidates
    .filter((one) => one.person.human === person.human)
    .flatMap(({ groups, lapsedGroups = [] }) => [...groups, ...lapsedGroups]);
}

/** Of the groups that are asked and have a schedule. */
export async function shiftsOf(
  deps: Pick<Deps, "policy" | "onCall" | "clock">,
  request: Pick<Request, "requirement">,
): Promise<ShiftsByGroup> {
  const names = request.requirement === null ? [] : groupsOf(request.requirement.need);
  const shifts = new Map<GroupName, ReadonlySet<string> | null>();
  for (const group of deps.policy().groups) {
    if (group.onCall === undefined || !names.includes(group.name)) continue;
    const found = await deps.onCall.onShift(group.onCall, deps.clock.now());
    const users = isRefusal(found) ? null : found.now.flatMap(({ userId }) => (userId === null ? [] : [userId]));
    shifts.set(group.name, users === null ? null : new Set(users));
  }
  return shifts;
}

/** They may not be able to countersign, but to find somebody; a group that can't be known is left out. */
async function escalation(deps: Deps, request: Request): Promise<readonly PersonRef[]> {
  const groups = request.requirement?.escalateTo ?? [];
  const members = await Promise.all(groups.map((group) => deps.people.members(group)));
  const voted = new Set(standingVotes(request).map((vote) => vote.human));
  return members
    .flatMap((found) => (isRefusal(found) ? [] : found.map(({ isLapsed: _, ...person }) => person)))
    .filter(({ human }) => !isOwn(request, human) && !voted.has(human));
}

/** Whose phone rang a moment ago is told without another ring: the digest gathers it. */
async function apart(
  deps: Deps,
  people: readonly PersonRef[],
): Promise<{ readonly mentioned: readonly PersonRef[]; readonly named: readonly PersonRef[] }> {
  const now = deps.clock.now();
  const rang = await Promise.all(
    people.map(async ({ userId }) => {
      const known = await deps.store.digests.get(userId);
      return known !== null && now >= known.pingedAt && now - known.pingedAt < gatherMs;
    }),
  );
  return {
    mentioned: people.filter((_, index) => rang[index] !== true),
    named: people.filter((_, index) => rang[index] === true),
  };
}
