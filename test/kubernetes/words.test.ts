// Ages, quantities, history, ownership and health read Kubernetes as kubectl does.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { age } from "../../src/kubernetes/age.ts";
import { workloadState } from "../../src/kubernetes/health.ts";
import {
  controllerRevisions,
  deploymentRevisions,
  undoneAnnotations,
  undoTarget,
} from "../../src/kubernetes/history.ts";
import { ownershipFacts } from "../../src/kubernetes/ownership.ts";
import { podState } from "../../src/kubernetes/pod-trouble.ts";
import { bytesOf, cpuMillicores, quantity } from "../../src/kubernetes/quantity.ts";
import { selectorMatches } from "../../src/kubernetes/selector.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test("ages are in kubectl's words", () => {
  const table: readonly (readonly [number, string])[] = [
    [-5 * second, "<invalid>"],
    [-second, "0s"],
    [119 * second, "119s"],
    [120 * second, "2m"],
    [5 * minute + 12 * second, "5m12s"],
    [10 * minute + 12 * second, "10m"],
    [3 * hour + 20 * minute, "3h20m"],
    [9 * hour + 20 * minute, "9h"],
    [3 * day + 4 * hour, "3d4h"],
    [8 * day + 4 * hour, "8d"],
    [(2 * 365 + 10) * day, "2y10d"],
  ];
  for (const [ms, words] of table) assert.equal(age(ms), words);
});

test("quantities are read with binary, decimal and exponent suffixes", () => {
  assert.equal(quantity("1.5Gi"), 1.5 * 2 ** 30);
  assert.equal(quantity("2e3"), 2_000);
  assert.equal(quantity("1E"), 1e18);
  assert.equal(cpuMillicores("250m"), 250);
  assert.equal(cpuMillicores("0.1"), 100);
  assert.equal(cpuMillicores("123456789n"), 124);
  assert.equal(bytesOf("128974848"), 128_974_848);
  assert.equal(quantity("12 apples"), null);
});

const owned = (revision: string | null, uid = "d1"): JsonObject => ({
  metadata: {
    name: `rs-${revision}`,
    creationTimestamp: "2026-01-01T00:00:00Z",
    annotations: {
      ...(revision === null ? {} : { "deployment.kubernetes.io/revision": revision }),
      "kubernetes.io/change-cause": "why",
    },
    ownerReferences: [{ uid, controller: true }],
  },
  spec: {
    template: {
      metadata: { labels: { app: "c", "pod-template-hash": "x" } },
      spec: { containers: [{ image: `c:${revision}` }] },
    },
  },
});
const deployment: JsonObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "c",
    namespace: "shop",
    uid: "d1",
    annotations: { "deployment.kubernetes.io/revision": "10", mine: "old" },
  },
};

test("revisions are numbers, of the owner's uid only, and without the template hash", () => {
  const revisions = deploymentRevisions(deployment, [owned("10"), owned("9"), owned("8", "other"), owned("x")]);
  assert.deepEqual(
    revisions.map((one) => [one.revision, one.images, one.changeCause]),
    [
      [9, ["c:9"], "why"],
      [10, ["c:10"], "why"],
    ],
  );
  assert.deepEqual(revisions[0]?.template.metadata, { labels: { app: "c" } });
});

test("an undo goes to the second highest revision, or to the one named, or says there is none", () => {
  const revisions = deploymentRevisions(deployment, [owned("10"), owned("2"), owned("9")]);
  const to = (revision?: number) => {
    const target = undoTarget(revisions, revision);
    return isRefusal(target) ? target.code : target.revision;
  };
  assert.equal(to(), 9);
  assert.equal(to(0), 9);
  assert.equal(to(2), 2);
  assert.equal(to(7), "no-such-revision");
  assert.equal(to(-1), "no-such-revision");
  const only = undoTarget(revisions.slice(0, 1), undefined);
  assert.ok(isRefusal(only) && only.code === "no-history" && only.hint === "There is only 2.");
});

test("an undo takes the ReplicaSet's annotations but keeps the Deployment's revision", () => {
  const [target] = deploymentRevisions(deployment, [owned("9")]);
  assert.ok(target !== undefined);
  assert.deepEqual(undoneAnnotations(deployment, target), {
    "deployment.kubernetes.io/revision": "10",
    "kubernetes.io/change-cause": "why",
  });
});

test("a ControllerRevision's data is kept for the patch and its template shown without $patch", () => {
  const data = { spec: { template: { $patch: "replace", spec: { containers: [{ image: "db:1" }] } } } };
  const kept = { ...owned("1"), revision: 3, data };
  const [revision] = controllerRevisions(deployment, [kept]);
  assert.deepEqual([revision?.revision, revision?.images, revision?.data], [3, ["db:1"], data]);
  assert.ok(!Object.hasOwn(revision?.template ?? {}, "$patch"));
});

test("label selectors: all parts must hold, absent matches nothing, empty everything", () => {
  const labels = { app: "c", tier: "web" };
  assert.ok(selectorMatches({}, labels) && !selectorMatches(undefined, labels));
  assert.ok(
    selectorMatches(
      { matchLabels: { app: "c" }, matchExpressions: [{ key: "tier", operator: "In", values: ["web"] }] },
      labels,
    ),
  );
  assert.ok(!selectorMatches({ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, labels));
  assert.ok(!selectorMatches({ matchExpressions: [{ key: "tier", operator: "Gt", values: ["1"] }] }, labels));
});

test("everybody else who has a word about an object is told", () => {
  const object: JsonObject = {
    ...deployment,
    metadata: {
      name: "c",
      namespace: "shop",
      labels: { "app.kubernetes.io/managed-by": "Helm", "kustomize.toolkit.fluxcd.io/name": "apps" },
      annotations: {
        "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/c",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      },
    },
    spec: { template: { metadata: { labels: { app: "c" } } } },
  };
  const hpa: JsonObject = {
    metadata: { name: "h", namespace: "shop" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "c" }, minReplicas: 2, maxReplicas: 5 },
  };
  const pdb: JsonObject = {
    metadata: { name: "p", namespace: "shop" },
    spec: { selector: { matchLabels: { app: "c" } } },
    status: { disruptionsAllowed: 0 },
  };
  const facts = ownershipFacts(object, "staging:shop/deployment/c", { autoscalers: [hpa], disruptionBudgets: [pdb] });
  assert.deepEqual(
    facts.map((fact) => fact.kind),
    ["gitops-owns", "gitops-owns", "helm-owns", "kubectl-owns", "autoscaler-owns", "pdb-blocks"],
  );
  const other = { ...hpa, spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" } } };
  assert.deepEqual(ownershipFacts(deployment, "", { autoscalers: [other], disruptionBudgets: [] }), []);
});

test("a workload that lost pods after its rollout is degraded, within a rollout it is progressing", () => {
  const state = (reason: string, updatedReplicas = 3) =>
    workloadState({
      kind: "Deployment",
      metadata: { name: "c" },
      spec: { replicas: 3 },
      status: {
        readyReplicas: 2,
        availableReplicas: 2,
        replicas: 3,
        updatedReplicas,
        conditions: [{ type: "Progressing", reason }],
      },
    }).health;
  assert.equal(state("NewReplicaSetAvailable"), "degraded");
  assert.equal(state("ReplicaSetUpdated"), "progressing");
  assert.equal(state("ProgressDeadlineExceeded"), "stuck");
});

test("pods are in trouble for what kubectl shows, and a crash between restarts counts", () => {
  const trouble = (status: JsonObject) =>
    podState({ metadata: { creationTimestamp: "2026-01-01T00:00:00Z" }, status }).trouble?.reason ?? null;
  const ready = [{ type: "Ready", status: "True" }];
  assert.equal(trouble({ phase: "Running", conditions: ready }), null);
  assert.equal(trouble({ phase: "Succeeded" }), null);
  assert.equal(
    trouble({ phase: "Running", containerStatuses: [{ state: { waiting: { reason: "CrashLoopBackOff" } } }] }),
    "CrashLoopBackOff",
  );
  assert.equal(
    trouble({
      phase: "Running",
      containerStatuses: [{ ready: false, state: { running: {} }, lastState: { terminated: { reason: "OOMKilled" } } }],
    }),
    "OOMKilled",
  );
  assert.equal(
    trouble({ phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] }),
    "Unschedulable",
  );
  assert.equal(trouble({ phase: "Failed", reason: "Evicted" }), "Evicted");
  assert.equal(trouble({ phase: "Running" }), "NotReady");
});
