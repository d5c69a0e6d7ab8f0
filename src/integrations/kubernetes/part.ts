// What of the caches somebody may see who may not list all: whole namespaces as they are kept, others kind by kind.
import type { ObjectRef } from "../../core/kube.ts";
import type { Overview, PodCounts, WorkloadRow } from "../../core/ports/clusters.ts";
import type { NamespaceRows } from "./namespace-rows.ts";
import { Counter, type Trouble, worstFirst } from "./pod-rows.ts";
import { type CachedResource, cachedKinds, cachedResources, type Sight } from "./sight.ts";

export interface Part {
  readonly rows: readonly WorkloadRow[];
  readonly pods: PodCounts;
  readonly troubles: readonly Trouble[];
}

/** Takes as long as there are namespaces: of each, what is kept as a whole is taken as it is. */
export function partOf(namespaces: readonly NamespaceRows[], sight: Sight): Part {
  const seen = namespaces.map((rows) => seenOf(rows, sight));
  const pods = { total: 0, ready: 0, pending: 0, failed: 0 };
  for (const one of seen) add(pods, one.pods);
  return {
    rows: seen.flatMap((one) => one.rows),
    pods,
    troubles: seen.flatMap((one) => one.troubles).sort(worstFirst),
  };
}

export function partOfWorkload(whole: Overview, object: ObjectRef, sight: Sight): Overview {
  const namespace = object.namespace ?? "";
  const seesPods = sight.may("pods", namespace);
  return {
    ...whole,
    isPartial: true,
    nodes: null,
    workloads: whole.workloads.filter((row) => sight.may(resourceOf(row), namespace)),
    pods: seesPods ? whole.pods : new Counter().counts(),
    troubled: seesPods ? whole.troubled : [],
  };
}

function seenOf(rows: NamespaceRows, sight: Sight): Part {
  const seesPods = sight.may("pods", rows.name);
  const hidden = cachedResources.filter((resource) => resource !== "pods" && !sight.may(resource, rows.name));
  return {
    rows: hidden.length === 0 ? rows.rows() : rows.rows().filter((row) => !hidden.includes(resourceOf(row))),
    pods: seesPods ? rows.counts() : new Counter().counts(),
    troubles: seesPods ? rows.troubles() : [],
  };
}

const resourceOf = (row: WorkloadRow): CachedResource =>
  cachedKinds[row.object.kind.kind as Exclude<keyof typeof cachedKinds, "Pod">];

export function add(sum: { -readonly [K in keyof PodCounts]: number }, counts: PodCounts): void {
  sum.total += counts.total;
  sum.ready += counts.ready;
  sum.pending += counts.pending;
  sum.failed += counts.failed;
}
