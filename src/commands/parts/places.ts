// A target as the policy sees it.
import type { Target } from "../../core/params.ts";
import type { Place } from "../../core/policy.ts";
import type { Clusters } from "../../core/ports/clusters.ts";

/** Labels are known only of objects that a plan read: until then an object may have any. */
export function placesOf(clusters: Clusters, target: Target): readonly Place[] {
  if (target.kind === "everything") return clusters.all().map((info) => place(clusters, info.name, {}));
  if (target.kind === "cluster") return [place(clusters, target.cluster, {})];
  if (target.kind === "namespace") return [place(clusters, target.cluster, { namespace: target.namespace })];
  const { object } = target;
  const kind = object.kind.group === "" ? object.kind.singular : `${object.kind.singular}.${object.kind.group}`;
  return [
    place(clusters, object.cluster, { namespace: object.namespace, kind, name: object.name, labelsKnown: false }),
  ];
}

function place(clusters: Clusters, cluster: string, more: Partial<Place>): Place {
  const environment = clusters.get(cluster)?.info.environment ?? "";
  return { cluster, environment, namespace: null, kind: "", name: "", labels: {}, ...more };
}
