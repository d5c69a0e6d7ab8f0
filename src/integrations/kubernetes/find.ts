// What was typed as a target, among what the cluster has: from the caches for workloads, from the server otherwise.

import type { ClusterName } from "../../core/ids.ts";
import { at, isJsonObject, listAt, textAt } from "../../core/json.ts";
import { collectionPath, type Kind, type ObjectRef } from "../../core/kube.ts";
import type { TargetWords } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { WorkloadCache } from "./cache.ts";
import type { Discovery } from "./discovery.ts";
import type { SubjectReviews } from "./reviews.ts";
import { listing } from "./sight.ts";

const most = 50;
/** A prefix is looked for among at most this many objects of a kind that is not cached. */
const pageSize = 500;
const mostPages = 10;
/** Of who may not list a kind everywhere, each namespace is a call of its own. */
const mostPlaces = 30;
const namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

const workloadResources = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"] as const;

export interface FindParts {
  readonly api: Api;
  readonly name: ClusterName;
  readonly cache: WorkloadCache;
  readonly discovery: Discovery;
  /** null for the bot, who sees all that it keeps. */
  readonly reviews: SubjectReviews | null;
  readonly namespaces: () => Promise<readonly string[] | Refusal>;
}

/** At most 50, exact names before prefixes, then by namespace and name. */
export async function find(
  parts: FindParts,
  words: TargetWords,
  resources: readonly string[],
): Promise<readonly ObjectRef[] | Refusal> {
  const kinds = await kindsOf(parts, words.kind, resources);
  if (isRefusal(kinds)) return kinds;
  const found: ObjectRef[] = [];
  const forbidden: Refusal[] = [];
  for (const kind of kinds) {
    const some = await ofKind(parts, kind, words);
    // A person finds among what they may list; only when that is nothing at all are they told so.
    if (isRefusal(some) && some.code === "cluster-forbids" && parts.reviews !== null) forbidden.push(some);
    else if (isRefusal(some)) return some;
    else found.push(...some);
  }
  const [first] = forbidden;
  if (first !== undefined && forbidden.length === kinds.length) return first;
  const name = words.name ?? "";
  if (name !== "" && !found.some((object) => object.name === name))
    found.push(...(await madeJustNow(parts, kinds, words)));
  const place = (object: ObjectRef): string =>
    `${object.name === name ? 0 : 1} ${object.namespace ?? ""}/${object.name}`;
  return found.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0)).slice(0, most);
}

const resourceName = (kind: Kind): string => (kind.group === "" ? kind.resource : `${kind.resource}.${kind.group}`);

async function kindsOf(
  parts: FindParts,
  word: string | undefined,
  resources: readonly string[],
): Promise<readonly Kind[] | Refusal> {
  if (word !== undefined) {
    const kind = await parts.discovery.kindOf(word);
    if (isRefusal(kind) || resources.length === 0 || resources.includes(resourceName(kind))) {
      return isRefusal(kind) ? kind : [kind];
    }
    const message = `This does not work on ${resourceName(kind)}.`;
    return refuse("wrong-kind", message, `It works on ${resources.join(", ")}.`);
  }
  const kinds: Kind[] = [];
  for (const resource of resources.length === 0 ? workloadResources : resources) {
    const kind = await parts.discovery.kindOf(resource);
    if (isRefusal(kind)) {
      // A verb may name kinds that this cluster does not have.
      if (kind.code === "no-such-kind") continue;
      return kind;
    }
    kinds.push(kind);
  }
  return kinds;
}

function isCachedKind(cache: WorkloadCache, kind: Kind): boolean {
  return workloadResources.some((resource) => resource === resourceName(kind)) && cache.isWarm;
}

async function ofKind(parts: FindParts, kind: Kind, words: TargetWords): Promise<readonly ObjectRef[] | Refusal> {
  const isCached = isCachedKind(parts.cache, kind);
  if (parts.reviews === null && !isCached) return await fromServer(parts, kind, words);
  const places = await listable(parts, kind, words.namespace ?? null);
  if (isRefusal(places)) return places;
  if (!isCached) return await fromPlaces(parts, kind, { words, places });
  return places
    .flatMap((place) => parts.cache.workloads(place))
    .map((row) => row.object)
    .filter((object) => object.kind.resource === kind.resource && object.name.startsWith(words.name ?? ""));
}

/**
 * What was made a moment ago may not have come to the caches: on their word alone nobody is told that it is not there. Where the
 * server does not answer or refuses, their word is all there is.
 */
async function madeJustNow(
  parts: FindParts,
  kinds: readonly Kind[],
  words: TargetWords,
): Promise<readonly ObjectRef[]> {
  const query = { fieldSelector: `metadata.name=${words.name}` };
  const cached = kinds.filter((kind) => isCachedKind(parts.cache, kind));
  const found = await Promise.all(
    cached.map(async (kind) => {
      const places = await listable(parts, kind, words.namespace ?? null);
      if (isRefusal(places) || places.length > mostPlaces) return [];
      const there: ObjectRef[] = [];
      for (const place of places)
        await pages(
          parts,
          collectionPath(kind, place),
          query,
          (item) => there.push(refOf(parts.name, kind, item)) < most,
        );
      return there;
    }),
  );
  return found.flat();
}

/** The namespaces in which the caller may list the kind; null among them stands for all at once. */
async function listable(
  { api, cache, reviews, namespaces }: FindParts,
  kind: Kind,
  namespace: string | null,
): Promise<readonly (string | null)[] | Refusal> {
  if (reviews === null) return [namespace];
  const may = (place: string | null): Promise<boolean | Refusal> =>
    reviews.allowed(listing(kind.resource, place, kind.group));
  const there = await may(kind.namespaced ? namespace : null);
  if (isRefusal(there)) return there;
  if (there) return [namespace];
  if (namespace !== null || !kind.namespaced) return notListed(api.cluster, kind, namespace);
  const names = isCachedKind(cache, kind) ? cache.namespaces() : await namespaces();
  if (isRefusal(names)) return names;
  const answers = await Promise.all(names.map(async (name) => ({ name, allowed: await may(name) })));
  const listed: string[] = [];
  for (const { name, allowed } of answers) {
    if (isRefusal(allowed)) return allowed;
    if (allowed) listed.push(name);
  }
  return listed.length === 0 ? notListed(api.cluster, kind, null) : listed;
}

function notListed(cluster: string, kind: Kind, namespace: string | null): Refusal {
  const place = namespace === null ? "" : ` in namespace ${namespace}`;
  return refuse(
    "cluster-forbids",
    `Cluster ${cluster} lets you list no ${resourceName(kind)}${place}.`,
    "Ask for the right in the cluster.",
  );
}

async function fromPlaces(
  parts: FindParts,
  kind: Kind,
  { words, places }: { readonly words: TargetWords; readonly places: readonly (string | null)[] },
): Promise<readonly ObjectRef[] | Refusal> {
  if (places.length > mostPlaces)
    return refuse(
      "missing-argument",
      `You may list ${resourceName(kind)} in ${places.length} namespaces of cluster ${parts.name}, but not in all at once.`,
      "Name the namespace: -n NAMESPACE",
    );
  const found: ObjectRef[] = [];
  for (const place of places) {
    const { namespace: _, ...rest } = words;
    const some = await fromServer(parts, kind, place === null ? rest : { ...rest, namespace: place });
    if (isRefusal(some)) return some;
    found.push(...some);
  }
  return found;
}

async function fromServer(parts: FindParts, kind: Kind, words: TargetWords): Promise<readonly ObjectRef[] | Refusal> {
  const name = words.name ?? "";
  const path = collectionPath(kind, words.namespace ?? null);
  const found = new Map<string, ObjectRef>();
  const queries = name === "" ? [{}] : [{ fieldSelector: `metadata.name=${name}` }, {}];
  for (const query of queries) {
    const refusal = await pages(parts, path, query, (item) => {
      const ref = refOf(parts.name, kind, item);
      if (ref.name.startsWith(name)) found.set(ref.uid, ref);
      return found.size < most;
    });
    if (refusal !== null) return refusal;
  }
  return [...found.values()];
}

/** Hands each item on until `take` says that it is enough. */
async function pages(
  parts: FindParts,
  path: string,
  query: Readonly<Record<string, string>>,
  take: (item: unknown) => boolean,
): Promise<Refusal | null> {
  let next = "";
  for (let page = 0; page < mostPages; page++) {
    const asked = { ...query, limit: String(pageSize), ...(next === "" ? {} : { continue: next }) };
    const body = await parts.api.get(path, asked, namesOnly);
    if (isRefusal(body) || body === null) return body;
    for (const item of listAt(body, "items")) if (!take(item)) return null;
    next = textAt(body, "metadata", "continue");
    if (next === "") return null;
  }
  return null;
}

export function refOf(cluster: ClusterName, kind: Kind, item: unknown): ObjectRef {
  const object = isJsonObject(item) ? item : {};
  const namespace = at(object, "metadata", "namespace");
  return {
    cluster,
    kind,
    namespace: typeof namespace === "string" && namespace !== "" ? namespace : null,
    name: textAt(object, "metadata", "name"),
    uid: textAt(object, "metadata", "uid"),
  };
}
