// A rule's conditions on one place. What a scope leaves open may hold anything.
import type { Match, Place } from "../core/policy.ts";
import { asks, type Condition, yesOrNo } from "./condition.ts";
import { fits, fitsAny } from "./glob.ts";

export function placeConditions(match: Match, place: Place): readonly Condition[] {
  const conditions: Condition[] = [];
  const isScope = place.name === "";
  const areOpen = isScope || place.labelsKnown === false;
  const ask = (what: string, wanted: readonly string[], given: string) => {
    if (wanted.length === 0) return;
    const isOpen = isScope && given === "";
    const holds = isOpen && !wanted.includes("*") ? "open" : yesOrNo(fitsAny(wanted, given));
    conditions.push(asks(what, isOpen ? "any" : given || "none", wanted, holds));
  };
  ask("cluster", match.clusters, place.cluster);
  ask("environment", match.environments, place.environment);
  ask("namespace", match.namespaces, place.namespace ?? "");
  ask("kind", match.kinds, place.kind);
  ask("name", match.names, place.name);
  for (const [label, value] of Object.entries(match.labels)) {
    const given = labelOf(place, label);
    const holds = areOpen ? "open" : yesOrNo(given !== undefined && fits(value, given));
    conditions.push(asks(`label ${label}`, areOpen ? "any" : (given ?? "none"), [value], holds));
  }
  for (const label of match.withoutLabels ?? []) {
    const given = labelOf(place, label);
    const holds = areOpen ? "open" : yesOrNo(given === undefined);
    conditions.push({ says: `label ${label}: ${areOpen ? "any" : (given ?? "none")}; the rule asks for none`, holds });
  }
  return conditions;
}

function labelOf(place: Place, label: string): string | undefined {
  return Object.hasOwn(place.labels, label) ? place.labels[label] : undefined;
}
