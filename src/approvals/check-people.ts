// Are the people that a rule asks for people who can be known as well as it wants?
import type { PolicyProblem } from "../core/config.ts";
import { assurances } from "../core/person.ts";
import type { GroupConfig, Match, Requirement } from "../core/policy.ts";
import { reachProblems } from "./check-need.ts";
import { groupsOf } from "./quorum.ts";

type Path = readonly (string | number)[];

/** Nobody escapes a denial or a freeze by not signing in, so asking for an assurance there means nothing. */
export function assuranceProblems(match: Match, path: Path): readonly PolicyProblem[] {
  if (match.assurance === undefined) return [];
  const says = "What restricts holds for everybody, however well they are known; leave the assurance out";
  return [{ path, says, came: match.assurance }];
}

/** From `linked` on, or with a step-up, Slack's user groups do not count: its admins edit them (R12). */
export function tierProblems(
  requirement: Requirement,
  path: Path,
  groups: readonly GroupConfig[],
): readonly PolicyProblem[] {
  const { assurance = "none", stepUp, need } = requirement;
  if (stepUp === undefined && assurances.indexOf(assurance) < assurances.indexOf("linked")) return [];
  const strong = groups.map((group) => ({ ...group, slackUserGroup: null }));
  if (reachProblems(need, path, groups).length > 0 || reachProblems(need, path, strong).length === 0) return [];
  const inSlack = groups.filter((group) => group.slackUserGroup !== null && groupsOf(need).includes(group.name));
  const names = inSlack.map((group) => group.name).join(", ");
  const says = `Only Slack's user groups could give these approvals (${names}), and at this tier they do not count, since Slack's admins edit them: write members, or groups of the identity provider`;
  return [{ path, says }];
}

export function tellProblems(
  requirement: Requirement,
  path: Path,
  groups: readonly GroupConfig[],
): readonly PolicyProblem[] {
  const known = groups.map((group) => group.name);
  return (requirement.tellGroups ?? []).flatMap((name, index) =>
    known.includes(name)
      ? []
      : [{ path: [...path, "tellGroups", index], says: `There is no group “${name}”`, came: name, known }],
  );
}
