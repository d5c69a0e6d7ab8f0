// All configured clusters, opened: their connections, their caches, and when they are warm.
import type { ClusterConfig } from "../../core/config.ts";
import type { RandomBytes } from "../../core/ids.ts";
import { collectionPath, type Kind } from "../../core/kube.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Caller, Cluster, Clusters } from "../../core/ports/clusters.ts";
import type { Log } from "../../core/ports/log.ts";
import { isRefusal } from "../../core/refusal.ts";
import { Api, type Timing, usualTiming } from "./api.ts";
import { BackOff } from "./back-off.ts";
import type { CacheFreshness } from "./cache.ts";
import { type ClusterParts, type OpenCluster, openCluster } from "./cluster.ts";
import { type Connection, connect } from "./connect.ts";
import { reflect, type Sink } from "./reflector.ts";
import { ClusterHttp } from "./request.ts";

export interface ClustersOptions {
  readonly clusters: readonly ClusterConfig[];
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** The bot's version, for the user agent. */
  readonly version: string;
  /** Random, 32 bytes, kept as long as plans are: Secret values are shown and compared as HMACs under it. */
  readonly secretTagKey: Uint8Array;
  readonly timing?: Partial<Timing>;
}

export interface OpenClusters extends Clusters {
  /** Begins to fill the caches; returns at once. A cluster that cannot be reached is tried again for ever. */
  start(): void;
  /** How fresh what is kept of each cluster is. Cheap: nothing is asked. */
  caches(): ReadonlyMap<string, CacheFreshness>;
  /** Resolves when every cluster's cache is warm, or when closed. */
  whenWarm(): Promise<void>;
  /** Ends all watches and connections; calls in flight get no answer. */
  close(): Promise<void>;
}

interface Opened extends OpenCluster {
  readonly connection: Connection;
  readonly parts: ClusterParts;
}

/** Throws when a kubeconfig cannot be used; does not call any cluster. */
export async function openClusters(options: ClustersOptions): Promise<OpenClusters> {
  const opened = new Map<string, Opened>();
  for (const config of options.clusters) opened.set(config.name, await open(config, options));
  const closing = new AbortController();
  const running: Promise<void>[] = [];
  const warm: Promise<void>[] = [];
  return {
    ...viewOf(opened, bot),
    start() {
      if (running.length > 0 || closing.signal.aborted) return;
      for (const one of opened.values()) {
        const isWarm = Promise.withResolvers<void>();
        warm.push(isWarm.promise);
        closing.signal.addEventListener("abort", () => isWarm.resolve(), { once: true });
        running.push(fill(one, closing.signal, isWarm.resolve));
      }
    },
    caches: () => new Map([...opened].map(([name, one]) => [name, one.cache.freshness()])),
    async whenWarm() {
      await Promise.all(warm);
    },
    async close() {
      closing.abort();
      await Promise.all(running);
      await Promise.all([...opened.values()].map((one) => one.connection.close()));
    },
  };
}

/** Each cluster as this caller sees it; the same object however often it is asked for. */
function viewOf(opened: ReadonlyMap<string, Opened>, caller: Caller): Clusters {
  const seen = new Map<string, Cluster>();
  return {
    all: () => [...opened.values()].map((one) => one.parts.info),
    get(name) {
      const cluster = seen.get(name) ?? opened.get(name)?.as(caller) ?? null;
      if (cluster !== null) seen.set(name, cluster);
      return cluster;
    },
    as: (other) => viewOf(opened, other),
  };
}

const bot: Caller = { kind: "bot" };

async function open(config: ClusterConfig, options: ClustersOptions): Promise<Opened> {
  const connection = await connect(config.access);
  const http = new ClusterHttp(connection, options.clock, options.version);
  const timing = { ...usualTiming, ...options.timing };
  const api = new Api(config.name, http, timing);
  const info = { name: config.name, environment: config.environment, isDefault: config.isDefault };
  const { clock, random, log, secretTagKey } = options;
  const impersonation = config.impersonation ?? null;
  const parts = { info, api, clock, random, log, secretTagKey, impersonation, endpoint: connection.endpoint };
  return { ...openCluster(parts), connection, parts };
}

/** Learns the kinds, then reflects each collection until closed. */
async function fill(opened: Opened, signal: AbortSignal, warm: () => void): Promise<void> {
  const { cache, parts } = opened;
  const kinds = await workloadKinds(opened, signal);
  const sinks: readonly (readonly [string, Sink])[] = [
    ...kinds.map((kind) => [collectionPath(kind, null), cache.workloadSink(kind)] as const),
    ["/api/v1/pods", cache.podSink()],
    ["/api/v1/nodes", cache.nodeSink()],
  ];
  const { api, clock, log } = parts;
  const reflections = sinks.map(async ([path, sink]) => {
    const telling: Sink = {
      ...sink,
      listed: () => {
        sink.listed();
        if (cache.isWarm) warm();
      },
    };
    const backOff = new BackOff(api.timing, parts.random);
    // A signal of its own: the many waits of all clusters on one would look like a leak of listeners.
    const mayBeForbidden = path === "/api/v1/nodes";
    await reflect({ api, clock, log, backOff, path, sink: telling, mayBeForbidden }, AbortSignal.any([signal]));
  });
  await Promise.all(reflections);
}

async function workloadKinds(opened: Opened, signal: AbortSignal): Promise<readonly Kind[]> {
  const { api, clock, log, random } = opened.parts;
  const backOff = new BackOff(api.timing, random);
  while (!signal.aborted) {
    const kinds = await opened.discovery.kinds();
    if (!isRefusal(kinds)) {
      const wanted = ["Deployment", "StatefulSet", "DaemonSet"];
      return kinds.filter((kind) => kind.group === "apps" && kind.version === "v1" && wanted.includes(kind.kind));
    }
    const waitMs = backOff.next(null);
    log.warn("cluster discovery failed", { cluster: api.cluster, says: kinds.message, waitMs });
    await clock.wait(waitMs, signal);
  }
  return [];
}
