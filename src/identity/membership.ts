// Which groups somebody is in, from where, and which of that is too weak for the top tiers (R12).
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

/** Every group of the person, in the policy's order. What is known by one strong way is strong, whatever the other ways are. */
export function membership(facts: MembershipFacts): readonly { readonly group: GroupName; readonly isWeak: boolean }[] {
  const { groups, userId, direct, link } = facts;
  const byIdp = (group: GroupConfig) => idpGroupsOf(group, link).length > 0;
  const isStrong = (group: GroupConfig) => group.members.includes(userId) || (byIdp(group) && !isStale(facts));
  const names = (among: (group: GroupConfig) => boolean) => groups.filter(among).map(({ name }) => name);
  const strong = new Set(groupsAbove(groups, names(isStrong)));
  const all = groupsAbove(groups, [...direct, ...names(byIdp)]);
  return all.map((group) => ({ group, isWeak: !strong.has(group) }));
}

/** The same with where each comes from, in words; `provider` is its title. */
export function membershipWords(facts: MembershipFacts, provider: string): readonly GroupStanding[] {
  const mine = membership(facts);
  const isMine = (name: GroupName) => mine.some(({ group }) => group === name);
  return mine.map(({ group: name, isWeak }) => {
    const group = facts.groups.find((one) => one.name === name);
    if (group === undefined) return { group: name, from: [], isWeak };
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
      isWeak,
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
  return `What ${provider} said about your groups is ${ageWords(facts.now - facts.link.seenAt)} old, and more than ${ageWords(facts.groupMaxAgeMs)} is too old for the top tiers: type login to refresh.`;
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
