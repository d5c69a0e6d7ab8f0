// The kept revisions of a workload, read from its ReplicaSets or ControllerRevisions.
import { at } from "../../core/json.ts";
import type { Clusters } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { controllerRevisions, deploymentRevisions, type Revision } from "../../kubernetes/history.ts";
import { selectorText } from "../../kubernetes/selector.ts";
import { clusterOf, type Live } from "./live.ts";

/** Oldest first. */
export async function listRevisions(clusters: Clusters, live: Live): Promise<readonly Revision[] | Refusal> {
  const cluster = clusterOf(clusters, live.ref.cluster);
  if (isRefusal(cluster)) return cluster;
  const isDeployment = live.ref.kind.kind === "Deployment";
  const kind = await cluster.kindOf(isDeployment ? "replicasets.apps" : "controllerrevisions.apps");
  if (isRefusal(kind)) return kind;
  const labelSelector = selectorText(at(live.object, "spec", "selector"));
  const list = await cluster.list({ kind, namespace: live.ref.namespace, labelSelector, limit: 500 });
  if (isRefusal(list)) return list;
  if (list.remaining > 0) {
    return refuse(
      "no-history",
      `${live.ref.name} has more than 500 kept revisions; which are the newest can't be told safely.`,
      "Lower spec.revisionHistoryLimit of the workload.",
    );
  }
  return isDeployment ? deploymentRevisions(live.object, list.items) : controllerRevisions(live.object, list.items);
}
