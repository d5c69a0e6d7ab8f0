// Rollout status says what kubectl says, condition by condition.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { rolloutStatus } from "../../src/kubernetes/rollout-status.ts";

const deployment = (status: JsonObject, replicas = 3): JsonObject => ({
  kind: "Deployment",
  metadata: { name: "checkout", generation: 2 },
  spec: { replicas },
  status: { observedGeneration: 2, ...status },
});

const table: readonly (readonly [string, JsonObject, string, string])[] = [
  [
    "an unobserved spec",
    deployment({ observedGeneration: 1 }),
    "progressing",
    "Waiting for deployment spec update to be observed...",
  ],
  [
    "too few updated",
    deployment({ updatedReplicas: 1 }),
    "progressing",
    'Waiting for deployment "checkout" rollout to finish: 1 out of 3 new replicas have been updated...',
  ],
  [
    "old pods terminating",
    deployment({ updatedReplicas: 3, replicas: 4 }),
    "progressing",
    'Waiting for deployment "checkout" rollout to finish: 1 old replicas are pending termination...',
  ],
  [
    "too few available",
    deployment({ updatedReplicas: 3, replicas: 3, availableReplicas: 2 }),
    "progressing",
    'Waiting for deployment "checkout" rollout to finish: 2 of 3 updated replicas are available...',
  ],
  [
    "all available",
    deployment({ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }),
    "done",
    'deployment "checkout" successfully rolled out',
  ],
  [
    "a passed deadline",
    deployment({ conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }] }),
    "failed",
    'deployment "checkout" exceeded its progress deadline',
  ],
];

for (const [name, object, kind, says] of table) {
  test(`a Deployment with ${name} is ${kind}`, () => {
    const status = rolloutStatus(object);
    assert.deepEqual([status.kind, status.says], [kind, says]);
  });
}

test("a deadline of a generation that is not observed yet does not fail the new rollout", () => {
  const conditions = [{ type: "Progressing", reason: "ProgressDeadlineExceeded" }];
  assert.equal(rolloutStatus(deployment({ observedGeneration: 1, conditions })).kind, "progressing");
});

const statefulSet = (strategy: JsonObject, status: JsonObject): JsonObject => ({
  kind: "StatefulSet",
  metadata: { name: "db", generation: 1 },
  spec: { replicas: 3, updateStrategy: strategy },
  status: { observedGeneration: 1, ...status },
});

test("a StatefulSet waits for ready pods, then for its partition, then for its revision", () => {
  const rolling = { type: "RollingUpdate" };
  const says = (strategy: JsonObject, status: JsonObject) => rolloutStatus(statefulSet(strategy, status)).says;
  assert.equal(says(rolling, { readyReplicas: 1 }), "Waiting for 2 pods to be ready...");
  assert.equal(
    says({ ...rolling, rollingUpdate: { partition: 1 } }, { readyReplicas: 3, updatedReplicas: 1 }),
    "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...",
  );
  assert.equal(
    says({ ...rolling, rollingUpdate: { partition: 1 } }, { readyReplicas: 3, updatedReplicas: 2 }),
    "partitioned roll out complete: 2 new pods have been updated...",
  );
  assert.equal(
    says(rolling, { readyReplicas: 3, updatedReplicas: 1, updateRevision: "db-2", currentRevision: "db-1" }),
    "waiting for statefulset rolling update to complete 1 pods at revision db-2...",
  );
  assert.equal(
    says(rolling, { readyReplicas: 3, currentReplicas: 3, updateRevision: "db-2", currentRevision: "db-2" }),
    "statefulset rolling update complete 3 pods at revision db-2...",
  );
});

test("a StatefulSet that nobody has observed yet is not done", () => {
  assert.equal(rolloutStatus(statefulSet({ type: "RollingUpdate" }, { observedGeneration: 0 })).kind, "progressing");
});

test("OnDelete strategies and other kinds are unsupported", () => {
  assert.equal(rolloutStatus(statefulSet({ type: "OnDelete" }, {})).kind, "unsupported");
  assert.equal(
    rolloutStatus({ kind: "DaemonSet", spec: { updateStrategy: { type: "OnDelete" } } }).kind,
    "unsupported",
  );
  assert.equal(rolloutStatus({ kind: "Service" }).kind, "unsupported");
});

test("a DaemonSet waits for updated pods, then for available ones", () => {
  const daemonSet = (status: JsonObject): JsonObject => ({
    kind: "DaemonSet",
    metadata: { name: "agent", generation: 1 },
    spec: { updateStrategy: { type: "RollingUpdate" } },
    status: { observedGeneration: 1, desiredNumberScheduled: 2, ...status },
  });
  assert.equal(
    rolloutStatus(daemonSet({ updatedNumberScheduled: 1 })).says,
    'Waiting for daemon set "agent" rollout to finish: 1 out of 2 new pods have been updated...',
  );
  assert.equal(
    rolloutStatus(daemonSet({ updatedNumberScheduled: 2, numberAvailable: 1 })).says,
    'Waiting for daemon set "agent" rollout to finish: 1 of 2 updated pods are available...',
  );
  assert.equal(
    rolloutStatus(daemonSet({ updatedNumberScheduled: 2, numberAvailable: 2 })).says,
    'daemon set "agent" successfully rolled out',
  );
});
