// Facts of verbs, handed in directly: objects as the cluster would serve them.
import { strict as assert } from "node:assert";
import type { Workload } from "../../src/commands/parts/neighbours.ts";
import type { Asking } from "../../src/core/action.ts";
import { asClusterName } from "../../src/core/ids.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Kind, KubeObject, ObjectRef } from "../../src/core/kube.ts";
import type { Message, Part, Span } from "../../src/core/message.ts";
import type { Draft } from "../../src/core/plan.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { makePerson } from "../approvals/make.ts";
import { kind } from "../dispatch/clusters.ts";

export const startMs = Date.UTC(2026, 10, 21, 3);
export const asking: Asking = {
  person: makePerson("U0ANA0001", ["engineers"]),
  requestedAt: startMs,
  channelId: "C1",
};

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

/** A message as plain text, tables with bars; a refusal as `code: message hint`. */
export function said(message: Message | Refusal): string {
  if (isRefusal(message)) return `${message.code}: ${message.message} ${message.hint}`;
  const files = message.attachments.map((file) => `${file.title}\n${file.text}`);
  return [message.summary, ...message.parts.map(partText), ...files].join("\n");
}

function partText(part: Part): string {
  switch (part.kind) {
    case "text":
    case "small":
      return part.text.map(span).join("");
    case "heading":
    case "code":
    case "quote":
      return part.text;
    case "fields":
      return part.fields.map((field) => `${field.label}: ${field.value.map(span).join("")}`).join("\n");
    case "table":
      return [part.columns, ...part.rows].map((row) => row.join(" | ")).join("\n");
    case "buttons":
      return part.buttons.map((button) => `[${button.label} → ${button.value}]`).join("\n");
    case "progress":
    case "menu":
      return part.label;
    case "line":
      return "";
  }
}

function span(one: Span): string {
  if (typeof one === "string") return one;
  switch (one.kind) {
    case "person":
      return `@${one.userId}`;
    case "channel":
      return `#${one.channelId}`;
    case "time":
      return new Date(one.ms).toISOString();
    default:
      return one.text;
  }
}
