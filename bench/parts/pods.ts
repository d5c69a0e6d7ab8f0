// Pods, deployments and nodes of the size that clusters have: some 6 kB a pod, of which a third is managed fields.
import { createHash } from "node:crypto";

export interface Shape {
  readonly namespaces: number;
  readonly workloads: number;
  readonly podsPerWorkload: number;
  /** Clusters of another seed have pods, ids and addresses of their own. */
  readonly seed?: string;
}

export interface Made {
  readonly namespace: string;
  readonly workload: string;
  readonly object: Record<string, unknown>;
  readonly cells: readonly unknown[];
}

const since = "2026-01-05T10:00:00Z";
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const uidOf = (text: string) =>
  digestOf(text)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

export const namespaceName = (index: number) => `team-${String(index).padStart(2, "0")}`;
export const workloadName = (index: number) => `service-${String(index).padStart(2, "0")}`;

export function* podsOf(shape: Shape): Generator<Made> {
  for (let space = 0; space < shape.namespaces; space += 1) {
    for (let work = 0; work < shape.workloads; work += 1) {
      for (let index = 0; index < shape.podsPerWorkload; index += 1)
        yield pod({ namespace: namespaceName(space), workload: workloadName(work), seed: shape.seed ?? "" }, index);
    }
  }
}

interface Owner {
  readonly namespace: string;
  readonly workload: string;
  readonly seed: string;
}

function pod({ namespace, workload, seed }: Owner, index: number): Made {
  const hash = digestOf(`${seed}${namespace}/${workload}`).slice(0, 10);
  const name = `${workload}-${hash}-${digestOf(`${seed}${namespace}${workload}${index}`).slice(0, 5)}`;
  const container = containerOf(workload);
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${workload}-${hash}-`,
      namespace,
      uid: uidOf(`${namespace}/${name}`),
      resourceVersion: "1000",
      creationTimestamp: since,
      labels: {
        "app.kubernetes.io/name": workload,
        "app.kubernetes.io/part-of": namespace,
        "pod-template-hash": hash,
      },
      annotations: { "prometheus.io/scrape": "true", "checksum/config": digestOf(workload) },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: `${workload}-${hash}`,
          uid: uidOf(hash),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: managedFields(container),
    },
    spec: {
      containers: [container],
      nodeName: `node-${index % 50}`,
      restartPolicy: "Always",
      serviceAccountName: workload,
      terminationGracePeriodSeconds: 30,
      tolerations: [
        { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
      ],
      volumes: [
        {
          name: "kube-api-access",
          projected: {
            defaultMode: 420,
            sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }],
          },
        },
      ],
    },
    status: statusOf(workload, index),
  };
  return {
    namespace,
    workload,
    object,
    cells: [name, "1/1", "Running", 0, "45d", `10.1.0.${index}`, `node-${index % 50}`, "<none>", "<none>"],
  };
}

function containerOf(workload: string) {
  return {
    name: workload,
    image: `registry.example/shop/${workload}:1.42.0`,
    env: Array.from({ length: 12 }, (_, index) => ({
      name: `SETTING_${index}`,
      value: digestOf(String(index)).slice(0, 24),
    })),
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    readinessProbe: {
      httpGet: { path: "/healthz", port: "http", scheme: "HTTP" },
      periodSeconds: 5,
      timeoutSeconds: 1,
    },
    livenessProbe: {
      httpGet: { path: "/healthz", port: "http", scheme: "HTTP" },
      periodSeconds: 10,
      timeoutSeconds: 1,
    },
    volumeMounts: [
      { name: "kube-api-access", readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" },
    ],
    imagePullPolicy: "IfNotPresent",
  };
}

function managedFields(container: ReturnType<typeof containerOf>) {
  const env = Object.fromEntries(
    container.env.map(({ name }) => [`k:{"name":"${name}"}`, { ".": {}, "f:name": {}, "f:value": {} }]),
  );
  const fields = {
    "f:metadata": {
      "f:annotations": { ".": {}, "f:checksum/config": {} },
      "f:labels": { ".": {}, "f:app.kubernetes.io/name": {} },
    },
    "f:spec": {
      "f:containers": { [`k:{"name":"${container.name}"}`]: { ".": {}, "f:env": env, "f:image": {}, "f:ports": {} } },
    },
  };
  const status = {
    "f:status": {
      "f:conditions": { 'k:{"type":"Ready"}': { ".": {}, "f:status": {}, "f:type": {} } },
      "f:containerStatuses": {},
      "f:phase": {},
      "f:podIP": {},
    },
  };
  const entry = { apiVersion: "v1", operation: "Update", time: since, fieldsType: "FieldsV1" };
  return [
    { ...entry, manager: "kube-controller-manager", fieldsV1: fields },
    { ...entry, manager: "kubelet", subresource: "status", fieldsV1: status },
  ];
}

function statusOf(workload: string, index: number) {
  const image = `registry.example/shop/${workload}:1.42.0`;
  return {
    phase: "Running",
    qosClass: "Burstable",
    hostIP: `10.0.0.${index % 50}`,
    podIP: `10.1.0.${index}`,
    podIPs: [{ ip: `10.1.0.${index}` }],
    startTime: since,
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
      (type) => ({
        type,
        status: "True",
        lastProbeTime: null,
        lastTransitionTime: since,
      }),
    ),
    containerStatuses: [
      {
        name: workload,
        image,
        imageID: `registry.example/shop/${workload}@sha256:${digestOf(image)}`,
        containerID: `containerd://${digestOf(`${workload}${index}`)}`,
        ready: true,
        started: true,
        restartCount: 0,
        lastState: {},
        state: { running: { startedAt: since } },
      },
    ],
  };
}

export function deployment(namespace: string, name: string, replicas: number): Record<string, unknown> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace,
      uid: uidOf(`deployment/${namespace}/${name}`),
      resourceVersion: "1000",
      generation: 3,
      creationTimestamp: since,
    },
    spec: {
      replicas,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: { spec: { containers: [containerOf(name)] } },
    },
    status: {
      observedGeneration: 3,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", lastUpdateTime: since }],
    },
  };
}

export function node(index: number): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${index}`, uid: uidOf(`node-${index}`), resourceVersion: "1000", creationTimestamp: since },
    status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: since }] },
  };
}
