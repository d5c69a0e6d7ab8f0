// The live object behind a target, and the cluster it is on.

import { textAt } from "../../core/json.ts";
import { fullName, type KubeObject, type ObjectRef } from "../../core/kube.ts";
import type { Cluster, Clusters } from "../../core/ports/clusters.ts";
import type { Refusal } from "../../core/refusal.ts";
import { isRefusal, refuse } from "../../core/refusal.ts";

export interface Live {
  readonly object: KubeObject;
  /** With the uid that was seen now. */
  readonly ref: ObjectRef;
}

export function clusterOf(clusters: Clusters, name: string): Cluster | Refusal {
  const cluster = clusters.get(name);
  if (cluster !== null) return cluster;
  const names = clusters.all().map((info) => info.name);
  return refuse("no-such-cluster", `There is no cluster “${name}”.`, `The clusters are ${names.join(", ")}.`);
}

export async function readLive(clusters: Clusters, target: ObjectRef): Promise<Live | Refusal> {
  const cluster = clusterOf(clusters, target.cluster);
  if (isRefusal(cluster)) return cluster;
  const object = await cluster.read(target);
  if (isRefusal(object)) return object;
  if (object === null) return gone(target);
  return { object, ref: { ...target, uid: textAt(object, "metadata", "uid") } };
}

export function gone(target: ObjectRef): Refusal {
  return refuse("no-such-target", `${fullName(target)} does not exist any more.`, "Type status to see what runs now.");
}
