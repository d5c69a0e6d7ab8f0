// kubectl's words for the built-in kinds that can be meant without asking a cluster.

const words: readonly string[] = [
  ...["deployment", "deployments", "deploy", "statefulset", "statefulsets", "sts", "daemonset", "daemonsets", "ds"],
  ...["replicaset", "replicasets", "rs", "pod", "pods", "po", "job", "jobs", "cronjob", "cronjobs", "cj"],
  ...[
    "service",
    "services",
    "svc",
    "ingress",
    "ingresses",
    "ing",
    "configmap",
    "configmaps",
    "cm",
    "secret",
    "secrets",
  ],
  ...["node", "nodes", "no", "namespace", "namespaces", "ns", "horizontalpodautoscaler", "horizontalpodautoscalers"],
  ...["hpa", "persistentvolumeclaim", "persistentvolumeclaims", "pvc"],
];

const builtInKinds: ReadonlySet<string> = new Set(words);

/** `deploy`, `deployment.apps`: with or without the group. */
export function isBuiltInKind(word: string): boolean {
  return builtInKinds.has(word.toLowerCase().split(".")[0] ?? "");
}

export function meansNamespace(kind: string): boolean {
  return ["namespace", "namespaces", "ns"].includes(kind.toLowerCase());
}
