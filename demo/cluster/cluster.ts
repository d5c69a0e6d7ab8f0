// The sample cluster: an HTTP server that answers as a kube-apiserver 1.36 with its controllers, for the demo and the tests.

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Tokens, type TokenUser } from "./authenticate.ts";
import { Authorizer } from "./authorize.ts";
import { baseObjects } from "./base-objects.ts";
import type { Backend, Call } from "./call.ts";
import type { Trouble } from "./controllers/context.ts";
import { ControllerLoop } from "./controllers/loop.ts";
import { type Fault, type FaultMatch, Faults } from "./faults.ts";
import { Ids } from "./identity.ts";
import type { JsonObject } from "./json.ts";
import { Kinds } from "./kinds.ts";
import { kubeconfig, writeKubeconfig } from "./kubeconfig.ts";
import { ObjectAccess } from "./objects.ts";
import { Keeper, readKept } from "./persistence.ts";
import { PodLogs } from "./pods/log-store.ts";
import { Registry } from "./registry.ts";
import { type RequestEntry, RequestLog } from "./request-log.ts";
import { structNamed } from "./schema/types.ts";
import { makeServer } from "./server.ts";
import { Storage } from "./storage.ts";
import { RealTimeline, SteppedTimeline } from "./timeline.ts";
import { Watchers } from "./watch.ts";

export interface SampleClusterOptions {
  /** 0, a free one, when left out; always on 127.0.0.1. */
  readonly port?: number;
  readonly name?: string;
  /** Stepped by `advance`, starting at that time, or following the machine's clock (the default). */
  readonly clock?: { readonly kind: "stepped"; readonly startMs: number } | { readonly kind: "real" };
  /** Put in when the cluster is new, after its namespaces, roles and nodes. */
  readonly seed?: readonly JsonObject[] | ((objects: ObjectAccess, nowMs: number) => void);
  readonly tokens: Readonly<Record<string, TokenUser>>;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string };
  /** From the making of a pod to its being ready; 2000 ms when left out. A function is asked at every step. */
  readonly podReadyMs?: number | (() => number);
  /** The first wait of a crash loop; 10000 ms, as in a real cluster, when left out. */
  readonly crashBackOffMs?: number;
  /** Images whose containers crash. */
  readonly brokenImages?: readonly string[];
  /** Other trouble by image: `crash`, `unready`, `missing` or `oom`. */
  readonly imageTrouble?: Readonly<Record<string, Trouble>>;
  /** Keeps the cluster between runs. */
  readonly dataFile?: string;
  /** Makes the ids; clusters with the same seed and the same history have the same ids. */
  readonly idSeed?: string;
}

export interface SampleCluster {
  readonly url: string;
  readonly name: string;
  readonly objects: ObjectAccess;
  /** Moves a stepped clock and runs everything that becomes due; throws on a real clock. */
  advance(ms: number): void;
  /** For a user of `tokens`; written to the file when one is given. Throws for a user without a token. */
  kubeconfig(user: string, file?: string): JsonObject;
  requests(): readonly RequestEntry[];
  forgetRequests(): void;
  failNext(match: FaultMatch, fault: Fault): void;
  clearFaults(): void;
  /** Forgets all history: open watches end with 410, and versions and pages from before are refused with 410. */
  expireVersions(): void;
  /** Ends watches cleanly, as a server that restarts does. */
  closeWatches(matches?: (call: Call) => boolean): void;
  /** Breaks the connections of the watches. */
  dropWatches(): void;
  readonly openWatches: number;
  /** Adds a line to the log of a container's current run. */
  writeLog(pod: { readonly namespace: string; readonly name: string; readonly container: string }, text: string): void;
  stop(): Promise<void>;
}

export async function startSampleCluster(options: SampleClusterOptions): Promise<SampleCluster> {
  const name = options.name ?? "sample";
  const timeline = options.clock?.kind === "stepped" ? new SteppedTimeline(options.clock.startMs) : new RealTimeline();
  const storage = new Storage();
  const kinds = new Kinds(structNamed);
  const kept = options.dataFile === undefined ? undefined : readKept(options.dataFile);
  const ids = new Ids(options.idSeed ?? name, kept?.ids ?? 0);
  const registry = new Registry({ storage, kinds, timeline, ids });
  const logs = new PodLogs();
  const objects = new ObjectAccess(registry);
  if (kept !== undefined) storage.restore(kept.state);
  const { podReadyMs = 2000 } = options;
  const controllers = new ControllerLoop({
    registry,
    logs,
    pace: {
      get podReadyMs() {
        return typeof podReadyMs === "function" ? podReadyMs() : podReadyMs;
      },
      crashBackOffMs: options.crashBackOffMs ?? 10_000,
    },
    troubleOf: troubleIn(options),
  });
  if (kept === undefined) plant(objects, options.seed, timeline.now());
  const keeper =
    options.dataFile === undefined ? undefined : new Keeper(options.dataFile, storage, timeline, () => ids.count);
  const backend: Backend = {
    registry,
    authorizer: new Authorizer(storage),
    logs,
    watchers: new Watchers(registry),
    tokens: new Tokens(options.tokens, { storage, timeline }),
  };
  const log = new RequestLog();
  const faults = new Faults();
  const requestIds = new Ids(`${options.idSeed ?? name}/audit`);
  const server = makeServer({ backend, log, faults, auditId: () => requestIds.uid(), tls: options.tls });
  const port = await listen(server, options.port ?? 0);
  const url = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  return {
    url,
    name,
    objects,
    advance(ms) {
      if (!(timeline instanceof SteppedTimeline))
        throw new Error("this sample cluster follows the real clock; start it with a stepped one");
      timeline.advance(ms);
    },
    kubeconfig(user, file) {
      const token = Object.entries(options.tokens).find(([, one]) => one.user === user)?.[0];
      if (token === undefined) throw new Error(`no token stands for ${user}`);
      const config = kubeconfig({ name, url, user, token, ca: options.tls?.ca });
      if (file !== undefined) writeKubeconfig(file, config);
      return config;
    },
    requests: () => log.all(),
    forgetRequests: () => log.clear(),
    failNext: (match, fault) => faults.order(match, fault),
    clearFaults: () => faults.clear(),
    expireVersions() {
      storage.compact();
      backend.watchers.expireAll();
    },
    closeWatches: (matches) => backend.watchers.closeAll(matches),
    dropWatches: () => backend.watchers.dropAll(),
    get openWatches() {
      return backend.watchers.count;
    },
    writeLog({ namespace, name: pod, container }, text) {
      const found = objects.get({ kind: "Pod", namespace, name: pod });
      if (found === undefined) throw new Error(`there is no pod ${namespace}/${pod}`);
      const statuses = (found.status as { containerStatuses?: { name: string; restartCount: number }[] } | undefined)
        ?.containerStatuses;
      const run = statuses?.find((one) => one.name === container)?.restartCount ?? 0;
      logs.write({ podUid: found.metadata.uid ?? "", container, run }, { timeMs: timeline.now(), text });
    },
    async stop() {
      backend.watchers.closeAll();
      controllers.stop();
      timeline.stop();
      keeper?.write();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function plant(objects: ObjectAccess, seed: SampleClusterOptions["seed"], nowMs: number): void {
  for (const manifest of baseObjects(nowMs)) objects.put(manifest);
  if (typeof seed === "function") seed(objects, nowMs);
  else for (const manifest of seed ?? []) objects.put(manifest);
}

function troubleIn(options: SampleClusterOptions): (image: string) => Trouble | undefined {
  const troubles = new Map<string, Trouble>(Object.entries(options.imageTrouble ?? {}));
  for (const image of options.brokenImages ?? []) troubles.set(image, "crash");
  // A bare tag stands for every image with it.
  return (image) => troubles.get(image) ?? troubles.get(image.split(":").at(-1) ?? "");
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return (server.address() as AddressInfo).port;
}
