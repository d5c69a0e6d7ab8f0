// Which cluster a read goes to, and what it says when there is no telling.
import type { Target } from "../../core/params.ts";
import type { Cluster, Clusters } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { clusterOf } from "./live.ts";

/** The named one, else the only or default one; dispatch fills in the channel's before. */
export function clusterFor(clusters: Clusters, named: string | undefined): Cluster | Refusal {
  if (named !== undefined) return clusterOf(clusters, named);
  const all = clusters.all();
  const chosen = all.length === 1 ? all[0] : all.find((info) => info.isDefault);
  if (chosen !== undefined) return clusterOf(clusters, chosen.name);
  return refuse(
    "missing-argument",
    "Which cluster? Several are configured and none is the default.",
    `Add --cluster with one of ${all.map((info) => info.name).join(", ")}.`,
  );
}

/** What an empty answer about a namespace means: nothing there, or no such namespace; null when it exists. */
export async function missingNamespace(cluster: Cluster, namespace: string): Promise<Refusal | null> {
  const namespaces = await cluster.namespaces();
  if (isRefusal(namespaces)) return namespaces;
  if (namespaces.includes(namespace)) return null;
  const near = namespaces.filter((name) => name.startsWith(namespace.slice(0, 2)));
  return refuse(
    "no-such-namespace",
    `There is no namespace “${namespace}” in ${cluster.info.name}.`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Type: get namespaces",
  );
}

/** What a read looks at that is about no single object. */
export function scopeIn(cluster: Cluster, namespace: string | null): Target {
  const { name } = cluster.info;
  return namespace === null ? { kind: "cluster", cluster: name } : { kind: "namespace", cluster: name, namespace };
}
