// Who is asked in a ring: facts about schedules and people in, names out.
import type { GroupName } from "../core/ids.ts";
import type { PersonRef } from "../core/person.ts";
import type { Requirement } from "../core/policy.ts";
import type { Ringing } from "./events.ts";
import type { Ring } from "./rings.ts";

/** Who is on shift of a group's schedule, as user ids; null when it could not be known. A group without one is absent. */
export type ShiftsByGroup = ReadonlyMap<GroupName, ReadonlySet<string> | null>;

export interface Able {
  readonly person: PersonRef;
  /** Those of the groups that are asked which they are in, by themselves or lent. */
  readonly groups: readonly GroupName[];
}

export interface AskFacts {
  readonly requirement: Pick<Requirement, "ping">;
  /** The last ring that has rung. */
  readonly rung: number;
  /** Everybody whose vote could help now. */
  readonly able: readonly Able[];
  readonly shifts: ShiftsByGroup;
  /** Members of the groups to escalate to, without those whose own request it is and those who have voted. */
  readonly escalation: readonly PersonRef[];
  /** User ids that were asked before. */
  readonly before: ReadonlySet<string>;
}

export interface ToAsk {
  readonly people: readonly PersonRef[];
  readonly why: Ringing["why"];
}

/** Pure. Nobody is ever asked who can't help. */
export function whomToAsk(ring: Ring | "turn", facts: AskFacts): ToAsk {
  const { requirement, able, rung, escalation, before } = facts;
  const { ping = "on-call" } = requirement;
  const all = able.map(({ person }) => person);
  if (ping === "none") return { people: [], why: "can" };
  if (ring === 1) return ping === "all" ? { people: all, why: "can" } : onShift(facts);
  if (ring === 2) return { people: all, why: "can" };
  if (ring === "turn") {
    const first =
      rung >= 2 || ping === "all" || facts.shifts.size === 0 ? { people: all, why: "can" as const } : onShift(facts);
    return { ...first, people: first.people.filter(({ userId }) => !before.has(userId)) };
  }
  const late = rung < 2 ? all : [];
  return { people: onePerUser([...late, ...escalation]), why: "escalation" };
}

/**
 * Who is on shift of a group by which they can help. Of a group whose schedule can't be known everybody is asked: better a ping
 * too many than nobody.
 */
function onShift({ able, shifts }: AskFacts): ToAsk {
  const isAsked = ({ person, groups }: Able): boolean =>
    groups.some((group) => shifts.get(group) === null || shifts.get(group)?.has(person.userId) === true);
  const isUnknown = able.some(({ groups }) => groups.some((group) => shifts.get(group) === null));
  return { people: able.filter(isAsked).map(({ person }) => person), why: isUnknown ? "unknown" : "on-shift" };
}

function onePerUser(people: readonly PersonRef[]): readonly PersonRef[] {
  return [...new Map(people.map((person) => [person.userId, person])).values()];
}
