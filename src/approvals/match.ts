// Does a rule match a question, and where? Each condition answers with its reason.
import type { Because, Match, Place, Question } from "../core/policy.ts";
import { type Condition, type Holds, holdsAs, together } from "./condition.ts";
import { ifConditions } from "./match-if.ts";
import { placeConditions } from "./match-place.ts";
import { timeConditions } from "./match-time.ts";
import { whatConditions, whoConditions } from "./match-who.ts";

/**
 * How a rule reads what cannot be known: what a place leaves open, an expression that fails, who has not signed in. What
 * restricts (deny, approvals, freezes) takes it to match; what permits does not.
 */
export type Stance = "permits" | "restricts";

export interface Matched {
  /** Indexes of the places where the rule matches; `[0]` for a question without places that matches. */
  readonly places: ReadonlySet<number>;
  /** Those of them where every condition surely holds: only there does a rule let, or replace another. */
  readonly surely: ReadonlySet<number>;
  /** Places where it would surely match, had the asker signed in. */
  readonly ifLinked: ReadonlySet<number>;
  readonly because: readonly Because[];
}

/** Which of the question's places the rule matches; the conditions that ask about no place must hold as well. */
export function matchQuestion(name: string, match: Match, stance: Stance, question: Question): Matched {
  const general = [
    ...whatConditions(match, question),
    ...whoConditions(match, question.who),
    ...timeConditions(match, question.now),
  ];
  const places = question.places.length === 0 ? [nowhere] : question.places;
  const asked = ifConditions(match, question);
  const tried = places.map((place, index) => [...placeConditions(match, place), ...asked(index)]);
  const outcomes = tried.map((conditions) => together([...general, ...conditions]));
  const where = (fits: (holds: Holds) => boolean) =>
    new Set(outcomes.flatMap((holds, index) => (fits(holds) ? [index] : [])));
  const nodeOf = (condition: Condition) => because(name, stance, condition);
  return {
    places: where((holds) => holdsAs(stance, holds)),
    surely: where((holds) => holds === "yes"),
    ifLinked: where((holds) => holds === "unlinked"),
    because: [
      ...general.map(nodeOf),
      ...perPlace(
        name,
        places,
        tried.map((each) => each.map(nodeOf)),
      ),
    ],
  };
}

/** The place of a question that looks at no cluster, such as `halt`: only rules that ask for no place match it. */
const nowhere: Place = { cluster: "", environment: "", namespace: null, kind: "", name: "-", labels: {} };

export function describePlace(place: Place): string {
  if (place.cluster === "") return place.name === "-" ? "no cluster" : "all clusters";
  const namespace = place.namespace === null ? "" : `${place.namespace}/`;
  const object = place.name === "" ? place.kind : `${place.kind}/${place.name}`;
  return `${place.cluster}:${namespace}${object}`;
}

function because(rule: string, stance: Stance, { says, holds }: Condition): Because {
  const taken = holds === "open" && stance === "restricts" ? "; taken to match, since this rule restricts" : "";
  return { rule, says: `${says}${taken}`, holds: holdsAs(stance, holds), of: [] };
}

function perPlace(name: string, places: readonly Place[], tried: readonly (readonly Because[])[]): readonly Because[] {
  if (tried.every((conditions) => conditions.length === 0)) return [];
  if (tried.length === 1) return tried[0] ?? [];
  return tried.map((of, index) => {
    const place = places[index] ?? nowhere;
    return { rule: name, says: describePlace(place), holds: of.every((condition) => condition.holds), of };
  });
}
