// Targets that are no object: a cluster alone, or a namespace.
import type { Target } from "../core/params.ts";
import type { ClusterInfo, Clusters } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { meansNamespace } from "./kind-words.ts";
import { noSuchNamespace } from "./not-found.ts";
import type { Wanted } from "./resolve.ts";
import type { TargetParts } from "./target.ts";

/** null when the words mean an object. A single word may name a cluster or a namespace: those come before workloads. */
export async function findScope(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Target | Refusal | null> {
  if (parts.name === null) {
    if (wanted.spec.scope === "object") return noObject(wanted);
    const namespace = parts.namespace ?? wanted.namespace;
    if (namespace !== null) return inClusters(clusters, wanted, namespace, candidates);
    const [only] = candidates;
    return candidates.length === 1 && only !== undefined ? { kind: "cluster", cluster: only.name } : noObject(wanted);
  }
  if (parts.kind !== null) {
    const isNamespace = parts.namespace === null && meansNamespace(parts.kind);
    return isNamespace ? inClusters(clusters, wanted, parts.name, candidates) : null;
  }
  if (parts.namespace !== null || wanted.namespace !== null) return null;
  if (parts.cluster === null && clusters.get(parts.name) !== null) return { kind: "cluster", cluster: parts.name };
  const having = await clustersWith(clusters, parts.name, candidates);
  return having.names.length === 0 ? null : oneOf(wanted, parts.name, having.names);
}

async function inClusters(
  clusters: Clusters,
  wanted: Wanted,
  namespace: string,
  candidates: readonly ClusterInfo[],
): Promise<Target | Refusal> {
  const having = await clustersWith(clusters, namespace, candidates);
  if (having.names.length > 0) return oneOf(wanted, namespace, having.names);
  return having.refusal ?? noSuchNamespace(wanted, namespace, having.known);
}

interface Having {
  readonly names: readonly string[];
  readonly known: ReadonlyMap<string, readonly string[]>;
  readonly refusal: Refusal | null;
}

async function clustersWith(
  clusters: Clusters,
  namespace: string,
  candidates: readonly ClusterInfo[],
): Promise<Having> {
  const known = new Map<string, readonly string[]>();
  let refusal: Refusal | null = null;
  for (const { name } of candidates) {
    const namespaces = await clusters.get(name)?.namespaces();
    if (isRefusal(namespaces)) refusal = namespaces;
    else if (namespaces !== undefined) known.set(name, namespaces);
  }
  return { names: [...known].filter(([, all]) => all.includes(namespace)).map(([name]) => name), known, refusal };
}

function oneOf(wanted: Wanted, namespace: string, having: readonly string[]): Target | Refusal {
  const [only] = having;
  if (having.length === 1 && only !== undefined) return { kind: "namespace", cluster: only, namespace };
  const scopes = having.map((cluster) => `${cluster}:${namespace}/`);
  return refuse(
    "ambiguous-target",
    `${having.length} clusters have a namespace “${namespace}”.`,
    "Pick one.",
    scopes.map((scope) => ({ label: scope, command: wanted.commandWith(scope) })),
  );
}

function noObject(wanted: Wanted): Refusal {
  return refuse(
    "missing-argument",
    `“${wanted.text}” names no object.`,
    `Type: ${wanted.commandWith("NAMESPACE/NAME")}`,
  );
}
