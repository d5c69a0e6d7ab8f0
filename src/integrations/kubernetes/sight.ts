// How much of the shared caches a person may see: what the cluster lets them list, resource by resource and namespace by namespace.
import type { Access, OverviewScope } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import type { SubjectReviews } from "./reviews.ts";

/** Kind → plural, of what the caches hold in namespaces. */
export const cachedKinds = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  DaemonSet: "daemonsets",
  Pod: "pods",
} as const;

export type CachedResource = (typeof cachedKinds)[keyof typeof cachedKinds];
export const cachedResources: readonly CachedResource[] = Object.values(cachedKinds);

export interface Sight {
  /** The same for all who see the same. */
  readonly key: string;
  readonly isAll: boolean;
  readonly isNothing: boolean;
  readonly nodes: boolean;
  may(resource: CachedResource, namespace: string): boolean;
}

export const listing = (resource: string, namespace: string | null, group = ""): Access => ({
  verb: "list",
  group,
  resource,
  namespace,
});

const listed = (resource: CachedResource, namespace: string | null): Access =>
  listing(resource, namespace, resource === "pods" ? "" : "apps");

type Known = (access: Access) => boolean | null;

/** From what is known now, or what must be asked first. `namespaces`: all that hold anything. */
function sightOf(
  known: Known,
  scope: OverviewScope,
  namespaces: () => readonly string[],
): Sight | { readonly missing: readonly Access[] } {
  const missing: Access[] = [];
  const ask = (access: Access): boolean => {
    const answer = known(access);
    if (answer === null) missing.push(access);
    return answer === true;
  };
  const everywhere = new Set<string>();
  const allowed = new Set<string>();
  const parts: string[] = [];
  const wanted = scope.kind === "workload" ? [resourceOf(scope), "pods" as const] : cachedResources;
  const places =
    scope.kind === "cluster" ? null : [(scope.kind === "namespace" ? scope.namespace : scope.object.namespace) ?? ""];
  for (const resource of wanted) {
    // In one namespace, what is known of all saves asking; who may list everywhere is asked about once.
    const all = places === null ? ask(listed(resource, null)) : known(listed(resource, null)) === true;
    if (all) everywhere.add(resource);
    else if (places !== null || !missing.some((one) => one.resource === resource))
      for (const place of places ?? namespaces()) if (ask(listed(resource, place))) allowed.add(`${resource} ${place}`);
  }
  const nodes = scope.kind === "cluster" && ask(listing("nodes", null));
  if (missing.length > 0) return { missing };
  parts.push(...everywhere, ...allowed, ...(nodes ? ["nodes"] : []));
  const isWhole = wanted.every(
    (resource) => everywhere.has(resource) || (places?.every((place) => allowed.has(`${resource} ${place}`)) ?? false),
  );
  return {
    key: parts.join("\n"),
    isAll: isWhole && (nodes || scope.kind !== "cluster"),
    isNothing: everywhere.size + allowed.size === 0,
    nodes,
    may: (resource, namespace) => everywhere.has(resource) || allowed.has(`${resource} ${namespace}`),
  };
}

function resourceOf(scope: Extract<OverviewScope, { kind: "workload" }>): CachedResource {
  const { kind } = scope.object.kind;
  return kind in cachedKinds ? cachedKinds[kind as keyof typeof cachedKinds] : "deployments";
}

/** Without waiting; null when something must be asked first. */
export function sightNow(
  reviews: SubjectReviews,
  scope: OverviewScope,
  namespaces: () => readonly string[],
): Sight | null {
  const sight = sightOf((access) => reviews.known(access), scope, namespaces);
  return "missing" in sight ? null : sight;
}

/** Asks what is not known: first about the whole cluster, then, where that is not allowed, about each namespace. */
export async function sight(
  reviews: SubjectReviews,
  scope: OverviewScope,
  namespaces: () => readonly string[],
): Promise<Sight | Refusal> {
  // What was answered here counts until the end, however long the rest takes.
  const answers = new Map<string, boolean>();
  const keyOf = ({ resource, namespace }: Access): string => `${resource} ${namespace}`;
  while (true) {
    const seen = sightOf((access) => answers.get(keyOf(access)) ?? reviews.known(access), scope, namespaces);
    if (!("missing" in seen)) return seen;
    const told = await Promise.all(
      seen.missing.map(async (access) => ({ access, allowed: await reviews.allowed(access) })),
    );
    for (const { access, allowed } of told) {
      if (isRefusal(allowed)) return allowed;
      answers.set(keyOf(access), allowed);
    }
  }
}
