// The numbers of a plan: how many objects, namespaces, deletions and replicas its places are.
import type { Place } from "../core/policy.ts";

export interface PlanNumbers {
  readonly objects: number;
  readonly namespaces: number;
  readonly deletions: number;
  /** Over all objects. */
  readonly replicas: { readonly before: number; readonly after: number };
  /** The most that any one object asks for afterwards. */
  readonly mostReplicas: number;
}

/** Scopes of reads are not counted. An object whose labels change is two places and one object. */
export function planNumbers(places: readonly Place[]): PlanNumbers {
  const objects = new Map<string, Place>();
  for (const place of places) {
    if (place.name === "") continue;
    objects.set([place.cluster, place.namespace ?? "", place.kind, place.name].join("\n"), place);
  }
  const all = [...objects.values()];
  const inNamespaces = all.filter((place) => place.namespace !== null);
  const sum = (of: "before" | "after") => all.reduce((total, place) => total + (place.replicas?.[of] ?? 0), 0);
  return {
    objects: all.length,
    namespaces: new Set(inNamespaces.map((place) => `${place.cluster}\n${place.namespace}`)).size,
    deletions: all.filter((place) => place.operation === "delete").length,
    replicas: { before: sum("before"), after: sum("after") },
    mostReplicas: all.reduce((most, place) => Math.max(most, place.replicas?.after ?? 0), 0),
  };
}
