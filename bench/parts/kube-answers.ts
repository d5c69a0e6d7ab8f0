// The ready answers of the benchmarks' Kubernetes API: discovery, lists in pages, and tables, each made once.
import { deployment, type Made, namespaceName, node, podsOf, type Shape, workloadName } from "./pods.ts";

export interface Wanted {
  readonly path: string;
  readonly asTable: boolean;
  readonly selector: string;
  /** 0 for all. */
  readonly limit: number;
  readonly from: number;
}

export interface Ready {
  readonly type: string;
  readonly body: Buffer;
}

export interface Collections {
  /** Of one pod, on average. */
  readonly podBytes: number;
  find(wanted: Wanted): Ready | null;
}

const json = "application/json";
const discoveryType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export function collectionsOf(shape: Shape): Collections {
  const pods = [...podsOf(shape)];
  const kept = new Map<string, Ready | null>();
  const objects = new Map<string, readonly object[]>([
    ["/api/v1/nodes", Array.from({ length: 50 }, (_, index) => node(index))],
    [
      "/api/v1/namespaces",
      Array.from({ length: shape.namespaces }, (_, index) => namespaceObject(namespaceName(index))),
    ],
    ["/apis/apps/v1/deployments", deploymentsOf(shape)],
    ["/apis/apps/v1/statefulsets", []],
    ["/apis/apps/v1/daemonsets", []],
  ]);
  const make = (wanted: Wanted): Ready | null => {
    const discovered = discovery(wanted.path);
    if (discovered !== null) return { type: discoveryType, body: Buffer.from(JSON.stringify(discovered)) };
    const list = objects.get(wanted.path);
    if (list !== undefined) return { type: json, body: listBody(list, "List", "") };
    return podsAnswer(pods, wanted);
  };
  return {
    podBytes: Math.round(
      JSON.stringify(pods.slice(0, 100).map(({ object }) => object)).length / Math.min(100, pods.length),
    ),
    find(wanted) {
      const key = JSON.stringify(wanted);
      let ready = kept.get(key);
      if (ready === undefined) {
        ready = make(wanted);
        kept.set(key, ready);
      }
      return ready;
    },
  };
}

function podsAnswer(all: readonly Made[], { path, asTable, selector, limit, from }: Wanted): Ready | null {
  const match = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods$/.exec(path);
  if (match === null) return null;
  const workload = selector.split("=")[1];
  const pods = all.filter(
    (one) =>
      (match[1] === undefined || one.namespace === match[1]) && (workload === undefined || one.workload === workload),
  );
  const until = limit === 0 ? pods.length : from + limit;
  const page = pods.slice(from, until);
  const next = until < pods.length ? String(until) : "";
  if (!asTable)
    return {
      type: json,
      body: listBody(
        page.map(({ object }) => object),
        "PodList",
        next,
      ),
    };
  return { type: json, body: tableBody(page, next) };
}

function listBody(items: readonly object[], kind: string, next: string): Buffer {
  return Buffer.from(
    JSON.stringify({ kind, apiVersion: "v1", metadata: { resourceVersion: "1000", continue: next }, items }),
  );
}

const columns = ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"];

/** Rows with the objects' metadata, which is what the server sends unless asked otherwise. */
function tableBody(pods: readonly Made[], next: string): Buffer {
  const columnDefinitions = columns.map((name, index) => ({
    name,
    type: "string",
    format: "",
    description: name,
    priority: index < 5 ? 0 : 1,
  }));
  const rows = pods.map(({ cells, object }) => ({
    cells,
    object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
  }));
  return Buffer.from(
    JSON.stringify({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: "1000", continue: next },
      columnDefinitions,
      rows,
    }),
  );
}

const namespaceObject = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, resourceVersion: "1000" },
});

function deploymentsOf(shape: Shape): readonly object[] {
  return Array.from({ length: shape.namespaces }, (_, space) =>
    Array.from({ length: shape.workloads }, (_, work) =>
      deployment(namespaceName(space), workloadName(work), shape.podsPerWorkload),
    ),
  ).flat();
}

function discovery(path: string): object | null {
  if (path !== "/api" && path !== "/apis") return null;
  const resource = (kind: string, group: string, scope: "Namespaced" | "Cluster", shortNames: readonly string[]) => ({
    resource: `${kind.toLowerCase()}s`,
    responseKind: { group, version: "v1", kind },
    scope,
    singularResource: kind.toLowerCase(),
    shortNames,
    verbs: ["get", "list", "watch"],
    subresources: [],
  });
  const group = (name: string, resources: readonly object[]) => ({
    metadata: { name },
    versions: [{ version: "v1", resources, freshness: "Current" }],
  });
  const items =
    path === "/api"
      ? [
          group("", [
            resource("Pod", "", "Namespaced", ["po"]),
            resource("Node", "", "Cluster", ["no"]),
            resource("Namespace", "", "Cluster", ["ns"]),
          ]),
        ]
      : [
          group("apps", [
            resource("Deployment", "apps", "Namespaced", ["deploy"]),
            resource("StatefulSet", "apps", "Namespaced", ["sts"]),
            resource("DaemonSet", "apps", "Namespaced", ["ds"]),
          ]),
        ];
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}
