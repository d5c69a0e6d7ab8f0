// Groups that take something from their members: not to know who is in them must not set anybody free.
import type { GroupName } from "../core/ids.ts";
import type { Policy } from "../core/policy.ts";

/**
 * Those that a denial, a need of approvals or a freeze is matched by, and those whose denial ends a request. Every other group
 * only permits, so that to be taken for no member of it gives nobody more.
 */
export function restrictingGroups({ rules, freezes }: Pick<Policy, "rules" | "freezes">): ReadonlySet<GroupName> {
  return new Set([
    ...rules.flatMap(({ match, effect }) => (effect.kind === "allow" ? [] : match.groups)),
    ...rules.flatMap(({ effect }) => (effect.kind === "approvals" ? effect.requirement.vetoGroups : [])),
    ...freezes.flatMap(({ match }) => match.groups),
  ]);
}
