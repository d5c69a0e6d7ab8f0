// Clusters that only find: what a target can mean, without any server.
import { asClusterName } from "../../src/core/ids.ts";
import type { Kind, ObjectRef } from "../../src/core/kube.ts";
import type { Cluster, Clusters } from "../../src/core/ports/clusters.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";

export const kind = (
  resource: string,
  group: string,
  word: Partial<Kind> & Pick<Kind, "kind" | "shortNames">,
): Kind => ({
  group,
  version: "v1",
  resource,
  singular: word.kind.toLowerCase(),
  namespaced: true,
  verbs: ["get", "list", "patch", "delete"],
  subresources: [],
  ...word,
});

export const kinds: readonly Kind[] = [
  kind("deployments", "apps", { kind: "Deployment", shortNames: ["deploy"] }),
  kind("statefulsets", "apps", { kind: "StatefulSet", shortNames: ["sts"] }),
  kind("daemonsets", "apps", { kind: "DaemonSet", shortNames: ["ds"] }),
  kind("pods", "", { kind: "Pod", shortNames: ["po"] }),
  kind("configmaps", "", { kind: "ConfigMap", shortNames: ["cm"] }),
  kind("nodes", "", { kind: "Node", shortNames: ["no"], namespaced: false }),
  kind("shops", "acme.example", { kind: "Shop", shortNames: [] }),
  kind("vaults", "acme.example", { kind: "Vault", shortNames: ["vlt"] }),
];

export interface Sample {
  readonly cluster: string;
  readonly namespaces: readonly string[];
  /** `shop/deployments/checkout` */
  readonly objects: readonly string[];
  readonly isDefault?: boolean;
  readonly away?: boolean;
}

export function clustersOf(...samples: readonly Sample[]): Clusters {
  const clusters = new Map(samples.map((sample) => [sample.cluster, clusterOf(sample)]));
  const all: Clusters = {
    all: () => [...clusters.values()].map((cluster) => cluster.info),
    get: (name) => clusters.get(name) ?? null,
    as: () => all,
  };
  return all;
}

export function refOf(cluster: string, text: string): ObjectRef {
  const [namespace = "", resource = "", name = ""] = text.split("/");
  const found = kinds.find((one) => one.resource === resource);
  if (found === undefined) throw new Error(`no kind ${resource}`);
  const place = found.namespaced ? namespace : null;
  return { cluster: asClusterName(cluster), kind: found, namespace: place, name, uid: `uid-of-${text}` };
}

function clusterOf(sample: Sample): Cluster {
  const away: Refusal = refuse("cluster-unreachable", `Cluster ${sample.cluster} did not answer.`, "Try again.");
  const all = sample.objects.map((text) => refOf(sample.cluster, text));
  const resource = (one: Kind): string => (one.group === "" ? one.resource : `${one.resource}.${one.group}`);
  const known: Partial<Cluster> = {
    info: { name: asClusterName(sample.cluster), environment: "test", isDefault: sample.isDefault ?? false },
    kinds: async () => (sample.away === true ? away : kinds),
    namespaces: async () => (sample.away === true ? away : sample.namespaces),
    kindOf: async (word) => {
      const [name = "", ...group] = word.toLowerCase().split(".");
      const found = kinds.find(
        (one) =>
          [one.resource, one.singular, ...one.shortNames].includes(name) &&
          (group.length === 0 || group.join(".") === one.group),
      );
      return found ?? refuse("no-such-kind", `Cluster ${sample.cluster} knows no kind “${word}”.`, "Type another.");
    },
    find: async (words, resources) => {
      if (sample.away === true) return away;
      const wanted = resources.length === 0 ? ["deployments.apps", "statefulsets.apps", "daemonsets.apps"] : resources;
      return all
        .filter((object) => wanted.includes(resource(object.kind)))
        .filter(
          (object) =>
            words.namespace === undefined || object.namespace === null || object.namespace === words.namespace,
        )
        .filter((object) => object.name.startsWith(words.name ?? ""));
    },
    lookOver: async () => ({
      asOf: 0,
      isPartial: false,
      live: true,
      nodes: { ready: 0, total: 0 },
      pods: { total: 0, ready: 0, pending: 0, failed: 0 },
      troubled: [],
      workloads: all
        .filter((object) => object.kind.group === "apps")
        .map((object) => ({
          object,
          desired: 1,
          ready: 1,
          updated: 1,
          available: 1,
          paused: false,
          images: [],
          health: "healthy",
          says: "",
        })),
    }),
  };
  return known as Cluster;
}
