// Which cluster a read goes to when the command names none.
import type { Asking } from "../../core/action.ts";
import type { Cluster, Clusters } from "../../core/ports/clusters.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { clusterOf } from "./live.ts";

/** The named one, else the channel's, else the only or default one. */
export function clusterFor(clusters: Clusters, named: string | undefined, asking: Asking): Cluster | Refusal {
  const name = named ?? asking.place.cluster ?? undefined;
  if (name !== undefined) return clusterOf(clusters, name);
  const all = clusters.all();
  const chosen = all.length === 1 ? all[0] : all.find((info) => info.isDefault);
  if (chosen !== undefined) return clusterOf(clusters, chosen.name);
  return refuse(
    "missing-argument",
    "Which cluster? Several are configured and none is the default.",
    `Add --cluster with one of ${all.map((info) => info.name).join(", ")}.`,
  );
}
