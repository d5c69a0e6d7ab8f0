// Can the approvals that a rule asks for ever be given?
import type { PolicyProblem } from "../core/config.ts";
import { groupsAbove, groupsBelow } from "../core/groups.ts";
import type { GroupName } from "../core/ids.ts";
import { asHumanId } from "../core/ids.ts";
import type { GroupConfig, Need, Requirement } from "../core/policy.ts";
import { isZone } from "../core/zone.ts";
import { couldEverMeet, countAlternatives, groupsOf, type Voter } from "./quorum.ts";

type Path = readonly (string | number)[];

/** Each choice of a need is solved by itself; more of them than this is no longer a rule that people can read. */
const maxAlternatives = 64;

export function needProblems(
  requirement: Requirement,
  path: Path,
  groups: readonly GroupConfig[],
): readonly PolicyProblem[] {
  const problems = [
    ...countProblems(requirement.need, path),
    ...hoursProblems(requirement, path),
    ...unknownGroups(groupsOf(requirement.need), path, groups),
    ...unknownGroups(requirement.vetoGroups, [...path, "veto"], groups),
    ...unknownGroups(requirement.escalateTo ?? [], [...path, "escalateTo"], groups),
    ...ringProblems(requirement, path),
  ];
  if (!Number.isInteger(requirement.denyThreshold) || requirement.denyThreshold < 1)
    problems.push({ path: [...path, "denials"], says: "The number of denials that end a request must be at least 1" });
  if (countAlternatives(requirement.need) > maxAlternatives)
    problems.push({ path, says: `It can be met in more than ${maxAlternatives} ways; write several rules instead` });
  return problems.length > 0 ? problems : reachProblems(requirement.need, path, groups);
}

function ringProblems({ rings, expiresInMs }: Requirement, path: Path): readonly PolicyProblem[] {
  if (rings === undefined) return [];
  const [remind, escalate] = rings;
  if (remind < escalate && escalate < expiresInMs) return [];
  return [
    { path: [...path, "rings"], says: "People are reminded first, then it is escalated, and both before it expires" },
  ];
}

function hoursProblems({ hours = [] }: Requirement, path: Path): readonly PolicyProblem[] {
  return hours.flat().flatMap(({ zone }, index) =>
    isZone(zone)
      ? []
      : [
          {
            path: [...path, "hours", index, "zone"],
            says: `“${zone}” is not an IANA time zone; write one such as Europe/Berlin or UTC`,
            came: zone,
          },
        ],
  );
}

function countProblems(need: Need, path: Path): readonly PolicyProblem[] {
  if (need.kind === "votes") {
    if (Number.isInteger(need.count) && need.count >= 1) return distinctProblems(need, path);
    return [{ path, says: `${need.count} approvals are asked for; ask for at least 1, or write “allow: true”` }];
  }
  if (need.of.length === 0)
    return [{ path: [...path, need.kind], says: `“${need.kind}” is empty; write what is needed` }];
  return need.of.flatMap((part, index) => countProblems(part, [...path, need.kind, index]));
}

function distinctProblems(need: Extract<Need, { kind: "votes" }>, path: Path): readonly PolicyProblem[] {
  const { count, groups, distinctGroups = 1 } = need;
  if (distinctGroups <= 1) return [];
  const at = [...path, "distinctGroups"];
  if (distinctGroups > count)
    return [{ path: at, says: `${count} approvals can't come from ${distinctGroups} different groups; raise “count”` }];
  const named = new Set(groups).size;
  if (distinctGroups <= named) return [];
  const names = named === 1 ? "1 group" : `${named} groups`;
  return [{ path: at, says: `“from” names ${names}, so approvals can't come from ${distinctGroups} of them` }];
}

function unknownGroups(
  names: readonly GroupName[],
  path: Path,
  groups: readonly GroupConfig[],
): readonly PolicyProblem[] {
  const known = groups.map((group) => group.name);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, says: `There is no group “${name}”`, came: name, known }));
}

/**
 * The people of the file, all voting. A group of Slack or of the identity provider may hold anybody, so as many more people as could be
 * needed stand in it. Then once more with each person away, since the asker may be any of them and does not count.
 */
export function reachProblems(need: Need, path: Path, groups: readonly GroupConfig[]): readonly PolicyProblem[] {
  const people = peopleOf(groups, need);
  if (!couldEverMeet(need, people))
    return [{ path, says: `Nobody could ever give these approvals: ${tooFew(groupsOf(need), groups)}` }];
  const blocked = people.find(
    (person) =>
      !couldEverMeet(
        need,
        people.filter((other) => other.human !== person.human),
      ),
  );
  if (blocked === undefined) return [];
  const who = blocked.human.replace(/^slack:/, "");
  return [
    {
      path,
      says: `When ${who} asks, nobody could ever give these approvals, since one's own does not count: ${tooFew(groupsOf(need), groups)}`,
    },
  ];
}

function peopleOf(groups: readonly GroupConfig[], need: Need): readonly Voter[] {
  const people = new Map<string, Set<GroupName>>();
  const join = (who: string, group: GroupName | null) => {
    const known = people.get(who) ?? new Set<GroupName>();
    if (group !== null) known.add(group);
    people.set(who, known);
  };
  const most = mostPeople(need) + 1;
  for (const group of groups) {
    // Who is in a group is in every group that holds it.
    const joinAll = (who: string) => {
      for (const name of groupsAbove(groups, [group.name])) join(who, name);
    };
    for (const member of group.members) joinAll(`slack:${member}`);
    for (const source of [group.slackUserGroup ?? [], group.idpGroups ?? []].flat())
      for (let index = 0; index < most; index += 1) joinAll(`member ${index} of ${source}`);
  }
  if (asksAnybody(need)) for (let index = 0; index < most; index += 1) join(`anybody ${index}`, null);
  return [...people].map(([who, joined]) => ({ human: asHumanId(who), groups: [...joined] }));
}

function mostPeople(need: Need): number {
  return need.kind === "votes" ? need.count : need.of.reduce((sum, part) => sum + mostPeople(part), 0);
}

function asksAnybody(need: Need): boolean {
  return need.kind === "votes" ? need.groups.length === 0 : need.of.some(asksAnybody);
}

function tooFew(names: readonly GroupName[], groups: readonly GroupConfig[]): string {
  const sizes = names.map((name) => {
    const within = new Set(groupsBelow(groups, name));
    const count = new Set(groups.flatMap((group) => (within.has(group.name) ? group.members : []))).size;
    return `${name} has ${count} ${count === 1 ? "member" : "members"}`;
  });
  return sizes.join(", ");
}
