// Kinds that a rule names: written as the policy is asked about them, since another spelling would match nothing, silently.
import type { PolicyProblem } from "../core/config.ts";

type Path = readonly (string | number)[];

/** As `kubectl get -o name` prints kinds: in the singular, with the API group unless it is the core one. */
const kindWord = /^[a-z*][a-z0-9*-]*(\.[a-z0-9*-]+)*$/;

export function kindProblems(kind: string, path: Path): readonly PolicyProblem[] {
  if (!kindWord.test(kind)) {
    const says = `“${kind}” is not a kind as kubectl prints it with -o name; write it like deployment.apps or configmap`;
    return [{ path, says, came: kind }];
  }
  const [word = "", ...rest] = kind.split(".");
  const right = singular[word] ?? word;
  const group = rest.join(".") || (coreless[right] ?? "");
  const name = group === "" || group === "v1" || group === "core" ? right : `${right}.${group}`;
  if (name === kind) return [];
  const wrong = right === word ? (rest.length === 0 ? "without its API group" : "with a group") : "in the plural";
  return [{ path, says: `“${kind}” ${wrong} never matches; write ${name}`, came: kind }];
}

const regular: readonly string[] = [
  ...["pod", "service", "configmap", "secret", "serviceaccount", "namespace", "node", "event", "limitrange", "lease"],
  ...[
    "persistentvolume",
    "persistentvolumeclaim",
    "replicationcontroller",
    "resourcequota",
    "podtemplate",
    "membership",
  ],
  ...["deployment", "statefulset", "daemonset", "replicaset", "controllerrevision", "job", "cronjob", "apiservice"],
  ...["role", "rolebinding", "clusterrole", "clusterrolebinding", "customresourcedefinition", "flowschema"],
  ...["horizontalpodautoscaler", "poddisruptionbudget", "endpointslice", "csidriver", "volumeattachment"],
  ...["mutatingwebhookconfiguration", "validatingwebhookconfiguration", "certificatesigningrequest"],
];

/** The plurals of Kubernetes' own kinds. */
const singular: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  ...Object.fromEntries(regular.map((one) => [`${one}s`, one])),
  ingresses: "ingress",
  ingressclasses: "ingressclass",
  storageclasses: "storageclass",
  priorityclasses: "priorityclass",
  runtimeclasses: "runtimeclass",
  networkpolicies: "networkpolicy",
  validatingadmissionpolicies: "validatingadmissionpolicy",
});

/** Kinds that people write without their group. */
const coreless: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  deployment: "apps",
  statefulset: "apps",
  daemonset: "apps",
  replicaset: "apps",
  job: "batch",
  cronjob: "batch",
  ingress: "networking.k8s.io",
  networkpolicy: "networking.k8s.io",
  role: "rbac.authorization.k8s.io",
  rolebinding: "rbac.authorization.k8s.io",
  clusterrole: "rbac.authorization.k8s.io",
  clusterrolebinding: "rbac.authorization.k8s.io",
  customresourcedefinition: "apiextensions.k8s.io",
  horizontalpodautoscaler: "autoscaling",
  poddisruptionbudget: "policy",
});
