// Groups that take something from their members: not to know who is in them must not set anybody free.
import type { GroupName } from "../core/ids.ts";
import type { Match, Policy } from "../core/policy.ts";
import { groupsAskedIn } from "./cel/groups.ts";

/**
 * Those that a denial, a need of approvals or a freeze is matched by, and those whose denial ends a request. Every other group
 * only permits, so that to be taken for no member of it gives nobody more. An expression can turn any membership around
 * (`!("contractors" in who.groups)`), so what it looks for counts whatever its rule does.
 */
export function restrictingGroups({
  rules,
  freezes,
  groups = [],
}: Pick<Policy, "rules" | "freezes"> & Partial<Pick<Policy, "groups">>): ReadonlySet<GroupName> {
  const asked = ({ if: condition }: Match): readonly GroupName[] => {
    if (condition === undefined) return [];
    const names = groupsAskedIn(condition.expression);
    return groups.map((group) => group.name).filter((name) => names === null || names.includes(name));
  };
  return new Set([
    ...rules.flatMap(({ match, effect }) => (effect.kind === "allow" ? [] : match.groups)),
    ...rules.flatMap(({ effect }) => (effect.kind === "approvals" ? effect.requirement.vetoGroups : [])),
    ...freezes.flatMap(({ match }) => match.groups),
    ...[...rules, ...freezes].flatMap(({ match }) => asked(match)),
  ]);
}
