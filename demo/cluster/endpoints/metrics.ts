// metrics.k8s.io/v1beta1: what pods and nodes use, computed from what they request.

import { asObjects, asString, at, type JsonObject } from "../json.ts";
import { apiTime, type KubeObject } from "../object.ts";
import type { RequestInfo } from "../request.ts";
import { quantityValue } from "../schema/quantity.ts";
import { labelSelector } from "../selectors.ts";
import { noSuchPath, notFound } from "../status.ts";
import type { Storage } from "../storage.ts";

const GROUP = "metrics.k8s.io";
const WINDOW = "15.013s";

export interface MetricsSource {
  readonly storage: Storage;
  readonly nowMs: number;
}

/** A number in [0, 1) that stays the same for a name within a half minute: usage moves, but not between two reads. */
function wobble(name: string, nowMs: number): number {
  let hash = Math.floor(nowMs / 30_000) % 9973;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 9973;
  return hash / 9973;
}

/** `sample-cluster/usage-cpu` and `-memory` on the pod say what it uses; otherwise about half of what it requests. */
function containerUsage(pod: KubeObject, container: JsonObject, nowMs: number): { cpuNano: number; memoryKi: number } {
  const annotations = pod.metadata.annotations ?? {};
  const name = `${pod.metadata.name}/${asString(container.name)}`;
  const share = 0.4 + wobble(name, nowMs) * 0.25;
  const asked = (resource: string, otherwise: string): number =>
    quantityValue(asString(at(container, "resources", "requests", resource), otherwise)) ?? 0;
  const fixed = (resource: string): number | undefined =>
    quantityValue(annotations[`sample-cluster/usage-${resource}`] ?? "");
  const cpu = fixed("cpu") ?? asked("cpu", "20m") * share;
  const memory = fixed("memory") ?? asked("memory", "48Mi") * (share + 0.25);
  return { cpuNano: Math.round(cpu * 1e9), memoryKi: Math.round(memory / 1024) };
}

const isRunning = (pod: KubeObject): boolean => at(pod, "status", "phase") === "Running";

function usageOf(pod: KubeObject, nowMs: number): { cpuNano: number; memoryKi: number } {
  const all = asObjects(at(pod, "spec", "containers")).map((container) => containerUsage(pod, container, nowMs));
  return {
    cpuNano: all.reduce((sum, one) => sum + one.cpuNano, 0),
    memoryKi: all.reduce((sum, one) => sum + one.memoryKi, 0),
  };
}

const usageText = (usage: { cpuNano: number; memoryKi: number }): JsonObject => ({
  cpu: usage.cpuNano === 0 ? "0" : `${usage.cpuNano}n`,
  memory: `${usage.memoryKi}Ki`,
});

function meta(object: KubeObject): JsonObject {
  const { name, namespace, creationTimestamp, labels } = object.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    creationTimestamp,
    ...(labels === undefined ? {} : { labels }),
  };
}

function podMetrics(pod: KubeObject, nowMs: number): JsonObject {
  const containers = asObjects(at(pod, "spec", "containers")).map((container) => ({
    name: asString(container.name),
    usage: usageText(containerUsage(pod, container, nowMs)),
  }));
  return { metadata: meta(pod), timestamp: apiTime(nowMs), window: WINDOW, containers };
}

function nodeMetrics(node: KubeObject, source: MetricsSource): JsonObject {
  const pods = source.storage
    .list("/pods")
    .filter((pod) => isRunning(pod) && at(pod, "spec", "nodeName") === node.metadata.name);
  const used = pods.map((pod) => usageOf(pod, source.nowMs));
  const cpuNano = 180_000_000 + used.reduce((sum, one) => sum + one.cpuNano, 0);
  const memoryKi = 900_000 + used.reduce((sum, one) => sum + one.memoryKi, 0);
  return {
    metadata: meta(node),
    timestamp: apiTime(source.nowMs),
    window: WINDOW,
    usage: usageText({ cpuNano, memoryKi }),
  };
}

/** Answers a GET below /apis/metrics.k8s.io/v1beta1; throws 404 for what runs nowhere. */
export function readMetrics(info: RequestInfo, source: MetricsSource): JsonObject {
  const path = info.resource;
  if (path === undefined || (path.plural !== "pods" && path.plural !== "nodes")) throw noSuchPath();
  const isPods = path.plural === "pods";
  const kind = isPods ? "PodMetrics" : "NodeMetrics";
  const matches = labelSelector(info.query.get("labelSelector") ?? "");
  const objects = isPods
    ? source.storage.list("/pods", path.namespace).filter(isRunning)
    : source.storage.list("/nodes");
  const measured = (object: KubeObject): JsonObject =>
    isPods ? podMetrics(object, source.nowMs) : nodeMetrics(object, source);
  const apiVersion = `${GROUP}/v1beta1`;
  if (path.name === "") {
    const items = objects.filter(matches).map(measured);
    return { kind: `${kind}List`, apiVersion, metadata: {}, items };
  }
  const found = objects.find((object) => object.metadata.name === path.name);
  if (found === undefined)
    throw notFound({ group: GROUP, plural: path.plural }, isPods ? `${path.namespace}/${path.name}` : path.name);
  return { kind, apiVersion, ...measured(found) };
}
