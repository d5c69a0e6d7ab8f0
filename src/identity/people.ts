// Slack's directory with links laid over it: the human behind an account, how sure we are, and all their groups.
import { groupsBelow } from "../core/groups.ts";
import type { GroupName } from "../core/ids.ts";
import { humanOf, type Person, refOf } from "../core/person.ts";
import type { GroupConfig } from "../core/policy.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Member, People } from "../core/ports/people.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import type { LinkBook } from "./book.ts";
import { assuranceOf, isStale, membership, type Standing, unknownGroups } from "./membership.ts";

/** A directory that also answers at once from what it keeps. */
export interface KnowingPeople extends People {
  known(userId: string): Person | Refusal | null;
}

export interface Overlay {
  readonly book: LinkBook;
  /** Of the policy in force. */
  readonly groups: () => readonly GroupConfig[];
  readonly clock: Clock;
  readonly groupMaxAgeMs: number;
  readonly stepUpFreshForMs: number;
}

/** Pure: what the links make of a person of the directory. Names and addresses stay what they are: for showing (T6). */
export function withLink(
  person: Person,
  overlay: Omit<Overlay, "clock" | "groups">,
  now: {
    readonly ms: number;
    readonly groups: readonly GroupConfig[];
  },
): Person {
  const { book, groupMaxAgeMs, stepUpFreshForMs } = overlay;
  const link = book.ofAccount(person.account)?.link ?? null;
  const facts = {
    ...{ groups: now.groups, userId: person.account.userId, direct: person.groups },
    ...{ link, now: now.ms, groupMaxAgeMs },
  };
  const mine = membership(facts);
  const among = (...standings: readonly Standing[]) =>
    mine.flatMap(({ group, is }) => (standings.includes(is) ? [group] : []));
  const human = humanOf(person.account, link);
  const others = book.idsOf(person.account).filter((id) => id !== human);
  const [weak, lapsed, unknown] = [among("weak"), among("lapsed"), unknownGroups(facts)];
  return {
    ...person,
    human,
    subject: link === null ? null : { issuer: link.issuer, subject: link.subject },
    assurance: assuranceOf(link, now.ms, stepUpFreshForMs),
    groups: among("sure", "weak"),
    ...(weak.length === 0 ? {} : { weakGroups: weak }),
    ...(lapsed.length === 0 ? {} : { lapsedGroups: lapsed }),
    ...(unknown.length === 0 ? {} : { unknownGroups: unknown }),
    ...(link === null ? {} : { link }),
    ...(isStale(facts) ? { isLapsed: true } : {}),
    ...(others.length === 0 ? {} : { alsoKnownAs: others }),
  };
}

/** Whoever the directory refuses stays refused: a link gives nothing to a deactivated account. */
export function linkedPeople<D extends KnowingPeople>(directory: D, overlay: Overlay): D {
  const laid = (person: Person | Refusal): Person | Refusal =>
    isRefusal(person) ? person : withLink(person, overlay, { ms: overlay.clock.now(), groups: overlay.groups() });
  const person: People["person"] = async (userId) => laid(await directory.person(userId));
  return {
    ...directory,
    person,
    known: (userId) => {
      const kept = directory.known(userId);
      return kept === null ? null : laid(kept);
    },
    members: async (group) => {
      const userIds = await membersOf(directory, overlay, group);
      if (isRefusal(userIds)) return userIds;
      const found = await Promise.all([...userIds].map(person));
      const unknown = found.find((one) => isRefusal(one) && one.code === "identity-unknown");
      if (unknown !== undefined && isRefusal(unknown)) return unknown;
      return found.flatMap((one): Member[] => {
        if (isRefusal(one)) return [];
        if (one.groups.includes(group)) return [refOf(one)];
        return one.lapsedGroups?.includes(group) === true ? [{ ...refOf(one), isLapsed: true }] : [];
      });
    },
  };
}

async function membersOf(directory: People, overlay: Overlay, name: GroupName): Promise<ReadonlySet<string> | Refusal> {
  const groups = overlay.groups();
  const userIds = new Set<string>();
  for (const each of groupsBelow(groups, name)) {
    const listed = await directory.members(each);
    if (isRefusal(listed)) return listed;
    for (const { userId } of listed) userIds.add(userId);
    const idpGroups = groups.find((group) => group.name === each)?.idpGroups ?? [];
    for (const { userId } of overlay.book.inGroups(idpGroups)) userIds.add(userId);
  }
  return userIds;
}
