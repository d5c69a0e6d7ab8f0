// Manifests of ordinary workloads, written short for the seeds.
import type { JsonObject } from "../json.ts";

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly replicas?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
}

export const selectorOf = (name: string): Record<string, string> => ({ "app.kubernetes.io/name": name });

function labelsOf(of: Workload): Record<string, string> {
  return { ...selectorOf(of.name), "app.kubernetes.io/part-of": of.namespace, environment: "production", ...of.labels };
}

export function podTemplate(of: Workload): JsonObject {
  const { cpu = "100m", memory = "128Mi" } = of;
  const serves = of.restartPolicy === undefined || of.restartPolicy === "Always";
  return {
    metadata: { labels: labelsOf(of), annotations: { "prometheus.io/scrape": "true" } },
    spec: {
      ...(of.restartPolicy === undefined ? {} : { restartPolicy: of.restartPolicy }),
      containers: [
        {
          name: of.name,
          image: of.image,
          ...(of.env === undefined ? {} : { env: Object.entries(of.env).map(([name, value]) => ({ name, value })) }),
          resources: { requests: { cpu, memory }, limits: { memory } },
          ...(serves
            ? {
                ports: [{ name: "http", containerPort: 8080 }],
                readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
                livenessProbe: { httpGet: { path: "/healthz", port: "http" }, initialDelaySeconds: 10 },
              }
            : {}),
        },
      ],
    },
  };
}

const meta = (of: Workload): JsonObject => ({
  name: of.name,
  namespace: of.namespace,
  labels: labelsOf(of),
  ...(of.annotations === undefined ? {} : { annotations: { ...of.annotations } }),
});

export function deployment(of: Workload): JsonObject {
  const spec = {
    replicas: of.replicas ?? 2,
    selector: { matchLabels: selectorOf(of.name) },
    template: podTemplate(of),
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: meta(of), spec };
}

export function statefulSet(of: Workload): JsonObject {
  const spec = {
    serviceName: of.name,
    replicas: of.replicas ?? 2,
    selector: { matchLabels: selectorOf(of.name) },
    template: podTemplate(of),
  };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata: meta(of), spec };
}

export function daemonSet(of: Workload): JsonObject {
  const spec = { selector: { matchLabels: selectorOf(of.name) }, template: podTemplate(of) };
  return { apiVersion: "apps/v1", kind: "DaemonSet", metadata: meta(of), spec };
}

export function cronJob(of: Workload, schedule: string): JsonObject {
  const template = podTemplate({ ...of, restartPolicy: of.restartPolicy ?? "OnFailure" });
  const spec = {
    schedule,
    timeZone: "Etc/UTC",
    concurrencyPolicy: "Forbid",
    jobTemplate: { spec: { backoffLimit: 2, template } },
  };
  return { apiVersion: "batch/v1", kind: "CronJob", metadata: meta(of), spec };
}

export function service(of: Pick<Workload, "namespace" | "name">): JsonObject {
  const spec = { selector: selectorOf(of.name), ports: [{ name: "http", port: 80, targetPort: 8080 }] };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: of.name, namespace: of.namespace, labels: selectorOf(of.name) },
    spec,
  };
}

export const namespace = (name: string, labels: Readonly<Record<string, string>>): JsonObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { ...labels } },
});
