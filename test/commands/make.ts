// Facts of verbs, handed in directly: objects as the cluster would serve them.
import { strict as assert } from "node:assert";
import type { Workload } from "../../src/commands/parts/neighbours.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Kind, KubeObject, ObjectRef } from "../../src/core/kube.ts";
import type { Draft } from "../../src/core/plan.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { kind } from "../dispatch/clusters.ts";

const kindsByName: Readonly<Record<string, Kind>> = {
  Deployment: kind("deployments", "apps", { kind: "Deployment", shortNames: ["deploy"] }),
  StatefulSet: kind("statefulsets", "apps", { kind: "StatefulSet", shortNames: ["sts"] }),
  DaemonSet: kind("daemonsets", "apps", { kind: "DaemonSet", shortNames: ["ds"] }),
};

export const template = (image: string, more: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: "checkout" }, ...more },
  spec: {
    initContainers: [{ name: "migrate", image: "db:1" }],
    containers: [
      { name: "app", image },
      { name: "proxy", image: "envoy:1" },
    ],
  },
});

export function object(kindName: string, spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: kindName,
    metadata: { name: "checkout", namespace: "shop", uid: "u1", ...metadata },
    spec: { replicas: 3, selector: { matchLabels: { app: "checkout" } }, template: template("app:42"), ...spec },
  };
}

export function refTo(kindName: string): ObjectRef {
  const found = kindsByName[kindName];
  assert.ok(found !== undefined);
  return { cluster: asClusterName("production"), kind: found, namespace: "shop", name: "checkout", uid: "u1" };
}

export function live(kindName = "Deployment", spec: JsonObject = {}, metadata: JsonObject = {}): Workload {
  return {
    object: object(kindName, spec, metadata),
    ref: refTo(kindName),
    neighbours: { autoscalers: [], disruptionBudgets: [] },
  };
}

export const autoscaler: KubeObject = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "checkout", namespace: "shop", resourceVersion: "7" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" },
    minReplicas: 3,
    maxReplicas: 9,
  },
};

export function drafted(result: Draft | Refusal): Draft {
  assert.ok(!isRefusal(result), JSON.stringify(result));
  return result;
}

/** `code: message hint`. */
export function refusedAs(result: unknown): string {
  assert.ok(isRefusal(result), JSON.stringify(result));
  return `${result.code}: ${result.message} ${result.hint}`;
}

export function bodyOf(draft: Draft): unknown {
  const [change] = draft.changes;
  assert.ok(change?.kind === "object");
  return change.call.body;
}
