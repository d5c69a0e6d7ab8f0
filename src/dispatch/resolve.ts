// From the words of a target to the one object that is meant: given, from the thread, from the channel, or by being unique.
import type { ObjectRef } from "../core/kube.ts";
import type { Target, TargetSpec } from "../core/params.ts";
import type { Cluster, ClusterInfo, Clusters } from "../core/ports/clusters.ts";
import type { Refusal } from "../core/refusal.ts";
import { isRefusal, refuse } from "../core/refusal.ts";
import { isBuiltInKind } from "./kind-words.ts";
import { ambiguous, noSuchCluster, notFound, wrongKind } from "./not-found.ts";
import { findScope } from "./scope.ts";
import { readTarget, type TargetParts } from "./target.ts";

/** What the place where it was said adds to what was said. */
export interface PlaceContext {
  /** The objects that the thread is about. */
  readonly objects: readonly ObjectRef[];
  readonly cluster: string | null;
  readonly namespace: string | null;
}

export interface Wanted {
  readonly verb: string;
  readonly text: string | undefined;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly spec: TargetSpec;
  readonly context: PlaceContext;
  /** The whole command with the target left open, for choices. */
  readonly commandWith: (target: string) => string;
}

export async function resolveTarget(clusters: Clusters, wanted: Wanted): Promise<Target | Refusal> {
  if (wanted.text === undefined) return fromContext(clusters, wanted);
  const known = await kindWordsOf(clusters, wanted.text);
  const read = readTarget(wanted.text, (word) => known.has(word.toLowerCase()) || isBuiltInKind(word));
  if (isRefusal(read)) return read;
  // With -n given, the first of two parts can only be a kind.
  const isKind = wanted.namespace !== null && read.kind === null && read.name !== null;
  const parts = isKind && read.namespace !== null ? { ...read, namespace: null, kind: read.namespace } : read;
  const candidates = clustersFor(clusters, parts.cluster ?? wanted.cluster, wanted.context.cluster);
  if (isRefusal(candidates)) return candidates;
  if (parts.name === null || wanted.spec.scope === "object-or-scope") {
    const scope = await findScope(clusters, wanted, parts, candidates);
    if (scope !== null) return scope;
  }
  return findObject(clusters, wanted, parts, candidates);
}

function fromContext(clusters: Clusters, wanted: Wanted): Target | Refusal {
  const { context, spec } = wanted;
  const about = context.objects.filter((object) => fits(object, spec));
  const [first] = about;
  if (about.length === 1 && first !== undefined) return { kind: "object", object: first };
  if (spec.scope === "object-or-scope") {
    const cluster = wanted.cluster ?? context.cluster;
    const fromPlace = wanted.cluster === null || wanted.cluster === context.cluster ? context.namespace : null;
    const namespace = wanted.namespace ?? fromPlace;
    if (cluster !== null && clusters.get(cluster) === null) return noSuchCluster(cluster, clusters.all());
    if (cluster !== null && namespace !== null) return { kind: "namespace", cluster, namespace };
    if (wanted.cluster !== null) return { kind: "cluster", cluster: wanted.cluster };
    return { kind: "everything" };
  }
  if (about.length > 1) return ambiguous(wanted, "this thread is about", about);
  return refuse(
    "missing-argument",
    `What is it about? ${wanted.verb} needs a target.`,
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

/** The words of the clusters' own kinds, when the text's first word is not a built-in one and no namespace either. */
async function kindWordsOf(clusters: Clusters, text: string): Promise<ReadonlySet<string>> {
  const [first = "", ...others] = text.slice(text.indexOf(":") + 1).split("/");
  const words = new Set<string>();
  if (others.length !== 1 || isBuiltInKind(first)) return words;
  for (const { name } of clusters.all()) {
    const cluster = clusters.get(name);
    const kinds = await cluster?.kinds();
    if (kinds === undefined || isRefusal(kinds)) continue;
    for (const kind of kinds)
      for (const word of [kind.resource, kind.singular, `${kind.resource}.${kind.group}`, ...kind.shortNames])
        words.add(word.toLowerCase());
    if (!words.has(first.toLowerCase())) continue;
    const namespaces = await cluster?.namespaces();
    if (Array.isArray(namespaces) && namespaces.includes(first)) words.delete(first.toLowerCase());
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

async function findObject(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Target | Refusal> {
  const given = parts.namespace ?? wanted.namespace;
  const fromPlace = given === null && parts.cluster === null ? wanted.context.namespace : null;
  if (fromPlace !== null) {
    const there = await search(clusters, wanted, { ...parts, namespace: fromPlace }, candidates);
    if (isRefusal(there)) return there;
    if (there.exact.length > 0) return oneOf(wanted, there.exact);
  }
  const found = await search(clusters, wanted, { ...parts, namespace: given }, candidates);
  if (isRefusal(found)) return found;
  if (found.exact.length > 0) return oneOf(wanted, found.exact);
  return notFound(clusters, wanted, { ...parts, namespace: given }, { near: found.others, candidates });
}

function oneOf(wanted: Wanted, exact: readonly ObjectRef[]): Target | Refusal {
  const [first] = exact;
  if (exact.length === 1 && first !== undefined) return { kind: "object", object: first };
  return ambiguous(wanted, `are called “${wanted.text}”`, exact);
}

interface Found {
  readonly exact: readonly ObjectRef[];
  /** Names that only begin so: for "did you mean", never taken. */
  readonly others: readonly ObjectRef[];
}

async function search(
  clusters: Clusters,
  wanted: Wanted,
  parts: TargetParts,
  candidates: readonly ClusterInfo[],
): Promise<Found | Refusal> {
  const found: ObjectRef[] = [];
  for (const info of candidates) {
    const cluster = clusters.get(info.name);
    if (cluster === null) continue;
    const hits = await findIn(cluster, wanted, parts);
    // Where a cluster does not answer, "the only match" may be wrong.
    if (isRefusal(hits)) {
      if (hits.code === "no-such-kind" && candidates.length > 1) continue;
      return hits;
    }
    found.push(...hits);
  }
  return {
    exact: found.filter((object) => object.name === parts.name),
    others: found.filter((object) => object.name !== parts.name),
  };
}

async function findIn(cluster: Cluster, wanted: Wanted, parts: TargetParts): Promise<readonly ObjectRef[] | Refusal> {
  let kinds = wanted.spec.kinds;
  if (parts.kind !== null) {
    const kind = await cluster.kindOf(parts.kind);
    if (isRefusal(kind)) return kind;
    const resource = resourceName({ kind });
    if (kinds.length > 0 && !kinds.includes(resource)) return wrongKind(wanted, resource);
    kinds = [resource];
  }
  const { namespace, name } = parts;
  return cluster.find({ ...(namespace === null ? {} : { namespace }), ...(name === null ? {} : { name }) }, kinds);
}
