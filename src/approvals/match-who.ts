// A rule's conditions on who asks and what for.
import type { GroupName } from "../core/ids.ts";
import { assurances, subjectIn } from "../core/person.ts";
import type { Asker, Match, Question } from "../core/policy.ts";
import { asks, type Condition, type Holds, yesOrNo } from "./condition.ts";
import { fitsAny } from "./glob.ts";

export function whatConditions(match: Match, question: Question): readonly Condition[] {
  const conditions: Condition[] = [];
  const ask = (what: string, given: string, wanted: readonly string[], holds: boolean) =>
    conditions.push(asks(what, given, wanted, yesOrNo(holds)));
  if (match.verbs.length > 0) ask("verb", question.verb, match.verbs, fitsAny(match.verbs, question.verb));
  if (match.verbKinds.length > 0)
    ask("action", question.verbKind, match.verbKinds, match.verbKinds.includes(question.verbKind));
  if (match.risks.length > 0) ask("risks", list(question.risks), match.risks, overlap(match.risks, question.risks));
  for (const [argument, values] of Object.entries(match.args)) {
    const given = Object.hasOwn(question.args, argument) ? question.args[argument] : undefined;
    ask(`argument ${argument}`, given ?? "not given", values, given !== undefined && fitsAny(values, given));
  }
  return conditions;
}

export function whoConditions(match: Match, who: Asker): readonly Condition[] {
  const conditions: Condition[] = [];
  const { groups, subjects = [], onCall = [], assurance } = match;
  if (groups.length > 0) conditions.push(groupCondition(groups, who));
  if (subjects.length > 0) {
    conditions.push(subjectCondition(subjects, who));
  }
  if (onCall.length > 0) {
    const given = who.onCall === undefined ? "not known" : list(who.onCall);
    conditions.push(asks("on call for", given, onCall, onShift(onCall, who)));
  }
  if (assurance !== undefined && assurance !== "none")
    conditions.push({
      says: `known by: ${assuranceWords[who.assurance]}; the rule asks for ${assuranceWords[assurance]}`,
      holds: assurances.indexOf(who.assurance) >= assurances.indexOf(assurance) ? "yes" : "unlinked",
    });
  return conditions;
}

/** Of whom it is not known whether they are in a group, because they have not signed in or did too long ago. */
function groupCondition(groups: Match["groups"], who: Asker): Condition {
  const unknown = unknownAmong(groups, who);
  const holds = overlap(groups, who.groups) ? "yes" : unknown.length > 0 ? "unlinked" : "no";
  const given = holds === "unlinked" ? `${list(who.groups)}; not known for ${list(unknown)}` : list(who.groups);
  return asks("groups of the asker", given, groups, holds);
}

export function unknownAmong(groups: readonly GroupName[], { unknownGroups = [] }: Asker): readonly GroupName[] {
  return groups.filter((group) => unknownGroups.includes(group));
}

/** Whoever has not signed in may be any of those who are named by their sign-in. */
function subjectCondition(subjects: readonly string[], who: Asker): Condition {
  const given = [who.userId, who.subject ?? ""].filter((name) => name !== "");
  const isNamed = overlap(subjects, given);
  const mayBe = mayBeNamed(subjects, who);
  return asks(
    "the asker",
    `${list(given)}${mayBe ? ", not signed in" : ""}`,
    subjects,
    mayBe ? "unlinked" : yesOrNo(isNamed),
  );
}

export function mayBeNamed(subjects: readonly string[], who: Asker): boolean {
  if (!isSubjectUnknown(who) || subjects.includes(who.userId)) return false;
  return subjects.some((one) => subjectIn(one) !== null);
}

export function isSubjectUnknown({ subject, assurance }: Asker): boolean {
  return !subject && assurances.indexOf(assurance) < assurances.indexOf("linked");
}

function onShift(wanted: readonly string[], { onCall: now, unknownSchedules = [] }: Asker): Holds {
  if (now === undefined) return "open";
  if (overlap(wanted, now)) return "yes";
  return overlap(wanted, unknownSchedules) ? "open" : "no";
}

const assuranceWords = {
  none: "the Slack account",
  directory: "the directory",
  linked: "a sign-in",
  "linked-step-up": "a fresh sign-in",
} as const;

function overlap(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.some((one) => given.includes(one));
}

function list(names: readonly string[]): string {
  return names.join(", ") || "none";
}
