// How the bot itself is watched: health, readiness and metrics on their own port, and the looks at its parts.
import { hostname } from "node:os";
import type { Checkpointer } from "../audit/checkpointer.ts";
import type { AuditRecord } from "../core/audit.ts";
import type { Clusters } from "../core/ports/clusters.ts";
import type { Health } from "../core/ports/health.ts";
import type { Jobs } from "../core/ports/jobs.ts";
import { noSpans, type Spans } from "../core/ports/spans.ts";
import type { Store } from "../core/ports/store.ts";
import type { Surface } from "../core/ports/surface.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Dispatch } from "../dispatch/dispatch.ts";
import { probesOf } from "../health/probes.ts";
import { type HealthWatch, watchHealth } from "../health/watch.ts";
import type { OpenClusters } from "../integrations/kubernetes/clusters.ts";
import type { Connection } from "../integrations/slack/connect.ts";
import { measuredStore, type StoreWatch } from "../metrics/measured-store.ts";
import { measuredSurface } from "../metrics/measured-surface.ts";
import { type Metrics, makeMetrics } from "../metrics/registry.ts";
import { type Sources, scrape } from "../metrics/scrape.ts";
import { listenForOperations } from "../server/operations/listen.ts";
import { readiness, type Standing } from "../server/operations/ready.ts";
import type { WebResponse } from "../server/route.ts";
import { type OpenTracing, openTracing } from "../tracing/open.ts";
import { tracedClusters, tracedJob, tracedSurface } from "../tracing/traced.ts";
import type { Base } from "./base.ts";
import type { Workspace } from "./slack.ts";
import { tellOperators } from "./tell-operators.ts";

export interface Operations {
  readonly health: Health;
  measuredStore(store: Store): Store;
  measuredSurface(surface: Surface): Surface;
  /** Where time goes, for whoever collects traces; does nothing where nobody does. */
  readonly spans: Spans;
  tracedClusters(clusters: Clusters): Clusters;
  tracedJobs(jobs: Dispatch["jobs"]): Dispatch["jobs"];
  /** How long Slack's payload waited for its acknowledgement, in ms. */
  acknowledged(ms: number): void;
  /** Everything is open: from now on it is ready, and its parts are looked at. The port; null where it was taken. */
  serving(parts: Served): Promise<number | null>;
  /** It takes nothing more in. */
  stopping(): void;
}

export interface Served {
  readonly store: Store;
  readonly workspace: Workspace;
  readonly clusters: OpenClusters;
  readonly jobs: Jobs;
  readonly checkpointer: Checkpointer;
  readonly connection: Connection;
}

/**
 * To be opened before anything else, so that a start that takes long is seen as that. Nobody waits for its thread. Throws when
 * traces are configured and cannot be made.
 */
export async function openOperations(base: Base): Promise<Operations> {
  const { clock, log, version, closing, config } = base;
  const metrics = makeMetrics();
  metrics.set("countersign_build_info", 1, { version, node: process.version });
  let notServing: Standing["notServing"] = { says: "It starts.", since: clock.now() };
  let watch: HealthWatch | null = null;
  let sources: Sources | null = null;
  const health: Health = { parts: () => watch?.parts() ?? [] };
  const listening = listenForOperations({
    ...{ host: config.operations.host, port: config.operations.port, log },
    answers: {
      "/readyz": (query) => readiness({ notServing, parts: health.parts() }, query),
      "/metrics": () => metricsNow(metrics, sources),
    },
  });
  closing.add(async () => {
    await (await listening).close();
    metrics.close();
  });
  const tracing = await tracingOf(base);
  const commits = { lastFailed: false };
  return {
    ...{ health, spans: tracing ?? noSpans },
    ...instruments(metrics, tracing, commits),
    async serving(parts) {
      sources = sourcesOf(base, parts, health);
      const probes = probesFor(base, parts, { sources, lastCommitFailed: () => commits.lastFailed });
      watch = watchHealth({ probes, clock, log, tell: await tellOperators(base, parts) });
      const watching = watch;
      closing.add(() => watching.stop());
      notServing = null;
      return (await listening).port;
    },
    stopping() {
      notServing ??= { says: "It stops.", since: clock.now() };
    },
  };
}

type Instruments = Pick<
  Operations,
  "acknowledged" | "measuredStore" | "measuredSurface" | "tracedClusters" | "tracedJobs"
>;

/** What is put around the parts of the bot, so that none of them knows of it. */
function instruments(metrics: Metrics, tracing: OpenTracing | null, commits: { lastFailed: boolean }): Instruments {
  const stopwatch = (): number => performance.now();
  const watch: StoreWatch = {
    committed: () => {
      commits.lastFailed = false;
    },
    unavailable: () => {
      commits.lastFailed = true;
    },
  };
  const measured = {
    acknowledged: (ms: number) => metrics.observe("countersign_ack_seconds", ms / 1_000),
    measuredSurface: (surface: Surface) => measuredSurface(surface, metrics, stopwatch),
    measuredStore: (store: Store) => measuredStore(store, metrics, stopwatch, watch),
  };
  if (tracing === null) return { ...measured, tracedClusters: (clusters) => clusters, tracedJobs: (jobs) => jobs };
  const recorded = (records: readonly AuditRecord[]): void => tracing.recorded(records);
  return {
    ...measured,
    measuredSurface: (surface) => measuredSurface(tracedSurface(surface, tracing), metrics, stopwatch),
    measuredStore: (store) => measuredStore(store, metrics, stopwatch, { ...watch, recorded }),
    tracedClusters: (clusters) => tracedClusters(clusters, tracing),
    tracedJobs: (jobs) => ({
      ...jobs,
      execute: tracedJob("execution", jobs.execute, tracing),
      recover: tracedJob("recovery", jobs.recover, tracing),
    }),
  };
}

async function tracingOf({ config, secrets, version, log, closing }: Base): Promise<OpenTracing | null> {
  const { traces } = config.operations;
  if (traces === null) return null;
  const headers = traces.headersFrom === null ? null : (secrets.named?.(traces.headersFrom) ?? "");
  if (headers === "") throw new Error(`${traces.headersFrom} is not set: operations.traces names it.`);
  const instance = `${hostname()}-${process.pid}`;
  const tracing = await openTracing({ ...traces, headers, version, instance, log });
  closing.add(() => tracing.close());
  return tracing;
}

async function metricsNow(metrics: Metrics, sources: Sources | null): Promise<WebResponse> {
  if (sources !== null) await scrape(metrics, sources);
  return { status: 200, headers: { "content-type": metrics.contentType }, body: await metrics.text() };
}

function sourcesOf({ clock }: Base, parts: Served, health: Health): Sources {
  const { store, clusters, jobs, checkpointer, connection } = parts;
  const listensSince = clock.now();
  return {
    ...{ clock, store, health },
    jobs: () => jobs.standing(),
    vouched: () => checkpointer.vouched(),
    isSealed: () => checkpointer.refusal() !== null,
    sockets: () => connection.sockets(),
    appSockets: () => connection.appSockets(),
    connectedSince: () => (connection.mode === "http" ? listensSince : (connection.sockets().at(-1) ?? null)),
    caches: () => clusters.caches(),
  };
}

function probesFor(
  { clock, config }: Base,
  { store, clusters, jobs, checkpointer }: Served,
  of: { readonly sources: Sources; readonly lastCommitFailed: () => boolean },
) {
  const watched = {
    ...{ store, clock, lastCommitFailed: of.lastCommitFailed },
    queue: () => jobs.queue(),
    oldestDueJob: async () => (await jobs.standing()).oldestDueAt,
    isConnected: () => of.sources.connectedSince() !== null,
    sealedBecause: () => {
      const refusal = checkpointer.refusal();
      return isRefusal(refusal) ? refusal.message : null;
    },
    clusters: () => new Map([...clusters.caches()].map(([name, { asOf }]) => [name, asOf])),
  };
  const names = config.clusters.map((cluster) => cluster.name);
  return probesOf(watched, names);
}
