// The namespace `shop`: a checkout whose last release crashes, and what stands around it.

import { templateHash } from "../identity.ts";
import { asObject, at, clone, type JsonObject } from "../json.ts";
import { controllerReference, type KubeObject } from "../object.ts";
import type { ObjectAccess } from "../objects.ts";
import {
  cronJob,
  deployment,
  namespace,
  podTemplate,
  selectorOf,
  service,
  statefulSet,
  type Workload,
} from "./workload.ts";

const REGISTRY = "registry.acme.example/shop";
const DAY_MS = 24 * 3600_000;
const MINUTE_MS = 60_000;

/** The release that crashes: it wants a setting that production does not have. */
export const BROKEN_CHECKOUT = `${REGISTRY}/checkout:v2.42.0`;
export const GOOD_CHECKOUT = `${REGISTRY}/checkout:v2.41.3`;

const checkout = (image: string): Workload => ({
  namespace: "shop",
  name: "checkout",
  image,
  replicas: 4,
  cpu: "250m",
  memory: "256Mi",
  labels: { team: "storefront" },
  env: { LOG_LEVEL: "info", PAYMENTS_URL: "http://payments.shop.svc" },
});

const around: readonly JsonObject[] = [
  deployment({
    namespace: "shop",
    name: "payments",
    image: `${REGISTRY}/payments:v5.8.1`,
    replicas: 3,
    cpu: "200m",
    memory: "256Mi",
    labels: { team: "payments" },
  }),
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "payments", namespace: "shop" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "payments" },
      minReplicas: 3,
      maxReplicas: 9,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
    },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "payments", namespace: "shop" },
    spec: { minAvailable: 2, selector: { matchLabels: selectorOf("payments") } },
  },
  statefulSet({
    namespace: "shop",
    name: "cart",
    image: `${REGISTRY}/cart:v3.2.0`,
    replicas: 3,
    memory: "512Mi",
    labels: { team: "storefront" },
  }),
  deployment({
    namespace: "shop",
    name: "search",
    image: `${REGISTRY}/search:v1.19.0`,
    replicas: 2,
    labels: { team: "discovery", "app.kubernetes.io/managed-by": "Helm" },
    annotations: { "meta.helm.sh/release-name": "search", "meta.helm.sh/release-namespace": "shop" },
  }),
  deployment({
    namespace: "shop",
    name: "recommendations",
    image: `${REGISTRY}/recommendations:v0.9.4`,
    replicas: 2,
    labels: { team: "discovery", "argocd.argoproj.io/instance": "recommendations" },
    annotations: { "argocd.argoproj.io/tracking-id": "recommendations:apps/Deployment:shop/recommendations" },
  }),
  cronJob(
    { namespace: "shop", name: "invoices", image: `${REGISTRY}/invoices:v1.4.2`, labels: { team: "payments" } },
    "0 3 * * *",
  ),
  ...["checkout", "payments", "cart", "search", "recommendations"].map((name) => service({ namespace: "shop", name })),
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "checkout-settings", namespace: "shop" },
    data: { "app.yaml": "currency: EUR\npaymentTimeoutSeconds: 20\nfeatures:\n  expressCheckout: true\n" },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "checkout-database", namespace: "shop" },
    stringData: { username: "checkout", password: "not-a-real-password" },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "shop", namespace: "shop" },
    spec: {
      rules: [
        {
          host: "shop.acme.example",
          http: {
            paths: [
              {
                path: "/checkout",
                pathType: "Prefix",
                backend: { service: { name: "checkout", port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
];

interface Release {
  readonly revision: number;
  readonly image: string;
  readonly replicas: number;
  readonly cause: string;
  readonly ageMs: number;
}

const RELEASES: readonly Release[] = [
  {
    revision: 39,
    image: `${REGISTRY}/checkout:v2.40.1`,
    replicas: 0,
    cause: "release v2.40.1 (#4112)",
    ageMs: 16 * DAY_MS,
  },
  {
    revision: 40,
    image: `${REGISTRY}/checkout:v2.41.2`,
    replicas: 0,
    cause: "release v2.41.2 (#4139)",
    ageMs: 9 * DAY_MS,
  },
  { revision: 41, image: GOOD_CHECKOUT, replicas: 4, cause: "release v2.41.3 (#4151)", ageMs: 3 * DAY_MS },
];

/** An earlier ReplicaSet of the Deployment, as its rollout left it. */
function replicaSet(owner: KubeObject, release: Release): JsonObject {
  const template = podTemplate(checkout(release.image));
  const hash = templateHash({ template, collision: 0, revision: release.revision });
  const labels = { ...asObject(at(template, "metadata", "labels")), "pod-template-hash": hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `checkout-${hash}`,
      namespace: "shop",
      labels,
      annotations: {
        "deployment.kubernetes.io/revision": String(release.revision),
        "deployment.kubernetes.io/desired-replicas": "4",
        "deployment.kubernetes.io/max-replicas": "5",
        "kubernetes.io/change-cause": release.cause,
      },
      ownerReferences: [controllerReference(owner)],
    },
    spec: {
      replicas: release.replicas,
      selector: { matchLabels: { ...selectorOf("checkout"), "pod-template-hash": hash } },
      template: { ...clone(template), metadata: { ...asObject(template.metadata), labels } },
    },
  };
}

export function seedShop(objects: ObjectAccess, nowMs: number): void {
  objects.put(namespace("shop", { environment: "production", team: "storefront" }));
  const broken = deployment({
    ...checkout(BROKEN_CHECKOUT),
    annotations: { "kubernetes.io/change-cause": "release v2.42.0 (#4163)" },
  });
  const owner = objects.put(broken, "release-pipeline");
  objects.backdate({ kind: "Deployment", namespace: "shop", name: "checkout" }, nowMs - 90 * DAY_MS);
  for (const release of RELEASES) {
    const set = objects.put(replicaSet(owner, release), "kube-controller-manager");
    objects.backdate({ kind: "ReplicaSet", namespace: "shop", name: set.metadata.name }, nowMs - release.ageMs);
  }
  for (const manifest of around) {
    const made = objects.put(manifest, "release-pipeline");
    objects.backdate(
      { kind: made.kind, namespace: "shop", name: made.metadata.name },
      nowMs - 40 * DAY_MS - 7 * MINUTE_MS,
    );
  }
}
