// A rule's `if`: a CEL expression at each place, within a bound of work. What fails is neither yes nor no.
import type { Match, Question } from "../core/policy.ts";
import { nowValue, placeValue, valuesOf, whoValue } from "./cel/environment.ts";
import { type Expression, type Outcome, readExpression, type Values } from "./cel/expression.ts";
import { groupsAskedIn, looksAtSubject, schedulesAskedIn } from "./cel/groups.ts";
import { type Condition, yesOrNo } from "./condition.ts";
import { isSubjectUnknown } from "./match-who.ts";

/** Steps of one rule on one question, estimated before; a step takes about a microsecond. */
const mostSteps = 200_000;
/** A pattern over the longest reason takes ten milliseconds at the worst. */
const searchSteps = 2_000;

type PerPlace = (index: number) => readonly Condition[];

/** Evaluated once where it does not look at `place`. */
export function ifConditions(match: Match, question: Question): PerPlace {
  const asked = match.if;
  if (asked === undefined) return () => [];
  const read = readExpression(asked.expression);
  if (read.kind === "bad") return always({ failed: read.says }, asked.expression);
  const { expression } = read;
  const isPerPlace = expression.names.has("place");
  const steps = stepsOf(expression, question) * (isPerPlace ? Math.max(question.places.length, 1) : 1);
  if (steps > mostSteps)
    return always({ failed: `it would look at too much, with ${question.places.length} objects` }, asked.expression);
  const given = (): Values => ({
    ...valuesOf(question),
    ...unknowing(question, asked.expression),
    now: nowValue(question.now, asked.zone),
  });
  const values = tried(given);
  if ("failed" in values) return always({ failed: String(values.failed) }, asked.expression);
  if (!isPerPlace) return always(expression.evaluate(values), asked.expression);
  return (index) => {
    const place = question.places[index];
    const here = place === undefined ? values : { ...values, place: placeValue(place) };
    return [conditionOf(expression.evaluate(here), asked.expression)];
  };
}

/** What the expression looks for of the asker, and of which it is not known whether it is so, it gets none of at all. */
function unknowing({ who }: Question, text: string): Values {
  const left = {
    groups: isAmong(who.unknownGroups, groupsAskedIn, text),
    onCall: isAmong(who.unknownSchedules, schedulesAskedIn, text),
    subject: isSubjectUnknown(who) && looksAtSubject(text),
  };
  return left.groups || left.onCall || left.subject ? { who: whoValue(who, left) } : {};
}

function isAmong(
  unknown: readonly string[] | undefined,
  askedIn: (text: string) => readonly string[] | null,
  text: string,
): boolean {
  if (unknown === undefined || unknown.length === 0) return false;
  const looked = askedIn(text);
  return looked === null || unknown.some((one) => looked.includes(one));
}

/** Every part, as often as the longest list is, once more for each loop within a loop. */
function stepsOf({ nodes, loops, searches }: Expression, { places, risks, who, args }: Question): number {
  const labels = places.map((place) => Object.keys(place.labels).length);
  const sizes = [places.length, risks.length, who.groups.length, who.onCall?.length ?? 0, Object.keys(args).length];
  const longest = [...labels, ...sizes, nodes].reduce((most, size) => Math.max(most, size), 1);
  return (nodes + searches * searchSteps) * longest ** loops;
}

function always(outcome: Outcome, expression: string): PerPlace {
  const condition = [conditionOf(outcome, expression)];
  return () => condition;
}

function conditionOf(outcome: Outcome, expression: string): Condition {
  if (typeof outcome === "boolean") return { says: `if ${expression}`, holds: yesOrNo(outcome) };
  return { says: `if ${expression}: cannot be decided, ${outcome.failed}`, holds: "open" };
}

function tried(values: () => Values): Values | { readonly failed: string } {
  try {
    return values();
  } catch (error) {
    return { failed: error instanceof Error ? error.message : "its values cannot be read" };
  }
}
