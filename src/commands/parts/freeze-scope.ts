// What a freeze is about, from the words that were typed: places first, then kinds and verbs.
import type { FreezeScope } from "../../core/freezes.ts";
import { nearest } from "../../core/nearest.ts";
import type { Clusters } from "../../core/ports/clusters.ts";
import type { Catalogue } from "../../core/ports/requests.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";

export interface ScopeWords {
  readonly places: readonly string[];
  readonly kinds: readonly string[];
  readonly verbs: readonly string[];
}

interface Place {
  readonly environment: string | null;
  readonly cluster: string | null;
  readonly namespace: string | null;
}

/** Kinds are written as the clusters know them, so that a freeze of `deploy` is one of `deployment.apps`. */
export async function readScope(
  clusters: Clusters,
  catalogue: Catalogue,
  words: ScopeWords,
): Promise<FreezeScope | Refusal> {
  const places: Place[] = [];
  for (const word of words.places) {
    const place = await readPlace(clusters, word);
    if (isRefusal(place)) return place;
    places.push(place);
  }
  const verbs = readVerbs(catalogue, words.verbs);
  if (isRefusal(verbs)) return verbs;
  const kinds = await readKinds(clusters, words.kinds);
  if (isRefusal(kinds)) return kinds;
  const where = joined(places);
  return isRefusal(where) ? where : { ...where, kinds, verbs };
}

const everything = ["everything", "all", "*"];

/** `production`, `production/payments` or `production:payments`: an environment or a cluster, and perhaps a namespace of it. */
async function readPlace(clusters: Clusters, word: string): Promise<Place | Refusal> {
  const [wide = "", namespace = "", ...more] = word.split(/[/:]/).filter((part, index) => part !== "" || index === 0);
  if (more.length > 0)
    return refuse(
      "bad-argument",
      `“${word}” names more than a place; a freeze is about places, kinds and verbs.`,
      "Type for example: freeze production/payments --kinds deployment",
    );
  const all = clusters.all();
  const of = { namespace: namespace === "" ? null : namespace };
  if (everything.includes(wide.toLowerCase())) return { environment: null, cluster: null, ...of };
  const isEnvironment = all.some((info) => info.environment === wide);
  const isCluster = all.some((info) => info.name === wide);
  if (!isEnvironment && !isCluster) return noSuchPlace(clusters, wide);
  const found = isEnvironment
    ? { environment: wide, cluster: null, ...of }
    : { environment: null, cluster: wide, ...of };
  return (await noSuchNamespace(clusters, found)) ?? found;
}

function noSuchPlace(clusters: Clusters, wide: string): Refusal {
  const names = [...new Set(clusters.all().flatMap((info) => [info.environment, info.name as string]))];
  const near = nearest(wide, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There is ${names.join(", ")}, or everything.`;
  return refuse("no-such-cluster", `“${wide}” is no environment and no cluster, so nothing was frozen.`, hint);
}

/** A mistyped namespace would freeze nothing. Where a cluster does not answer, what was typed is taken: it may be the reason. */
async function noSuchNamespace(clusters: Clusters, place: Place): Promise<Refusal | null> {
  const { namespace } = place;
  if (namespace === null || namespace.includes("*")) return null;
  const concerned = clusters
    .all()
    .filter((info) => info.environment === place.environment || info.name === place.cluster);
  const names: string[] = [];
  for (const info of concerned) {
    const known = await clusters.get(info.name)?.namespaces();
    if (known === undefined || isRefusal(known)) return null;
    names.push(...known);
  }
  if (names.includes(namespace)) return null;
  const near = nearest(namespace, [...new Set(names)]);
  return refuse(
    "no-such-namespace",
    `There is no namespace “${namespace}” in ${place.environment ?? place.cluster}, so nothing was frozen.`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Type: get namespaces",
  );
}

/** One freeze is one shape: its places share their namespaces, so that no place is frozen that nobody typed. */
function joined(places: readonly Place[]): Pick<FreezeScope, "environments" | "clusters" | "namespaces"> | Refusal {
  const unique = (words: readonly (string | null)[]) => [...new Set(words.filter((word) => word !== null))];
  const environments = unique(places.map((place) => place.environment));
  const clusters = unique(places.map((place) => place.cluster));
  const namespaces = unique(places.map((place) => place.namespace));
  const wide = new Set(places.map((place) => JSON.stringify([place.environment, place.cluster])));
  const typed = new Set(places.map((place) => JSON.stringify(place)));
  const isOneShape = typed.size === wide.size * Math.max(namespaces.length, 1);
  const isOneSort = wide.size === Math.max(environments.length, 1) || wide.size === Math.max(clusters.length, 1);
  const mixes = environments.length > 0 && clusters.length > 0;
  if (
    isOneShape &&
    isOneSort &&
    !mixes &&
    (namespaces.length === 0 || places.every((place) => place.namespace !== null))
  )
    return { environments, clusters, namespaces };
  return refuse(
    "bad-argument",
    "These places can't be one freeze: it would freeze more than you typed.",
    "Set a freeze for each of them, for example: freeze production/payments, then freeze staging",
  );
}

function readVerbs(catalogue: Catalogue, typed: readonly string[]): readonly string[] | Refusal {
  const changes = catalogue.verbs.filter((verb) => verb.kind === "change").map((verb) => verb.name);
  const verbs: string[] = [];
  for (const word of typed) {
    const verb = changes.find(
      (name) => name === word.toLowerCase() || name.replaceAll(" ", "-") === word.toLowerCase(),
    );
    if (verb === undefined) {
      const near = nearest(word, changes);
      const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Changes are ${changes.join(", ")}.`;
      return refuse("no-such-verb", `“${word}” is no verb that changes anything, so nothing was frozen.`, hint);
    }
    verbs.push(verb);
  }
  return [...new Set(verbs)].sort();
}

async function readKinds(clusters: Clusters, typed: readonly string[]): Promise<readonly string[] | Refusal> {
  const kinds: string[] = [];
  for (const word of typed) {
    const kind = await kindOf(clusters, word);
    if (isRefusal(kind)) return kind;
    kinds.push(kind);
  }
  return [...new Set(kinds)].sort();
}

async function kindOf(clusters: Clusters, word: string): Promise<string | Refusal> {
  let refusal = refuse("no-such-kind", `No cluster tells of a kind “${word}”.`, "Type it as kubectl does: deployment");
  for (const { name } of clusters.all()) {
    const kind = await clusters.get(name)?.kindOf(word);
    if (kind === undefined) continue;
    if (!isRefusal(kind)) return kind.group === "" ? kind.singular : `${kind.singular}.${kind.group}`;
    refusal = kind;
  }
  return refusal;
}
