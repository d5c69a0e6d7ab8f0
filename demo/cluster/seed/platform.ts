// The namespaces `data` and `monitoring`: a nightly pipeline, its store, and the agents on every node.
import type { JsonObject } from "../json.ts";
import type { ObjectAccess } from "../objects.ts";
import { cronJob, daemonSet, deployment, namespace, service, statefulSet } from "./workload.ts";

const REGISTRY = "registry.acme.example";
const DAY_MS = 24 * 3600_000;

const manifests: readonly JsonObject[] = [
  namespace("data", { environment: "production", team: "data-platform" }),
  namespace("monitoring", { environment: "production", team: "platform" }),
  statefulSet({
    namespace: "data",
    name: "postgres",
    image: `${REGISTRY}/data/postgres:17.6`,
    replicas: 1,
    cpu: "500m",
    memory: "1Gi",
    labels: { team: "data-platform" },
  }),
  service({ namespace: "data", name: "postgres" }),
  deployment({
    namespace: "data",
    name: "etl",
    image: `${REGISTRY}/data/etl:v7.3.0`,
    replicas: 2,
    cpu: "300m",
    memory: "512Mi",
    labels: { team: "data-platform" },
  }),
  cronJob(
    {
      namespace: "data",
      name: "nightly-load",
      image: `${REGISTRY}/data/etl:v7.3.0`,
      labels: { team: "data-platform" },
    },
    "15 2 * * *",
  ),
  cronJob(
    {
      namespace: "data",
      name: "warehouse-backup",
      image: `${REGISTRY}/data/backup:v2.0.5`,
      labels: { team: "data-platform" },
    },
    "0 1 * * *",
  ),
  daemonSet({
    namespace: "monitoring",
    name: "node-agent",
    image: `${REGISTRY}/monitoring/node-agent:v1.11.0`,
    cpu: "50m",
    memory: "64Mi",
    labels: { team: "platform" },
  }),
  deployment({
    namespace: "monitoring",
    name: "alert-router",
    image: `${REGISTRY}/monitoring/alert-router:v0.31.1`,
    replicas: 1,
    labels: { team: "platform" },
  }),
];

export function seedPlatform(objects: ObjectAccess, nowMs: number): void {
  for (const manifest of manifests) {
    const made = objects.put(manifest, "release-pipeline");
    objects.backdate(
      { kind: made.kind, namespace: made.metadata.namespace ?? "", name: made.metadata.name },
      nowMs - 120 * DAY_MS,
    );
  }
}
