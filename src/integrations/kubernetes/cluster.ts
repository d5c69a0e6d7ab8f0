// One cluster: the port's methods over its API, discovery and caches.
import type { ImpersonationConfig } from "../../core/config.ts";
import type { RandomBytes } from "../../core/ids.ts";
import { isJsonObject, textAt } from "../../core/json.ts";
import { apiVersionOf, type KubeObject, type Locator, pathOf } from "../../core/kube.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Caller, Cluster, ClusterInfo, OverviewScope } from "../../core/ports/clusters.ts";
import type { Log } from "../../core/ports/log.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { tagSecret } from "../../kubernetes/redact.ts";
import { canI, mayWrite } from "./access.ts";
import type { Api } from "./api.ts";
import { BackOff } from "./back-off.ts";
import { WorkloadCache } from "./cache.ts";
import type { Endpoint } from "./connect.ts";
import { Discovery } from "./discovery.ts";
import { find } from "./find.ts";
import { follow } from "./follow.ts";
import { Identity } from "./identity.ts";
import { type Who, whoIs } from "./impersonate.ts";
import { list, table } from "./lists.ts";
import { logs } from "./logs.ts";
import { gettable, Namespaces } from "./namespaces.ts";
import { Reviews } from "./reviews.ts";
import { sight, sightNow } from "./sight.ts";
import { tokenFor } from "./token.ts";
import { usage } from "./usage.ts";
import { preview, write } from "./write.ts";

export interface ClusterParts {
  readonly info: ClusterInfo;
  /** As the bot. */
  readonly api: Api;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** What a client that is handed a token needs besides. */
  readonly endpoint: Endpoint;
  /** Secret values leave as HMACs under this. */
  readonly secretTagKey: Uint8Array;
  readonly impersonation: ImpersonationConfig | null;
}

export interface OpenCluster {
  /** The cluster as this caller sees it; what is shared is the bot's. */
  as(caller: Caller): Cluster;
  readonly cache: WorkloadCache;
  readonly discovery: Discovery;
}

/** What all callers share. */
interface Shared {
  readonly parts: ClusterParts;
  readonly cache: WorkloadCache;
  readonly discovery: Discovery;
  readonly namespaces: Namespaces;
  readonly identity: Identity;
  readonly reviews: Reviews;
}

export function openCluster(parts: ClusterParts): OpenCluster {
  const { api, clock, info } = parts;
  const cache = new WorkloadCache(info.name, () => clock.now());
  const discovery = new Discovery(api, clock);
  const namespaces = new Namespaces(api, clock);
  const identity = new Identity(api);
  const reviews = new Reviews((subject, access) => canI(api, subject, access), clock);
  const shared = { parts, cache, discovery, namespaces, identity, reviews };
  return { as: (caller) => seenBy(shared, caller), cache, discovery };
}

/** What is read for showing never carries the role: what an approval adds is for the call that was approved. */
function seenBy(shared: Shared, caller: Caller): Cluster {
  const { parts, discovery, identity } = shared;
  const { api, clock, info } = parts;
  const whoOf = (one: Caller): Who => whoIs(info.name, parts.impersonation, one);
  const actor = whoOf(caller);
  // Whose change is refused learns why at the first look, not by what they can't see for the same reason.
  const reader = api.asking(isRefusal(actor) || caller.kind === "bot" ? actor : whoOf({ ...caller, role: null }));
  const writer = api.asking(actor);
  const shown = (object: KubeObject): KubeObject => tagSecret(object, parts.secretTagKey);
  const readAt = async (api: Api, object: Locator, subresource?: string): Promise<KubeObject | null | Refusal> => {
    const body = await api.get(pathOf(object, subresource));
    if (isRefusal(body) || !isJsonObject(body)) return isRefusal(body) ? body : null;
    const words = subresource === undefined ? { apiVersion: apiVersionOf(object.kind), kind: object.kind.kind } : {};
    return shown({ ...words, ...body });
  };
  return {
    info,
    kinds: () => discovery.kinds(),
    kindOf: (word) => discovery.kindOf(word),
    kindOfManifest: (apiVersion, kind) => discovery.kindOfManifest(apiVersion, kind),
    ...fromCaches(shared, reader),
    read: (object) => readAt(reader, object),
    readSub: (object, subresource) => readAt(reader, object, subresource),
    readToWrite: (object, subresource) => readAt(writer, object, subresource),
    list: (query) => list(reader, query, shown),
    table: (query) => table(reader, query),
    logs: (query) => logs(reader, query),
    usage: (what, namespace) => usage(reader, what, namespace),
    canI: (subject, access) => canI(api, whoOf(subject), access),
    mayDo: (subject, access) => canI(api, { uid: null, extra: {}, ...subject }, access),
    tokenFor: (wanted) => tokenFor(writer, parts.endpoint, wanted),
    mayWrite: (call) => mayWrite(writer, call),
    preview: (call) => preview(writer, call, shown),
    write: (call, options) => write({ api: writer, shown }, call, options),
    follow: async (goal, signal, progress) => {
      const backOff = new BackOff(api.timing, parts.random);
      return await follow({ api: writer, clock, backOff, signal, progress }, goal);
    },
    identity: () => identity.uid(),
    health: () => health(api),
  };
}

type FromCaches = Pick<Cluster, "find" | "namespaces" | "overview" | "lookOver">;

/** The bot sees all that it keeps; a person what a review of the last half minute lets them list. */
function fromCaches(shared: Shared, reader: Api): FromCaches {
  const { parts, cache, discovery, namespaces } = shared;
  const { name } = parts.info;
  const { who } = reader;
  if (isRefusal(who))
    return { find: async () => who, namespaces: async () => who, overview: () => null, lookOver: async () => who };
  const reviews = who === null ? null : shared.reviews.of(who);
  const found = { api: reader, cache, discovery, name, reviews, namespaces: () => namespaces.names() };
  const holding = (): readonly string[] => cache.namespaces();
  return {
    find: (words, resources) => find(found, words, resources),
    namespaces: async () => {
      const names = await namespaces.names();
      return reviews === null || isRefusal(names) ? names : await gettable(names, reviews);
    },
    overview: (scope) => {
      if (reviews === null || !cache.isWarm) return cache.overview(scope);
      const seen = sightNow(reviews, scope, holding);
      return seen === null || seen.isNothing ? null : cache.overview(scope, seen);
    },
    lookOver: async (scope) => {
      if (reviews === null || !cache.isWarm) return cache.overview(scope);
      const seen = await sight(reviews, scope, holding);
      if (isRefusal(seen)) return seen;
      return seen.isNothing ? nothingSeen(name, scope) : cache.overview(scope, seen);
    },
  };
}

function nothingSeen(cluster: string, scope: OverviewScope): Refusal {
  const namespace =
    scope.kind === "namespace" ? scope.namespace : scope.kind === "workload" ? scope.object.namespace : null;
  return refuse(
    "cluster-forbids",
    `Cluster ${cluster} lets you list no workloads and no pods${namespace === null ? "" : ` in namespace ${namespace}`}.`,
    "Ask for the right in the cluster.",
  );
}

async function health(api: Api): Promise<Awaited<ReturnType<Cluster["health"]>>> {
  const body = await api.get("/version");
  if (isRefusal(body)) return { reachable: body.code !== "cluster-unreachable", version: "", says: body.message };
  const version = textAt(body ?? undefined, "gitVersion");
  return { reachable: true, version, says: `Cluster ${api.cluster} answers as ${version}.` };
}
