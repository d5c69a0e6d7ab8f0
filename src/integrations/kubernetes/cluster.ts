// One cluster: the port's methods over its API, discovery and caches.
import type { RandomBytes } from "../../core/ids.ts";
import { isJsonObject, textAt } from "../../core/json.ts";
import { apiVersionOf, type KubeObject, type Locator, pathOf } from "../../core/kube.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Cluster, ClusterInfo } from "../../core/ports/clusters.ts";
import type { Log } from "../../core/ports/log.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";
import { tagSecret } from "../../kubernetes/redact.ts";
import { canI, mayDo } from "./access.ts";
import type { Api } from "./api.ts";
import { BackOff } from "./back-off.ts";
import { WorkloadCache } from "./cache.ts";
import type { Endpoint } from "./connect.ts";
import { Discovery } from "./discovery.ts";
import { find } from "./find.ts";
import { follow } from "./follow.ts";
import { Identity } from "./identity.ts";
import { list, table } from "./lists.ts";
import { logs } from "./logs.ts";
import { Namespaces } from "./namespaces.ts";
import { tokenFor } from "./token.ts";
import { usage } from "./usage.ts";
import { preview, write } from "./write.ts";

export interface ClusterParts {
  readonly info: ClusterInfo;
  readonly api: Api;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** What a client that is handed a token needs besides. */
  readonly endpoint: Endpoint;
  /** Secret values leave as HMACs under this. */
  readonly secretTagKey: Uint8Array;
}

export interface OpenCluster {
  readonly port: Cluster;
  readonly cache: WorkloadCache;
  readonly discovery: Discovery;
}

export function openCluster(parts: ClusterParts): OpenCluster {
  const { api, clock, info } = parts;
  const cache = new WorkloadCache(info.name, () => clock.now());
  const discovery = new Discovery(api, clock);
  const namespaces = new Namespaces(api, clock);
  const identity = new Identity(api);
  const shown = (object: KubeObject): KubeObject => tagSecret(object, parts.secretTagKey);
  const readAt = async (object: Locator, subresource?: string): Promise<KubeObject | null | Refusal> => {
    const body = await api.get(pathOf(object, subresource));
    if (isRefusal(body) || !isJsonObject(body)) return isRefusal(body) ? body : null;
    const words = subresource === undefined ? { apiVersion: apiVersionOf(object.kind), kind: object.kind.kind } : {};
    return shown({ ...words, ...body });
  };
  const port: Cluster = {
    info,
    kinds: () => discovery.kinds(),
    kindOf: (word) => discovery.kindOf(word),
    kindOfManifest: (apiVersion, kind) => discovery.kindOfManifest(apiVersion, kind),
    find: (words, resources) => find({ api, cache, discovery, name: info.name }, words, resources),
    namespaces: () => namespaces.names(),
    read: (object) => readAt(object),
    readSub: (object, subresource) => readAt(object, subresource),
    list: (query) => list(api, query, shown),
    table: (query) => table(api, query),
    logs: (query) => logs(api, query),
    usage: (what, namespace) => usage(api, what, namespace),
    canI: (caller, access) => canI(api, caller, access),
    mayDo: (subject, access) => mayDo(api, subject, access),
    tokenFor: (wanted) => tokenFor(api, parts.endpoint, wanted),
    overview: (scope) => cache.overview(scope),
    preview: (call, caller) => preview(api, call, caller, shown),
    write: (call, options) => write(api, call, options, shown),
    follow: async (goal, signal, progress) => {
      const backOff = new BackOff(api.timing, parts.random);
      return await follow({ api, clock, backOff, signal, progress }, goal);
    },
    identity: () => identity.uid(),
    health: () => health(api),
  };
  return { port, cache, discovery };
}

async function health(api: Api): Promise<Awaited<ReturnType<Cluster["health"]>>> {
  const body = await api.get("/version");
  if (isRefusal(body)) return { reachable: body.code !== "cluster-unreachable", version: "", says: body.message };
  const version = textAt(body ?? undefined, "gitVersion");
  return { reachable: true, version, says: `Cluster ${api.cluster} answers as ${version}.` };
}
