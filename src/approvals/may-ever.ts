// Could this person use a verb at all, somewhere? For help that lists only what one may do.
import { assurances, type Person } from "../core/person.ts";
import type { Match, Policy, Question, Rule } from "../core/policy.ts";
import { fitsAny } from "./glob.ts";
import { isAboutOneself, rulesFor, tellsOfRules } from "./policy.ts";

/** True when a rule could let the person; a rule that denies the verb to them everywhere and always takes it away. */
export function mayEver(policy: Policy, verb: string, verbKind: Question["verbKind"], person: Person): boolean {
  if (isAboutOneself(verb)) return true;
  const concerned = rulesAbout(policy, verb, verbKind).filter(({ match }) => isOneOf(match, person));
  const isReplaced = (rule: Rule) => policy.rules.some((other) => other.replaces === rule.name);
  const deniedEverywhere = concerned.some(
    (rule) => rule.effect.kind === "deny" && asksNothingElse(rule.match) && !isReplaced(rule),
  );
  const canWait = verbKind === "change" || tellsOfRules(verb);
  const lets = ({ effect }: Rule) => effect.kind === "allow" || (effect.kind === "approvals" && canWait);
  return !deniedEverywhere && concerned.some((rule) => lets(rule) && isSure(rule, person));
}

/** Whether a rule that asks for approvals could have a say: of what cannot wait it says why it refuses. */
export function mayBeAskedFor(policy: Policy, verb: string, verbKind: Question["verbKind"], person: Person): boolean {
  const rules = rulesAbout(policy, verb, verbKind).filter(({ effect }) => effect.kind === "approvals");
  return rules.some(({ match }) => isOneOf(match, person));
}

function rulesAbout(policy: Policy, verb: string, verbKind: Question["verbKind"]): readonly Rule[] {
  return rulesFor(policy, verb).filter(
    ({ match }) =>
      (match.verbs.length === 0 || fitsAny(match.verbs, verb)) &&
      (match.verbKinds.length === 0 || match.verbKinds.includes(verbKind)),
  );
}

function isOneOf({ groups, subjects = [] }: Match, person: Person): boolean {
  if (groups.length > 0 && !groups.some((group) => person.groups.includes(group))) return false;
  const { subject } = person;
  const names = [person.account.userId, subject === null ? "" : `${subject.issuer}#${subject.subject}`];
  return subjects.length === 0 || subjects.some((one) => names.includes(one));
}

function isSure({ match }: Rule, person: Person): boolean {
  return assurances.indexOf(person.assurance) >= assurances.indexOf(match.assurance ?? "none");
}

function asksNothingElse(match: Match): boolean {
  const lists = [match.clusters, match.environments, match.namespaces, match.kinds, match.names, match.risks];
  const times = [match.hours, match.outside, match.calendars, match.outsideCalendars];
  const others = [match.withoutLabels, match.onCall, ...times].map((list) => list ?? []);
  const maps = [match.labels, match.args];
  if (match.if !== undefined) return false;
  return [...lists, ...others].every((list) => list.length === 0) && maps.every((map) => Object.keys(map).length === 0);
}
