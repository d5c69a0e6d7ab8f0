// Could this person use a verb at all, somewhere? For help that lists only what one may do.
import type { Person } from "../core/person.ts";
import type { Match, Policy, Question, Rule } from "../core/policy.ts";
import { fitsAny } from "./glob.ts";

/** True when a rule could let the person; a rule that denies the verb to them everywhere takes it away. */
export function mayEver(policy: Policy, verb: string, verbKind: Question["verbKind"], person: Person): boolean {
  const concerned = policy.rules.filter(({ match }) => {
    if (match.verbs.length > 0 && !fitsAny(match.verbs, verb)) return false;
    if (match.verbKinds.length > 0 && !match.verbKinds.includes(verbKind)) return false;
    return match.groups.length === 0 || match.groups.some((group) => person.groups.includes(group));
  });
  const isReplaced = (rule: Rule) => policy.rules.some((other) => other.replaces === rule.name);
  const deniedEverywhere = concerned.some(
    (rule) => rule.effect.kind === "deny" && asksNothingElse(rule.match) && !isReplaced(rule),
  );
  return !deniedEverywhere && concerned.some((rule) => rule.effect.kind !== "deny");
}

function asksNothingElse(match: Match): boolean {
  const lists = [match.clusters, match.environments, match.namespaces, match.kinds, match.names, match.risks];
  const maps = [match.labels, match.args];
  return lists.every((list) => list.length === 0) && maps.every((map) => Object.keys(map).length === 0);
}
