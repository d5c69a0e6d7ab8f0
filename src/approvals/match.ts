// Does a rule match a question? Each condition answers with its reason.
import type { Because, Match, Place, Question } from "../core/policy.ts";
import { fitsAny } from "./glob.ts";

/**
 * How a rule reads what a place leaves open. A read of a whole namespace or cluster is a place without a name: what
 * restricts (deny, approvals, freezes) takes it to contain what the rule names; what permits does not.
 */
export type Stance = "permits" | "restricts";

export interface Matched {
  /** Indexes of the places where the rule matches; `[0]` for a question without places that matches. */
  readonly places: ReadonlySet<number>;
  readonly because: readonly Because[];
}

/** Which of the question's places the rule matches; the conditions that ask about no place must hold as well. */
export function matchQuestion(name: string, match: Match, stance: Stance, question: Question): Matched {
  const general = generalConditions(name, match, question);
  const places = question.places.length === 0 ? [nowhere] : question.places;
  const tried = places.map((place) => placeConditions(name, match, stance, place));
  const generalHolds = general.every((condition) => condition.holds);
  const matching = new Set<number>();
  tried.forEach((conditions, index) => {
    if (generalHolds && conditions.every((condition) => condition.holds)) matching.add(index);
  });
  return { places: matching, because: [...general, ...perPlace(name, places, tried)] };
}

/** The place of a question that looks at no cluster, such as `halt`: only rules that ask for no place match it. */
const nowhere: Place = { cluster: "", environment: "", namespace: null, kind: "", name: "-", labels: {} };

export function describePlace(place: Place): string {
  if (place.cluster === "") return place.name === "-" ? "no cluster" : "all clusters";
  const namespace = place.namespace === null ? "" : `${place.namespace}/`;
  const object = place.name === "" ? place.kind : `${place.kind}/${place.name}`;
  return `${place.cluster}:${namespace}${object}`;
}

function perPlace(name: string, places: readonly Place[], tried: readonly (readonly Because[])[]): readonly Because[] {
  if (tried.every((conditions) => conditions.length === 0)) return [];
  if (tried.length === 1) return tried[0] ?? [];
  return tried.map((of, index) => {
    const place = places[index] ?? nowhere;
    return { rule: name, says: describePlace(place), holds: of.every((condition) => condition.holds), of };
  });
}

function generalConditions(name: string, match: Match, question: Question): readonly Because[] {
  const { who } = question;
  const conditions: Because[] = [];
  const ask = (says: string, holds: boolean) => conditions.push({ rule: name, says, holds, of: [] });
  if (match.verbs.length > 0) ask(says("verb", question.verb, match.verbs), fitsAny(match.verbs, question.verb));
  if (match.verbKinds.length > 0)
    ask(says("action", question.verbKind, match.verbKinds), match.verbKinds.includes(question.verbKind));
  if (match.groups.length > 0)
    ask(
      says("groups of the asker", who.groups.join(", ") || "none", match.groups),
      match.groups.some((group) => who.groups.includes(group)),
    );
  if (match.risks.length > 0)
    ask(
      says("risks", question.risks.join(", ") || "none", match.risks),
      match.risks.some((risk) => question.risks.includes(risk)),
    );
  for (const [argument, values] of Object.entries(match.args)) {
    const given = Object.hasOwn(question.args, argument) ? question.args[argument] : undefined;
    ask(says(`argument ${argument}`, given ?? "not given", values), given !== undefined && fitsAny(values, given));
  }
  return conditions;
}

function placeConditions(name: string, match: Match, stance: Stance, place: Place): readonly Because[] {
  const conditions: Because[] = [];
  const isScope = place.name === "";
  const ask = (what: string, wanted: readonly string[], given: string) => {
    if (wanted.length === 0) return;
    const open = isScope && given === "" && stance === "restricts";
    const shown = open ? "any" : given || "none";
    conditions.push({ rule: name, says: says(what, shown, wanted), holds: open || fitsAny(wanted, given), of: [] });
  };
  ask("cluster", match.clusters, place.cluster);
  ask("environment", match.environments, place.environment);
  ask("namespace", match.namespaces, place.namespace ?? "");
  ask("kind", match.kinds, place.kind);
  ask("name", match.names, place.name);
  for (const [label, value] of Object.entries(match.labels)) {
    const given = Object.hasOwn(place.labels, label) ? (place.labels[label] ?? "") : "";
    const holds = (isScope && stance === "restricts") || (Object.hasOwn(place.labels, label) && given === value);
    conditions.push({ rule: name, says: says(`label ${label}`, given || "none", [value]), holds, of: [] });
  }
  return conditions;
}

function says(what: string, given: string, wanted: readonly string[]): string {
  return `${what}: ${given}; the rule asks for ${wanted.join(" or ")}`;
}
