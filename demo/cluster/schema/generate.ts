// Writes types-data.ts from the api/openapi-spec folder of a Kubernetes release: node generate.ts FOLDER.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Definition {
  readonly type?: string;
  readonly default?: unknown;
  readonly $ref?: string;
  readonly items?: Definition;
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly additionalProperties?: Definition;
  readonly required?: readonly string[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
}

const ROOTS = [
  "core.v1: Namespace Node Pod Service ConfigMap Secret ServiceAccount Event PersistentVolumeClaim Endpoints",
  "core.v1: ResourceQuota LimitRange ReplicationController PersistentVolume PodTemplate",
  "apps.v1: Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision",
  "batch.v1: Job CronJob",
  "autoscaling.v1: Scale",
  "autoscaling.v2: HorizontalPodAutoscaler",
  "policy.v1: PodDisruptionBudget Eviction",
  "networking.v1: Ingress IngressClass NetworkPolicy",
  "rbac.v1: Role ClusterRole RoleBinding ClusterRoleBinding",
  "apiextensions.v1: CustomResourceDefinition",
  "admissionregistration.v1: MutatingWebhookConfiguration ValidatingWebhookConfiguration",
  "discovery.v1: EndpointSlice",
  "coordination.v1: Lease",
  "storage.v1: StorageClass",
  "scheduling.v1: PriorityClass",
];

const shortName = (name: string): string =>
  name
    .replace("io.k8s.api.", "")
    .replace("io.k8s.apimachinery.pkg.apis.", "")
    .replace("io.k8s.apiextensions-apiserver.pkg.apis.", "");

const SCALARS: Readonly<Record<string, string>> = {
  string: "",
  integer: "i",
  number: "n",
  boolean: "b",
  object: "any",
};
const SPECIAL: Readonly<Record<string, string>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "q",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "x",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "t",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
};

const folder = process.argv[2];
if (folder === undefined) throw new Error("give the path of api/openapi-spec");
const swagger = JSON.parse(readFileSync(join(folder, "swagger.json"), "utf8")) as {
  readonly info: { readonly version: string };
  readonly definitions: Readonly<Record<string, Definition>>;
};
const byShortName = new Map(Object.entries(swagger.definitions).map(([name, found]) => [shortName(name), found]));
const lines = new Map<string, string>();
const valueStructs = readValueStructs(join(folder, "v3"));

/** `type field` of the fields that Go holds by value, which are there even when nothing is set: OpenAPI v3 defaults them to {}. */
function readValueStructs(path: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(path).filter((one) => one.endsWith("_openapi.json"))) {
    const { components } = JSON.parse(readFileSync(join(path, file), "utf8")) as {
      readonly components?: { readonly schemas?: Readonly<Record<string, Definition>> };
    };
    for (const [name, definition] of Object.entries(components?.schemas ?? {}))
      for (const [field, type] of Object.entries(definition.properties ?? {}))
        if (JSON.stringify(type.default) === "{}") found.add(`${shortName(name)} ${field}`);
  }
  return found;
}

function typeText(field: Definition): string {
  const atomic = field["x-kubernetes-map-type"] === "atomic" ? "=" : "";
  if (field.type === "array" && field.items !== undefined) return listText(field, field.items);
  if (field.additionalProperties !== undefined) return `${atomic}{${typeText(field.additionalProperties)}}`;
  if (field.$ref === undefined) return SCALARS[field.type ?? "object"] ?? "any";
  const target = field.$ref.replace("#/definitions/", "");
  const special = SPECIAL[target];
  if (special !== undefined) return special;
  const definition = swagger.definitions[target];
  if (definition?.properties === undefined) return definition?.type === "string" ? "" : "any";
  write(shortName(target));
  return `${atomic}${shortName(target)}`;
}

function listText(field: Definition, items: Definition): string {
  const kind = field["x-kubernetes-list-type"];
  const keys = kind === "map" ? (field["x-kubernetes-list-map-keys"] ?? []).join(",") : kind === "set" ? "*" : "";
  return `[${keys}]${typeText(items)}`;
}

function patchText(field: Definition): string {
  const strategy = field["x-kubernetes-patch-strategy"] ?? "";
  const retain = strategy.includes("retainKeys") ? "^" : "";
  return strategy.includes("merge") ? `${retain}~${field["x-kubernetes-patch-merge-key"] ?? ""}` : retain;
}

function write(name: string): void {
  if (lines.has(name)) return;
  const definition = byShortName.get(name);
  if (definition === undefined) throw new Error(`no definition of ${name}`);
  lines.set(name, "");
  const atomic = definition["x-kubernetes-map-type"] === "atomic" ? "=" : "";
  const fields = Object.entries(definition.properties ?? {}).map(([field, type]) => {
    const text = `${typeText(type)}${patchText(type)}`;
    const isValue = valueStructs.has(`${name} ${field}`) && lines.has(typeText(type).replace("=", ""));
    const required = `${definition.required?.includes(field) === true ? "!" : ""}${isValue ? "@" : ""}`;
    return `${field}${required}${text === "" ? "" : `:${text}`}`;
  });
  lines.set(name, `${atomic}${name} ${fields.join(" ")}`);
}

for (const line of ROOTS) {
  const [group = "", kinds = ""] = line.split(": ");
  for (const kind of kinds.split(" ")) write(`${group}.${kind}`);
}

const body = [...lines.values()].sort().join("\n");
writeFileSync(
  fileURLToPath(new URL("types-data.ts", import.meta.url)),
  `// Generated by generate.ts from the OpenAPI document of Kubernetes ${swagger.info.version}; the notation stands in types.ts.
export const TYPES_DATA = \`
${body}
\`;
`,
);
