// The clusters contract on a real control plane, over TLS, and what only real controllers show.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { Agent, request } from "undici";
import { systemClock } from "../../src/clock.ts";
import { asClusterName } from "../../src/core/ids.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.ts";
import type { ObjectRef } from "../../src/core/kube.ts";
import type { WriteOutcome } from "../../src/core/ports/clusters.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { type OpenClusters, openClusters } from "../../src/integrations/kubernetes/clusters.ts";
import { deploymentRevisions, type Revision, undoneAnnotations, undoTarget } from "../../src/kubernetes/history.ts";
import type { AuditEvent } from "../cluster/audit-events.ts";
import { startTestCluster } from "../cluster/start.ts";
import { createNamespace, type TestCluster } from "../cluster/test-cluster.ts";
import type { UserName } from "../cluster/users.ts";
import { eventually } from "../support/hand-clock.ts";
import { byName, personNamed } from "../support/scripted-adapter.ts";
import { type ContractCluster, clustersContract } from "./clusters.ts";

let starting: Promise<TestCluster> | null = null;
/** One control plane for the whole file, started by whichever hook comes first. */
const realCluster = (): Promise<TestCluster> => (starting ??= startTestCluster());
after(async () => await (await realCluster()).stop());

async function openAs(user: UserName): Promise<OpenClusters> {
  const real = await realCluster();
  return await openClusters({
    clusters: [
      {
        name: asClusterName("real"),
        environment: "test",
        access: { kind: "kubeconfig", file: real.kubeconfig(user), context: null },
        isDefault: true,
        unstablePaths: [],
        impersonation: byName,
      },
    ],
    clock: systemClock,
    random: randomBytes,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    version: "0.0.0",
    secretTagKey: Buffer.alloc(32, 3),
  });
}

async function openReal(namespace: string): Promise<ContractCluster & { readonly clusters: OpenClusters }> {
  const real = await realCluster();
  await createNamespace(real, namespace);
  const clusters = await openAs("admin");
  clusters.start();
  await clusters.whenWarm();
  const cluster = clusters.get("real");
  assert.ok(cluster !== null);
  const dispatcher = new Agent({ connect: { ca: real.caPem } });
  return {
    cluster,
    clusters,
    namespace,
    async send(method, path, body, type = "application/json") {
      const answer = await request(`${real.server}${path}`, {
        dispatcher,
        method: method as "POST",
        headers: { authorization: `Bearer ${real.tokenOf("admin")}`, "content-type": type },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: answer.statusCode, body: (await answer.body.json()) as Json };
    },
    async close() {
      await clusters.close();
      await dispatcher.destroy();
    },
  };
}

clustersContract(() => openReal("contract"));

const deployment = (image: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "checkout" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "checkout" } },
    template: { metadata: { labels: { app: "checkout" } }, spec: { containers: [{ name: "app", image }] } },
  },
});

test("a real rollout is followed to its end, its pods are counted, its log read", async () => {
  const at = await openReal("follow-1");
  try {
    const made = await at.send("POST", "/apis/apps/v1/namespaces/follow-1/deployments", deployment("app:1"));
    assert.equal(made.status, 201);
    await eventually(() => at.cluster.overview({ kind: "namespace", namespace: "follow-1" })?.workloads.length === 1);
    const found = await at.cluster.find({ namespace: "follow-1", name: "checkout" }, ["deployments.apps"]);
    assert.ok(!isRefusal(found) && found[0] !== undefined);
    const goal = { kind: "rollout", object: found[0] } as const;
    const outcome = await at.cluster.follow(goal, AbortSignal.timeout(60_000), () => undefined);
    assert.deepEqual(outcome, { kind: "reached", says: 'deployment "checkout" successfully rolled out' });
    const scope = { kind: "workload", object: found[0] } as const;
    await eventually(() => at.cluster.overview(scope)?.pods.ready === 2);
    assert.equal(at.cluster.overview(scope)?.nodes?.ready, 2);
    const kind = await at.cluster.kindOf("pods");
    assert.ok(!isRefusal(kind));
    const pods = await at.cluster.table({ kind, namespace: "follow-1", limit: 10 });
    assert.ok(!isRefusal(pods) && pods.rows.length === 2);
    const pod = pods.rows[0]?.name ?? "";
    const log = await at.cluster.logs({ namespace: "follow-1", pod, previous: false, tailLines: 2, limitBytes: 500 });
    assert.ok(!isRefusal(log) && log.text !== "" && log.container === "app", JSON.stringify(log));
  } finally {
    await at.close();
  }
});

test("a user without rights is told what the cluster forbids, in its words", async () => {
  const clusters = await openAs("stranger");
  try {
    const cluster = clusters.get("real");
    assert.ok(cluster !== null);
    const kind = await cluster.kindOf("pods");
    assert.ok(!isRefusal(kind), JSON.stringify(kind));
    const refusal = await cluster.list({ kind, namespace: "default", limit: 1 });
    assert.ok(isRefusal(refusal) && refusal.code === "cluster-forbids" && refusal.message.includes("cannot list"));
  } finally {
    await clusters.close();
  }
});

test("a person writes under their own name and groups, which the cluster's audit log joins to the request", async () => {
  const at = await openReal("people");
  try {
    const made = await at.send("POST", "/apis/apps/v1/namespaces/people/deployments", deployment("app:1"));
    assert.ok(isJsonObject(made.body));
    const call = {
      method: "PATCH",
      path: "/apis/apps/v1/namespaces/people/deployments/checkout",
      query: { fieldManager: "countersign" },
      contentType: "application/json-patch+json",
      body: [{ op: "add", path: "/spec/paused", value: true }],
      guard: "json-patch-test",
    } as const;
    const caller = {
      kind: "person",
      person: personNamed("ana@example.com", ["team-a", "team-b"]),
      role: null,
    } as const;
    const hers = at.clusters.as(caller).get("real");
    assert.ok(hers !== null);
    const options = { fresh: made.body, requestId: "r-4k7m2qx", deadlineMs: 10_000 };
    const outcome = await hers.write(call, options);
    assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-forbids", JSON.stringify(outcome));
    assert.ok(outcome.refusal.message.includes('User "ana@example.com" cannot patch resource "deployments"'));
    const access = { verb: "patch", group: "apps", resource: "deployments", namespace: "people" };
    const allowed = await at.cluster.canI(caller, access);
    assert.ok(!isRefusal(allowed) && !allowed.allowed);
    const real = await realCluster();
    const isOurs = (event: AuditEvent) => event.verb === "patch" && event.objectRef?.namespace === "people";
    let event: AuditEvent | undefined;
    while (event === undefined) event = (await real.auditEvents()).find(isOurs);
    assert.deepEqual(event.impersonatedUser, {
      username: "ana@example.com",
      groups: ["team-a", "team-b", "system:authenticated"],
      extra: { "countersign.dev/request": ["r-4k7m2qx"] },
    });
    assert.equal(event.userAgent, "countersign/0.0.0 (request/r-4k7m2qx)");
  } finally {
    await at.close();
  }
});

test("a Deployment's undo, as kubectl makes it, brings the earlier revision's template back", async () => {
  const at = await openReal("undo");
  try {
    const collection = "/apis/apps/v1/namespaces/undo/deployments";
    await at.send("POST", collection, deployment("app:1"));
    const kind = got(await at.cluster.kindOf("replicasets"));
    const history = async (object: ObjectRef, length: number): Promise<readonly Revision[]> => {
      while (true) {
        const sets = got(await at.cluster.list({ kind, namespace: "undo", limit: 50 }));
        const revisions = deploymentRevisions(got(await at.cluster.read(object)) ?? {}, sets.items);
        if (revisions.length === length) return revisions;
      }
    };
    await eventually(() => at.cluster.overview({ kind: "namespace", namespace: "undo" })?.workloads.length === 1);
    const [object] = got(await at.cluster.find({ namespace: "undo", name: "checkout" }, ["deployments.apps"]));
    assert.ok(object !== undefined);
    await history(object, 1);
    const change = { spec: { template: { spec: { containers: [{ name: "app", image: "app:2" }] } } } };
    await at.send("PATCH", `${collection}/checkout`, change, "application/strategic-merge-patch+json");
    const target = undoTarget(await history(object, 2), undefined);
    assert.ok(!isRefusal(target));
    const goal = { kind: "rollout", object } as const;
    await at.cluster.follow(goal, AbortSignal.timeout(60_000), () => undefined);
    // The controller goes on writing status for a moment: stale means read again.
    let outcome: WriteOutcome = { kind: "stale", says: "" };
    while (outcome.kind === "stale") {
      const fresh = got(await at.cluster.read(object));
      const call = {
        method: "PATCH",
        path: `${collection}/checkout`,
        query: { fieldManager: "countersign" },
        contentType: "application/json-patch+json",
        body: [
          { op: "replace", path: "/spec/template", value: target.template },
          { op: "replace", path: "/metadata/annotations", value: undoneAnnotations(fresh ?? {}, target) },
        ],
        guard: "json-patch-test",
      } as const;
      const options = { fresh, requestId: "r-4k7m2qx", deadlineMs: 10_000 } as const;
      outcome = await at.cluster.write(call, options);
    }
    assert.equal(outcome.kind, "written", JSON.stringify(outcome));
    assert.equal((await at.cluster.follow(goal, AbortSignal.timeout(60_000), () => undefined)).kind, "reached");
    const revisions = await history(object, 2);
    assert.deepEqual(
      revisions.map((one) => [one.revision, one.images]),
      [
        [2, ["app:2"]],
        [3, ["app:1"]],
      ],
    );
  } finally {
    await at.close();
  }
});

function got<T>(value: T): Exclude<T, { readonly kind: "refusal" }> {
  assert.ok(!isRefusal(value), JSON.stringify(value));
  return value as Exclude<T, { readonly kind: "refusal" }>;
}
