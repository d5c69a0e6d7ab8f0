// Discovery: which groups, versions and resources there are, in the old form and in the aggregated one.
import type { JsonObject } from "./json.ts";
import type { Kind, Kinds } from "./kinds.ts";

/** Kinds that are asked, never stored. */
const REVIEWS = [
  "authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview c",
  "authorization.k8s.io/v1 subjectaccessreviews SubjectAccessReview c",
  "authorization.k8s.io/v1 localsubjectaccessreviews LocalSubjectAccessReview n",
  "authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview c",
  "authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview c",
];
const METRICS = ["metrics.k8s.io/v1beta1 nodes NodeMetrics c", "metrics.k8s.io/v1beta1 pods PodMetrics n"];

function extra(line: string, verbs: readonly string[]): Kind {
  const [apiVersion = "", plural = "", kind = "", scope] = line.split(" ");
  const [group = "", version = ""] = apiVersion.split("/");
  const rest = { singular: "", shortNames: [], categories: [], subresources: [], storedAs: "", schema: undefined };
  return { group, version, plural, kind, namespaced: scope === "n", verbs, ...rest };
}

function listed(kinds: Kinds): readonly Kind[] {
  return [
    ...kinds.all(),
    ...REVIEWS.map((line) => extra(line, ["create"])),
    ...METRICS.map((line) => extra(line, ["get", "list"])),
  ];
}

interface Subresource {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
}

function subresource(of: Kind, name: string): Subresource {
  const own = { kind: of.kind, group: "", version: "" };
  switch (name) {
    case "scale":
      return { kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] };
    case "eviction":
      return { kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] };
    case "token":
      return { kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] };
    case "binding":
      return { kind: "Binding", group: "", version: "", verbs: ["create"] };
    case "log":
      return { ...own, verbs: ["get"] };
    case "finalize":
      return { ...own, verbs: ["update"] };
    default:
      return { ...own, verbs: ["get", "patch", "update"] };
  }
}

function resourceEntries(kind: Kind): readonly JsonObject[] {
  const main: JsonObject = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: [...kind.verbs],
    ...(kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
    ...(kind.categories.length === 0 ? {} : { categories: [...kind.categories] }),
  };
  const subs = kind.subresources.map((name) => {
    const { group, version, verbs, ...rest } = subresource(kind, name);
    const other = group === "" ? {} : { group, version };
    return {
      name: `${kind.plural}/${name}`,
      singularName: "",
      namespaced: kind.namespaced,
      ...other,
      ...rest,
      verbs: [...verbs],
    };
  });
  return [main, ...subs];
}

export function resourceList(kinds: Kinds, group: string, version: string): JsonObject | undefined {
  const found = listed(kinds).filter((kind) => kind.group === group && kind.version === version);
  if (found.length === 0 && !(group === "autoscaling" && version === "v1")) return undefined;
  return {
    kind: "APIResourceList",
    ...(group === "" ? {} : { apiVersion: "v1" }),
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: found.flatMap(resourceEntries),
  };
}

function versionsOf(kinds: Kinds, group: string): readonly string[] {
  return [
    ...new Set(
      listed(kinds)
        .filter((kind) => kind.group === group)
        .map((kind) => kind.version),
    ),
  ];
}

export function groupEntry(kinds: Kinds, group: string): JsonObject | undefined {
  const versions = versionsOf(kinds, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  const [preferred] = versions;
  return preferred === undefined ? undefined : { name: group, versions, preferredVersion: preferred };
}

const groupNames = (kinds: Kinds): readonly string[] =>
  [...new Set(listed(kinds).map((kind) => kind.group))].filter((group) => group !== "");

export const coreVersions = (address: string): JsonObject => ({
  kind: "APIVersions",
  versions: ["v1"],
  serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
});

export const groupList = (kinds: Kinds): JsonObject => ({
  kind: "APIGroupList",
  apiVersion: "v1",
  groups: groupNames(kinds).map((group) => groupEntry(kinds, group) ?? {}),
});

/** apidiscovery.k8s.io/v2, which clients ask for by `as=APIGroupDiscoveryList`. */
export function aggregated(kinds: Kinds, part: "core" | "groups"): JsonObject {
  const groups = part === "core" ? [""] : groupNames(kinds);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versionsOf(kinds, group).map((version) => ({
        version,
        freshness: "Current",
        resources: listed(kinds)
          .filter((kind) => kind.group === group && kind.version === version)
          .map(aggregatedResource),
      })),
    })),
  };
}

function aggregatedResource(kind: Kind): JsonObject {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    resource: kind.plural,
    responseKind: own,
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: [...kind.verbs],
    ...(kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
    ...(kind.categories.length === 0 ? {} : { categories: [...kind.categories] }),
    ...(kind.subresources.length === 0
      ? {}
      : {
          subresources: kind.subresources.map((name) => {
            const { group, version, kind: subKind, verbs } = subresource(kind, name);
            const responseKind = group === "" ? { ...own, kind: subKind } : { group, version, kind: subKind };
            return { subresource: name, responseKind, verbs: [...verbs] };
          }),
        }),
  };
}

export const VERSION: JsonObject = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26.4",
  compiler: "gc",
  platform: "linux/amd64",
};
