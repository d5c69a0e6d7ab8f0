// What every fresh cluster holds: its namespaces, the default roles, and three nodes.
import type { JsonObject } from "./json.ts";
import { apiTime } from "./object.ts";

const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];

const WORKLOADS = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "endpoints",
      "events",
      "persistentvolumeclaims",
      "pods",
      "pods/log",
      "pods/status",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "resourcequotas",
      "limitranges",
      "serviceaccounts",
      "services",
      "namespaces",
    ],
  },
  {
    apiGroups: ["apps"],
    resources: [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status",
    ],
  },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers", "horizontalpodautoscalers/status"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "cronjobs/status", "jobs", "jobs/status"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingresses/status", "networkpolicies"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets", "poddisruptionbudgets/status"] },
  { apiGroups: ["metrics.k8s.io"], resources: ["pods"] },
];

function role(name: string, rules: readonly JsonObject[]): JsonObject {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name,
      labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
      annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
    },
    rules: [...rules],
  };
}

const view = WORKLOADS.map((rule) => ({ ...rule, verbs: READ }));
const edit = [
  ...view,
  ...WORKLOADS.filter((rule) => rule.apiGroups[0] !== "metrics.k8s.io").map((rule) => ({ ...rule, verbs: WRITE })),
  { apiGroups: [""], resources: ["secrets"], verbs: [...READ, ...WRITE] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
];
const admin = [
  ...edit,
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: [...READ, ...WRITE] },
  { apiGroups: ["authorization.k8s.io"], resources: ["localsubjectaccessreviews"], verbs: ["create"] },
];

export function baseObjects(nowMs: number): readonly JsonObject[] {
  const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];
  return [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    role("cluster-admin", [
      { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
      { nonResourceURLs: ["*"], verbs: ["*"] },
    ]),
    role("admin", admin),
    role("edit", edit),
    role("view", view),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "cluster-admin", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:masters" }],
    },
    ...[1, 2, 3].map((number) => node(number, nowMs)),
  ];
}

function node(number: number, nowMs: number): JsonObject {
  const name = `node-${number}`;
  const time = apiTime(nowMs);
  const condition = (type: string, status: string, reason: string, message: string): JsonObject => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "eu-central-1",
        "topology.kubernetes.io/zone": `eu-central-1${"abc"[number - 1] ?? "a"}`,
        "node.kubernetes.io/instance-type": "m6i.xlarge",
      },
    },
    spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] },
    status: {
      capacity: { cpu: "4", memory: "16374572Ki", pods: "110", "ephemeral-storage": "83873772Ki" },
      allocatable: { cpu: "3920m", memory: "15147820Ki", pods: "110", "ephemeral-storage": "76224326324" },
      conditions: [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      addresses: [
        { type: "InternalIP", address: `172.18.0.${number + 1}` },
        { type: "Hostname", address: name },
      ],
      nodeInfo: {
        architecture: "amd64",
        bootID: `boot-${number}`,
        containerRuntimeVersion: "containerd://2.2.1",
        kernelVersion: "6.12.48",
        kubeProxyVersion: "",
        kubeletVersion: "v1.36.3",
        machineID: `machine-${number}`,
        operatingSystem: "linux",
        osImage: "Debian GNU/Linux 13 (trixie)",
        systemUUID: `system-${number}`,
      },
    },
  };
}
