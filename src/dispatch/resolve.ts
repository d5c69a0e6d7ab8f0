// From the words of a target to the one object that is meant: given, from the thread, from the channel, or by being unique.
import type { ObjectRef } from "../core/kube.ts";
import { fullName } from "../core/kube.ts";
import type { Target, TargetSpec } from "../core/params.ts";
import type { Cluster, ClusterInfo, Clusters } from "../core/ports/clusters.ts";
import type { Refusal } from "../core/refusal.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { nearest } from "./nearest.ts";
import { readTarget, type TargetParts } from "./target.ts";

/** What the place where it was said adds to what was said. */
export interface PlaceContext {
  /** The object that the thread is about. */
  readonly object: ObjectRef | null;
  readonly cluster: string | null;
  readonly namespace: string | null;
}

export interface Wanted {
  readonly text: string | undefined;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly spec: TargetSpec;
  readonly context: PlaceContext;
  /** The whole command with the target left open, for choices. */
  readonly commandWith: (target: string) => string;
}

/** kubectl's words for the kinds that can be meant without asking a cluster. */
const kindWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "deployments.apps": ["deployment", "deployments", "deploy"],
    "statefulsets.apps": ["statefulset", "statefulsets", "sts"],
    "daemonsets.apps": ["daemonset", "daemonsets", "ds"],
    "replicasets.apps": ["replicaset", "replicasets", "rs"],
    pods: ["pod", "pods", "po"],
    services: ["service", "services", "svc"],
    configmaps: ["configmap", "configmaps", "cm"],
    secrets: ["secret", "secrets"],
    nodes: ["node", "nodes", "no"],
    namespaces: ["namespace", "namespaces", "ns"],
    "jobs.batch": ["job", "jobs"],
    "cronjobs.batch": ["cronjob", "cronjobs", "cj"],
    "horizontalpodautoscalers.autoscaling": ["horizontalpodautoscaler", "horizontalpodautoscalers", "hpa"],
    "ingresses.networking.k8s.io": ["ingress", "ingresses", "ing"],
    persistentvolumeclaims: ["persistentvolumeclaim", "persistentvolumeclaims", "pvc"],
  }).flatMap(([resource, words]) => words.map((word): [string, string] => [word, resource])),
);

export async function resolveTarget(clusters: Clusters, wanted: Wanted): Promise<Target | Refusal> {
  if (wanted.text === undefined) return fromContext(clusters, wanted);
  const known = await kindWordsOf(clusters, wanted.text);
  const parts = readTarget(wanted.text, (word) => known.has(word.toLowerCase()));
  if (isRefusal(parts)) return parts;
  const candidates = clustersFor(clusters, parts.cluster ?? wanted.cluster, wanted.context.cluster);
  if (isRefusal(candidates)) return candidates;
  if (parts.name === null) return scopeOf(wanted, parts, candidates);
  if (wanted.spec.scope === "object-or-scope") {
    const asScope = await bareScope(clusters, wanted, parts, candidates);
    if (asScope !== null) return asScope;
  }
  return findObject(clusters, wanted, parts, candidates);
}

function fromContext(clusters: Clusters, wanted: Wanted): Target | Refusal {
  const { context, spec } = wanted;
  if (context.object !== null && fits(context.object, spec)) return { kind: "object", object: context.object };
  if (spec.scope === "object-or-scope") {
    const cluster = wanted.cluster ?? context.cluster;
    const namespace = wanted.namespace ?? context.namespace;
    if (cluster !== null && namespace !== null) return { kind: "namespace", cluster, namespace };
    if (wanted.cluster !== null) {
      if (clusters.get(wanted.cluster) === null) return noSuchCluster(wanted.cluster, clusters.all());
      return { kind: "cluster", cluster: wanted.cluster };
    }
    return { kind: "everything" };
  }
  return refuse(
    "missing-argument",
    "What is it about? No target was given.",
    `Type: ${wanted.commandWith("NAMESPACE/NAME")}`,
  );
}

function fits(object: ObjectRef, spec: TargetSpec): boolean {
  return spec.kinds.length === 0 || spec.kinds.includes(resourceName(object));
}

/** `deployments.apps`, `pods`: as kubectl prints resources. */
export function resourceName(object: Pick<ObjectRef, "kind">): string {
  return object.kind.group === "" ? object.kind.resource : `${object.kind.resource}.${object.kind.group}`;
}

/** The words of built-in kinds, and of the clusters' own when one of the text's words is not built in. */
async function kindWordsOf(clusters: Clusters, text: string): Promise<ReadonlySet<string>> {
  const words = new Set(kindWords.keys());
  const first =
    text
      .slice(text.indexOf(":") + 1)
      .split("/")[0]
      ?.toLowerCase() ?? "";
  if (!text.includes("/") || words.has(first)) return words;
  for (const { name } of clusters.all()) {
    const kinds = await clusters.get(name)?.kinds();
    if (kinds === undefined || isRefusal(kinds)) continue;
    for (const kind of kinds)
      for (const word of [kind.resource, kind.singular, `${kind.resource}.${kind.group}`, ...kind.shortNames])
        words.add(word.toLowerCase());
  }
  return words;
}

function clustersFor(
  clusters: Clusters,
  named: string | null,
  fromPlace: string | null,
): readonly ClusterInfo[] | Refusal {
  const all = clusters.all();
  const name = named ?? fromPlace;
  if (name === null) return all;
  const one = all.find((info) => info.name === name);
  return one === undefined ? noSuchCluster(name, all) : [one];
}

function noSuchCluster(name: string, all: readonly ClusterInfo[]): Refusal {
  const names = all.map((info) => info.name);
  const near = nearest(name, names, 1)[0];
  const hint =
    near === undefined
      ? `The clusters are ${names.join(", ")}.`
      : `Did you mean ${near}? The clusters are ${names.join(", ")}.`;
  return refuse("no-such-cluster", `There is no cluster “${name}”.`, hint);
}

function scopeOf(wanted: Wanted, parts: TargetParts, candidates: readonly ClusterInfo[]): Target | Refusal {
  const cluster = candidates.length === 1 ? candidates[0]?.name : candidates.find((info) => info.isDefault)?.name;
  if (wanted.spec.scope !== "object-or-scope" || cluster === undefined) {
    return refuse(
      "missing-argument",
      `“${wanted.text}” names no object.`,
      `Type: ${wanted.commandWith("NAMESPACE/NAME")}`,
    );
  }
  const namespace = parts.namespace ?? wanted.namespace;
  return namespace === null ? { kind: "cluster", cluster } : { kind: "namespace", cluster, namespace };
}

/** A single word may name a cluster or a namespace: those come before workloads of the same name. */
async function bareScope(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Target | Refusal | null> {
  if (parts.namespace !== null || parts.kind !== null || parts.name === null) return null;
  if (parts.cluster === null && clusters.get(parts.name) !== null) return { kind: "cluster", cluster: parts.name };
  const having: string[] = [];
  for (const info of candidates) {
    const namespaces = await clusters.get(info.name)?.namespaces();
    if (namespaces !== undefined && !isRefusal(namespaces) && namespaces.includes(parts.name)) having.push(info.name);
  }
  if (having.length === 0) return null;
  const [only] = having;
  if (having.length === 1 && only !== undefined) return { kind: "namespace", cluster: only, namespace: parts.name };
  const choices = having.map((cluster) => `${cluster}:${parts.name}/`);
  return refuse(
    "ambiguous-target",
    `Several clusters have a namespace “${parts.name}”.`,
    "Pick one.",
    choices.map((choice) => ({ label: choice, command: wanted.commandWith(choice) })),
  );
}

async function findObject(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Target | Refusal> {
  const found: ObjectRef[] = [];
  const refusals: Refusal[] = [];
  for (const info of candidates) {
    const cluster = clusters.get(info.name);
    if (cluster === null) continue;
    const hits = await findIn(cluster, wanted, parts);
    if (isRefusal(hits)) refusals.push(hits);
    else found.push(...hits);
  }
  const exact = found.filter((object) => object.name === parts.name);
  const [first] = exact;
  // Where a cluster did not answer, "the only match" may be wrong: only a full name is safe then.
  const [refusal] = refusals;
  if (refusal !== undefined && (exact.length !== 1 || candidates.length > 1)) return refusal;
  if (exact.length === 1 && first !== undefined) return { kind: "object", object: first };
  return exact.length > 1 ? ambiguous(wanted, exact) : notFound(wanted, parts, found, candidates);
}

async function findIn(cluster: Cluster, wanted: Wanted, parts: TargetParts): Promise<readonly ObjectRef[] | Refusal> {
  const namespace = parts.namespace ?? wanted.namespace ?? (parts.cluster === null ? wanted.context.namespace : null);
  let kinds = wanted.spec.kinds;
  if (parts.kind !== null) {
    const kind = await cluster.kindOf(parts.kind);
    if (isRefusal(kind)) return kind;
    const resource = resourceName({ kind });
    if (kinds.length > 0 && !kinds.includes(resource)) return wrongKind(wanted, resource);
    kinds = [resource];
  }
  const words = { ...(namespace === null ? {} : { namespace }), ...(parts.name === null ? {} : { name: parts.name }) };
  return cluster.find(words, kinds);
}

function wrongKind(wanted: Wanted, resource: string): Refusal {
  const verb = wanted.commandWith("").trim();
  return refuse("wrong-kind", `${verb} does not work on ${resource}.`, `It works on ${wanted.spec.kinds.join(", ")}.`);
}

function ambiguous(wanted: Wanted, found: readonly ObjectRef[]): Refusal {
  const choices = found
    .slice(0, 20)
    .map((object) => ({ label: fullName(object), command: wanted.commandWith(fullName(object)) }));
  return refuse(
    "ambiguous-target",
    `${found.length} things are called “${wanted.text}”.`,
    "Pick one, or type its full name.",
    choices,
  );
}

function notFound(
  wanted: Wanted,
  parts: TargetParts,
  near: readonly ObjectRef[],
  candidates: readonly ClusterInfo[],
): Refusal {
  const names = near.slice(0, 5);
  const where = candidates.map((info) => info.name).join(", ");
  const what = wanted.spec.kinds.length === 0 ? "" : ` among ${wanted.spec.kinds.join(", ")}`;
  const hint =
    names.length > 0
      ? `Did you mean ${names.map(fullName).join(" or ")}?`
      : "Type status to see what runs, or give cluster:namespace/kind/name.";
  return refuse(
    "no-such-target",
    `Nothing is called “${parts.name}” in ${where}${what}.`,
    hint,
    names.map((object) => ({ label: fullName(object), command: wanted.commandWith(fullName(object)) })),
  );
}
