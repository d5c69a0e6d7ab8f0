// Which kinds the sample cluster serves: the built-in ones as a table, custom ones added while it runs.
import type { JsonObject } from "./json.ts";
import type { Struct } from "./schema/types.ts";

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
  readonly verbs: readonly string[];
  /** `group/plural` of what is stored; two versions, or Event in two groups, may share it. */
  readonly storedAs: string;
  readonly schema: Struct | undefined;
  readonly custom?: CustomKind;
}

/** What a CustomResourceDefinition adds. */
export interface CustomKind {
  readonly openApi: JsonObject;
  readonly printerColumns: readonly JsonObject[];
  readonly scale: JsonObject | undefined;
}

export const ALL_VERBS: readonly string[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

/** version | plural | Kind | namespaced (n) or cluster (c) | short names | categories | subresources | type name */
const BUILT_IN = `
v1 namespaces Namespace c ns - status,finalize core.v1.Namespace
v1 nodes Node c no - status core.v1.Node
v1 persistentvolumes PersistentVolume c pv - status core.v1.PersistentVolume
v1 pods Pod n po all status,log,eviction,binding core.v1.Pod
v1 services Service n svc all status core.v1.Service
v1 configmaps ConfigMap n cm - - core.v1.ConfigMap
v1 secrets Secret n - - - core.v1.Secret
v1 serviceaccounts ServiceAccount n sa - token core.v1.ServiceAccount
v1 events Event n ev - - core.v1.Event
v1 endpoints Endpoints n ep - - core.v1.Endpoints
v1 persistentvolumeclaims PersistentVolumeClaim n pvc - status core.v1.PersistentVolumeClaim
v1 resourcequotas ResourceQuota n quota - status core.v1.ResourceQuota
v1 limitranges LimitRange n limits - - core.v1.LimitRange
v1 replicationcontrollers ReplicationController n rc all status,scale core.v1.ReplicationController
v1 podtemplates PodTemplate n - - - core.v1.PodTemplate
apps/v1 deployments Deployment n deploy all status,scale apps.v1.Deployment
apps/v1 replicasets ReplicaSet n rs all status,scale apps.v1.ReplicaSet
apps/v1 statefulsets StatefulSet n sts all status,scale apps.v1.StatefulSet
apps/v1 daemonsets DaemonSet n ds all status apps.v1.DaemonSet
apps/v1 controllerrevisions ControllerRevision n - - - apps.v1.ControllerRevision
batch/v1 jobs Job n - all status batch.v1.Job
batch/v1 cronjobs CronJob n cj all status batch.v1.CronJob
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler n hpa all status autoscaling.v2.HorizontalPodAutoscaler
policy/v1 poddisruptionbudgets PodDisruptionBudget n pdb - status policy.v1.PodDisruptionBudget
networking.k8s.io/v1 ingresses Ingress n ing - status networking.v1.Ingress
networking.k8s.io/v1 ingressclasses IngressClass c - - - networking.v1.IngressClass
networking.k8s.io/v1 networkpolicies NetworkPolicy n netpol - - networking.v1.NetworkPolicy
rbac.authorization.k8s.io/v1 roles Role n - - - rbac.v1.Role
rbac.authorization.k8s.io/v1 rolebindings RoleBinding n - - - rbac.v1.RoleBinding
rbac.authorization.k8s.io/v1 clusterroles ClusterRole c - - - rbac.v1.ClusterRole
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding c - - - rbac.v1.ClusterRoleBinding
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition c crd,crds api-extensions status apiextensions.v1.CustomResourceDefinition
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration c - api-extensions - admissionregistration.v1.MutatingWebhookConfiguration
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration c - api-extensions - admissionregistration.v1.ValidatingWebhookConfiguration
events.k8s.io/v1 events Event n ev - - core.v1.Event
discovery.k8s.io/v1 endpointslices EndpointSlice n - - - discovery.v1.EndpointSlice
coordination.k8s.io/v1 leases Lease n - - - coordination.v1.Lease
storage.k8s.io/v1 storageclasses StorageClass c sc - - storage.v1.StorageClass
scheduling.k8s.io/v1 priorityclasses PriorityClass c pc - - scheduling.v1.PriorityClass
`;

type SchemaOf = (typeName: string) => Struct | undefined;
const words = (text: string): readonly string[] => (text === "-" ? [] : text.split(","));

function parseLine(line: string, schemaOf: SchemaOf): Kind {
  const [apiVersion = "", plural = "", kind = "", scope, shortNames = "-", categories = "-", subs = "-", type = ""] =
    line.split(" ");
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  return {
    group,
    version: apiVersion.slice(slash + 1),
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: scope === "n",
    shortNames: words(shortNames),
    categories: words(categories),
    subresources: words(subs),
    verbs: ALL_VERBS,
    storedAs: plural === "events" ? "/events" : `${group}/${plural}`,
    schema: schemaOf(type),
  };
}

export const apiVersionOf = (kind: Pick<Kind, "group" | "version">): string =>
  kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;

/** The served kinds; custom ones come and go with their definitions. */
export class Kinds {
  readonly #builtIn: readonly Kind[];
  #custom: Kind[] = [];

  constructor(schemaOf: SchemaOf) {
    this.#builtIn = BUILT_IN.trim()
      .split("\n")
      .map((line) => parseLine(line, schemaOf));
  }

  all(): readonly Kind[] {
    return [...this.#builtIn, ...this.#custom];
  }

  /** By the words of a request path. */
  served(group: string, version: string, plural: string): Kind | undefined {
    return this.all().find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
  }

  /** By the words of a manifest. */
  ofManifest(apiVersion: string, kindName: string): Kind | undefined {
    return this.all().find((kind) => apiVersionOf(kind) === apiVersion && kind.kind === kindName);
  }

  /** The kind whose objects are stored under that key. */
  storedAs(key: string): Kind | undefined {
    return this.all().find((kind) => kind.storedAs === key);
  }

  setCustom(kinds: readonly Kind[]): void {
    this.#custom = [...kinds];
  }
}
