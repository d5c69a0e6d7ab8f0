// Which groups somebody is in, from where, and what of that is too weak for the top tiers or too old for anything (R12).
import { groupsAbove } from "../core/groups.ts";
import type { GroupName } from "../core/ids.ts";
import type { Assurance, Link } from "../core/person.ts";
import type { GroupConfig } from "../core/policy.ts";
import type { GroupStanding } from "../core/ports/identity.ts";

export interface MembershipFacts {
  readonly groups: readonly GroupConfig[];
  readonly userId: string;
  /** As Slack's directory and the configuration say. */
  readonly direct: readonly GroupName[];
  readonly link: Link | null;
  readonly now: number;
  readonly groupMaxAgeMs: number;
}

/**
 * `weak`: by Slack's user groups alone, so that it counts below the top tiers. `lapsed`: by a sign-in alone that is too old, so
 * that it gives nothing.
 */
export type Standing = "sure" | "weak" | "lapsed";

/** Every group of the person, in the policy's order, each by the surest way in which it is known. */
export function membership(facts: MembershipFacts): readonly { readonly group: GroupName; readonly is: Standing }[] {
  const { groups, userId, direct, link } = facts;
  const names = (among: (group: GroupConfig) => boolean) => groups.filter(among).map(({ name }) => name);
  const told = names((group) => idpGroupsOf(group, link).length > 0);
  const fresh = isStale(facts) ? [] : told;
  const listed = names((group) => group.members.includes(userId));
  const sure = new Set(groupsAbove(groups, [...listed, ...fresh]));
  const counted = new Set(groupsAbove(groups, [...direct, ...fresh]));
  const is = (group: GroupName): Standing => (sure.has(group) ? "sure" : counted.has(group) ? "weak" : "lapsed");
  return groupsAbove(groups, [...direct, ...told]).map((group) => ({ group, is: is(group) }));
}

/**
 * Groups in which the person may be, for all that is known: those of the provider, while they have not signed in or did too long
 * ago. Not to know them must set nobody free of what restricts.
 */
export function unknownGroups(facts: MembershipFacts): readonly GroupName[] {
  const { groups, link } = facts;
  if (link !== null && !isStale(facts)) return [];
  const known = new Set(membership(facts).flatMap(({ group, is }) => (is === "lapsed" ? [] : [group])));
  const told = groups.filter(({ idpGroups = [] }) => idpGroups.length > 0).map(({ name }) => name);
  return groupsAbove(groups, told).filter((name) => !known.has(name));
}

/** The same with where each comes from, in words; `provider` is its title. */
export function membershipWords(facts: MembershipFacts, provider: string): readonly GroupStanding[] {
  const mine = membership(facts);
  const isMine = (name: GroupName) => mine.some(({ group }) => group === name);
  return mine.map(({ group: name, is }) => {
    const group = facts.groups.find((one) => one.name === name);
    if (group === undefined) return { group: name, from: [], is };
    const isListed = group.members.includes(facts.userId);
    const bySlack = !isListed && group.slackUserGroup !== null && facts.direct.includes(name);
    return {
      group: name,
      from: [
        ...(isListed ? ["by the configuration"] : []),
        ...idpGroupsOf(group, facts.link).map((one) => `by “${one}” of ${provider}`),
        ...(bySlack ? [`by Slack's user group ${group.slackUserGroup}`] : []),
        ...(group.groups ?? []).filter(isMine).map((inner) => `through ${inner}`),
      ],
      is,
    };
  });
}

function idpGroupsOf({ idpGroups }: GroupConfig, link: Link | null): readonly string[] {
  return link === null ? [] : (idpGroups ?? []).filter((one) => link.groups.includes(one));
}

/** A sign-in of the future, after a clock was set back, is too old as well: nothing is known of its age. */
export function isStale({
  link,
  now,
  groupMaxAgeMs,
}: Pick<MembershipFacts, "link" | "now" | "groupMaxAgeMs">): boolean {
  return link !== null && (now - link.seenAt >= groupMaxAgeMs || link.seenAt > now);
}

/** One sentence with what to type, when the provider was heard too long ago; null otherwise. */
export function tooOldWords(facts: MembershipFacts, provider: string): string | null {
  if (facts.link === null || !isStale(facts)) return null;
  return `What ${provider} said about your groups is ${ageWords(facts.now - facts.link.seenAt)} old, and ${ageWords(facts.groupMaxAgeMs)} is the most: until you type login it counts for nothing.`;
}

export function ageWords(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const words = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (minutes < 120) return words(minutes, "minute");
  return minutes < 48 * 60 ? words(Math.floor(minutes / 60), "hour") : words(Math.floor(minutes / 1_440), "day");
}

export function assuranceOf(link: Link | null, now: number, stepUpFreshForMs: number): Assurance {
  if (link === null) return "directory";
  const { steppedUpAt } = link;
  const isFresh = steppedUpAt !== null && steppedUpAt <= now && now - steppedUpAt < stepUpFreshForMs;
  return isFresh ? "linked-step-up" : "linked";
}
