// What was typed as a target, among what the cluster has: from the caches for workloads, from the server otherwise.

import type { ClusterName } from "../../core/ids.ts";
import { at, isJsonObject, listAt, textAt } from "../../core/json.ts";
import { collectionPath, type Kind, type ObjectRef } from "../../core/kube.ts";
import type { TargetWords } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { WorkloadCache } from "./cache.ts";
import type { Discovery } from "./discovery.ts";

const most = 50;
/** A prefix is looked for among at most this many objects of a kind that is not cached. */
const pageSize = 500;
const mostPages = 10;
const namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

const workloadResources = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"] as const;

export interface FindParts {
  readonly api: Api;
  readonly name: ClusterName;
  readonly cache: WorkloadCache;
  readonly discovery: Discovery;
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
  for (const kind of kinds) {
    const some = await ofKind(parts, kind, words);
    if (isRefusal(some)) return some;
    found.push(...some);
  }
  const name = words.name ?? "";
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

async function ofKind(parts: FindParts, kind: Kind, words: TargetWords): Promise<readonly ObjectRef[] | Refusal> {
  const isCached = workloadResources.some((resource) => resource === resourceName(kind)) && parts.cache.isWarm;
  if (!isCached) return await fromServer(parts, kind, words);
  return parts.cache
    .workloads(words.namespace ?? null)
    .map((row) => row.object)
    .filter((object) => object.kind.resource === kind.resource && object.name.startsWith(words.name ?? ""));
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
