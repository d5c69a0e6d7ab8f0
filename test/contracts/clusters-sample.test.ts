// The clusters contract on the sample cluster, and what only a cluster with controllers shows.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type SampleCluster, startSampleCluster } from "../../demo/cluster/cluster.ts";
import { systemClock } from "../../src/clock.ts";
import { asClusterName } from "../../src/core/ids.ts";
import { type Json, type JsonObject, at as valueAt } from "../../src/core/json.ts";
import { pathOf } from "../../src/core/kube.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { deploymentRevisions, undoTarget } from "../../src/kubernetes/history.ts";
import { eventually } from "../support/hand-clock.ts";
import { type ContractCluster, clustersContract } from "./clusters.ts";

const tokens = {
  "admin-token": { user: "admin", groups: ["system:masters"] },
  "viewer-token": { user: "viewer" },
};

interface SampleContract extends ContractCluster {
  readonly sample: SampleCluster;
}

async function openSample(user = "admin"): Promise<SampleContract> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "contract" } };
  const sample = await startSampleCluster({
    tokens,
    seed: [namespace],
    clock: { kind: "stepped", startMs: Date.UTC(2026, 0, 1) },
  });
  const directory = await mkdtemp(join(tmpdir(), "contract-"));
  const file = join(directory, "kubeconfig");
  sample.kubeconfig(user, file);
  const clusters = await openClusters({
    clusters: [
      {
        name: asClusterName("sample"),
        environment: "test",
        access: { kind: "kubeconfig", file, context: null },
        isDefault: true,
        unstablePaths: [],
      },
    ],
    clock: systemClock,
    random: randomBytes,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    version: "0.0.0",
    secretTagKey: Buffer.alloc(32, 3),
    timing: { backOffMs: 20 },
  });
  clusters.start();
  if (user === "admin") await clusters.whenWarm();
  const cluster = clusters.get("sample");
  assert.ok(cluster !== null);
  return {
    cluster,
    sample,
    namespace: "contract",
    send: (method, path, body, type) => send(sample.url, { method, path, body, type }),
    async close() {
      await clusters.close();
      await sample.stop();
      await rm(directory, { recursive: true });
    },
  };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Json | undefined;
  readonly type: string | undefined;
}

async function send(url: string, { method, path, body, type }: Sent): Promise<{ status: number; body: Json }> {
  const headers = { authorization: "Bearer admin-token", "content-type": type ?? "application/json" };
  const text = body === undefined ? null : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, { method, headers, body: text });
  return { status: answer.status, body: (await answer.json()) as Json };
}

clustersContract(() => openSample());

const deployment = (image: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "checkout", namespace: "contract" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "checkout" } },
    template: { metadata: { labels: { app: "checkout" } }, spec: { containers: [{ name: "app", image }] } },
  },
});
const path = "/apis/apps/v1/namespaces/contract/deployments/checkout";

test("a rollout is followed to its end on a cluster with controllers, and its history read as kubectl reads it", async () => {
  const at = await openSample();
  try {
    await at.send("POST", "/apis/apps/v1/namespaces/contract/deployments", deployment("app:1"));
    at.sample.advance(60_000);
    const change = { spec: { template: { spec: { containers: [{ name: "app", image: "app:2" }] } } } };
    await at.send("PATCH", path, change, "application/strategic-merge-patch+json");
    const [object] = got(await at.cluster.find({ name: "checkout", kind: "deploy" }, []));
    assert.ok(object !== undefined);
    const told: string[] = [];
    const stop = new AbortController();
    const following = at.cluster.follow({ kind: "rollout", object }, stop.signal, (step) => {
      told.push(step.says);
      setImmediate(() => at.sample.advance(1_000));
    });
    assert.deepEqual(await following, { kind: "reached", says: 'deployment "checkout" successfully rolled out' });
    assert.ok(
      told.includes(
        'Waiting for deployment "checkout" rollout to finish: 1 out of 2 new replicas have been updated...',
      ),
    );
    const kind = got(await at.cluster.kindOf("replicasets"));
    const sets = got(await at.cluster.list({ kind, namespace: "contract", limit: 50 }));
    const live = got(await at.cluster.read(object));
    const revisions = deploymentRevisions(live ?? {}, sets.items);
    assert.deepEqual(
      revisions.map((one) => [one.revision, one.images]),
      [
        [1, ["app:1"]],
        [2, ["app:2"]],
      ],
    );
    const target = undoTarget(revisions, undefined);
    assert.ok(!isRefusal(target) && target.revision === 1);
    await eventually(() => at.cluster.overview({ kind: "workload", object })?.pods.ready === 2);
    assert.equal(at.cluster.overview({ kind: "workload", object })?.workloads[0]?.health, "healthy");
  } finally {
    await at.close();
  }
});

test("the caches survive dropped connections and forgotten history", async () => {
  const at = await openSample();
  try {
    const rows = () => at.cluster.overview({ kind: "namespace", namespace: "contract" })?.workloads ?? [];
    at.sample.dropWatches();
    await at.send("POST", "/apis/apps/v1/namespaces/contract/deployments", deployment("app:1"));
    await eventually(() => rows().length === 1);
    at.sample.expireVersions();
    await at.send("DELETE", path);
    await eventually(() => rows().length === 0);
  } finally {
    await at.close();
  }
});

test("a write whose reply is lost is unknown, and reading tells that it landed", async () => {
  const at = await openSample();
  try {
    await at.send("POST", "/apis/apps/v1/namespaces/contract/deployments", deployment("app:1"));
    const [object] = got(await at.cluster.find({ name: "checkout", kind: "deploy" }, []));
    await eventually(() => (at.cluster.overview({ kind: "cluster" })?.workloads.length ?? 0) === 1);
    const found = object ?? got(await at.cluster.find({ name: "checkout", kind: "deploy" }, []))[0];
    assert.ok(found !== undefined);
    const fresh = got(await at.cluster.read(found));
    at.sample.failNext({ method: "PATCH" }, { dropReplyAfterEffect: true });
    const call = {
      method: "PATCH",
      path: pathOf(found),
      query: {},
      contentType: "application/json-patch+json",
      body: [{ op: "add", path: "/spec/paused", value: true }],
      guard: "json-patch-test",
    } as const;
    const options = { fresh, requestId: "r-4k7m2qx", deadlineMs: 5_000 } as const;
    assert.equal((await at.cluster.write(call, options)).kind, "unknown");
    const live = got(await at.cluster.read(found));
    assert.equal(valueAt(live ?? {}, "spec", "paused"), true);
    assert.equal((await at.cluster.write(call, options)).kind, "stale");
  } finally {
    await at.close();
  }
});

test("a bot without rights is told what the cluster forbids", async () => {
  const at = await openSample("viewer");
  try {
    const kind = got(await at.cluster.kindOf("deployments.apps"));
    const refusal = await at.cluster.list({ kind, namespace: "contract", limit: 1 });
    assert.ok(
      isRefusal(refusal) && refusal.code === "cluster-forbids" && refusal.message.includes('User "viewer" cannot list'),
    );
    const access = { verb: "list", group: "apps", resource: "deployments", namespace: "contract" };
    assert.equal(got(await at.cluster.canI({ kind: "bot" }, access)).allowed, false);
    assert.equal(at.cluster.overview({ kind: "cluster" }), null);
  } finally {
    await at.close();
  }
});

function got<T>(value: T): Exclude<T, { readonly kind: "refusal" }> {
  assert.ok(!isRefusal(value), JSON.stringify(value));
  return value as Exclude<T, { readonly kind: "refusal" }>;
}
