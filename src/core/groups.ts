// Groups within groups: who is in one by being in another.
import type { GroupName } from "./ids.ts";
import type { GroupConfig } from "./policy.ts";

type Groups = readonly Pick<GroupConfig, "name" | "groups">[];

/** These groups and every group that holds one of them, in the policy's order. */
export function groupsAbove(groups: Groups, names: Iterable<GroupName>): readonly GroupName[] {
  const found = new Set(names);
  let before = -1;
  while (before !== found.size) {
    before = found.size;
    for (const group of groups) if (group.groups?.some((inner) => found.has(inner)) === true) found.add(group.name);
  }
  return groups.map(({ name }) => name).filter((name) => found.has(name));
}

/** This group and every group whose members it has. */
export function groupsBelow(groups: Groups, name: GroupName): readonly GroupName[] {
  const found = new Set([name]);
  // What is added while looking is looked at too.
  for (const each of found)
    for (const inner of groups.find((group) => group.name === each)?.groups ?? []) found.add(inner);
  return [...found];
}

/** For each group that holds itself, the way round: `["platform", "sre", "platform"]`; one per circle. */
export function circlesOf(groups: Groups): readonly (readonly GroupName[])[] {
  const told = new Set<GroupName>();
  const circles: GroupName[][] = [];
  for (const { name } of groups) {
    const way = told.has(name) ? null : wayTo(groups, [name], name, new Set());
    if (way === null) continue;
    for (const each of way) told.add(each);
    circles.push(way);
  }
  return circles;
}

function wayTo(groups: Groups, way: readonly GroupName[], goal: GroupName, seen: Set<GroupName>): GroupName[] | null {
  const here = way.at(-1);
  for (const inner of groups.find((group) => group.name === here)?.groups ?? []) {
    if (inner === goal) return [...way, inner];
    if (seen.has(inner)) continue;
    seen.add(inner);
    const further = wayTo(groups, [...way, inner], goal, seen);
    if (further !== null) return further;
  }
  return null;
}
