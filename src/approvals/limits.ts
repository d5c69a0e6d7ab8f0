// Does a plan go beyond what a rule lets in one request?
import type { Because, Limits, Place, Rule } from "../core/policy.ts";
import { planNumbers } from "./plan-numbers.ts";

export interface Measured {
  readonly because: readonly Because[];
  /** "40 replicas; rule payments-scale allows at most 20"; null within all of them. */
  readonly exceeded: string | null;
}

const within: Measured = { because: [], exceeded: null };

/** `places` are those that the rule matches; what is not planned yet has no numbers, and only shows the limit. */
export function measure(rule: Rule, places: readonly Place[]): Measured {
  if (rule.limits === undefined || places.length === 0) return within;
  const isPlanned = places.every((place) => place.name !== "" && place.operation !== undefined);
  const counted = planNumbers(places);
  const numbers: Readonly<Record<keyof Limits, number>> = {
    replicas: counted.mostReplicas,
    objects: counted.objects,
    namespaces: counted.namespaces,
    deletions: counted.deletions,
  };
  const given = Object.entries(rule.limits) as readonly (readonly [keyof Limits, number])[];
  const over = given.find(([name, most]) => numbers[name] > most);
  const because = given.map(([name, most]): Because => {
    const now = isPlanned ? `${numbers[name]}; ` : "";
    return { rule: rule.name, says: `limit on ${name}: ${now}at most ${most}`, holds: numbers[name] <= most, of: [] };
  });
  if (over === undefined) return { because, exceeded: null };
  const [name, most] = over;
  const exceeded = `${numbers[name]} ${wordFor(name, numbers[name])}; rule ${rule.name} allows at most ${most}`;
  return { because, exceeded };
}

function wordFor(name: keyof Limits, count: number): string {
  return count === 1 ? name.replace(/s$/, "") : name;
}
