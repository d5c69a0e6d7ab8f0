// Who else has a word about a workload: the autoscalers and disruption budgets of its namespace.
import { textAt } from "../../core/json.ts";
import type { KubeObject, ObjectRef } from "../../core/kube.ts";
import type { Observation } from "../../core/plan.ts";
import type { Cluster, Clusters } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { Neighbours } from "../../kubernetes/ownership.ts";
import { clusterOf, type Live, readLive } from "./live.ts";

export interface Workload extends Live {
  readonly neighbours: Neighbours;
}

export const noNeighbours: Neighbours = { autoscalers: [], disruptionBudgets: [] };

/** The live workload and what may override or hinder a change of it. */
export async function readWorkload(clusters: Clusters, target: ObjectRef): Promise<Workload | Refusal> {
  const live = await readLive(clusters, target);
  if (isRefusal(live)) return live;
  const cluster = clusterOf(clusters, target.cluster);
  if (isRefusal(cluster)) return cluster;
  const neighbours = await neighboursIn(cluster, target.namespace);
  return isRefusal(neighbours) ? neighbours : { ...live, neighbours };
}

/** All of a namespace; whom they are about is told by their selectors and targets. */
export async function neighboursIn(cluster: Cluster, namespace: string | null): Promise<Neighbours | Refusal> {
  const autoscalers = await listOf(cluster, "horizontalpodautoscalers.autoscaling", namespace);
  if (isRefusal(autoscalers)) return autoscalers;
  const disruptionBudgets = await listOf(cluster, "poddisruptionbudgets.policy", namespace);
  return isRefusal(disruptionBudgets) ? disruptionBudgets : { autoscalers, disruptionBudgets };
}

/** Facts that the server can't guard: recorded in the plan with the version that was seen. */
export function observationsOf(neighbours: Neighbours): readonly Observation[] {
  return [...neighbours.autoscalers, ...neighbours.disruptionBudgets].map((object) => ({
    what: `${textAt(object, "kind")} ${textAt(object, "metadata", "name")}`,
    resourceVersion: textAt(object, "metadata", "resourceVersion"),
  }));
}

/** Empty where the cluster serves no such kind. */
async function listOf(
  cluster: Cluster,
  word: string,
  namespace: string | null,
): Promise<readonly KubeObject[] | Refusal> {
  const kind = await cluster.kindOf(word);
  if (isRefusal(kind)) return kind.code === "no-such-kind" ? [] : kind;
  const list = await cluster.list({ kind, namespace, limit: 500 });
  return isRefusal(list) ? list : list.items;
}
