// What pods and nodes use, from the metrics API.
import { listAt, textAt } from "../../core/json.ts";
import type { Usage } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import { bytesOf, cpuMillicores } from "../../kubernetes/quantity.ts";
import type { Api } from "./api.ts";

/** metrics.k8s.io/v1beta1: pods by container, nodes as a whole. Refuses with `no-metrics` where the API is missing. */
export async function usage(
  api: Api,
  what: "pods" | "nodes",
  namespace: string | null,
): Promise<readonly Usage[] | Refusal> {
  const place = what === "pods" && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const body = await api.get(`/apis/metrics.k8s.io/v1beta1${place}/${what}`);
  if (isRefusal(body) && body.code !== "cluster-unreachable") return body;
  if (isRefusal(body) || body === null) {
    return refuse(
      "no-metrics",
      `Cluster ${api.cluster} has no metrics API, or it does not answer.`,
      "Install metrics-server.",
    );
  }
  return listAt(body, "items").flatMap((item) => {
    const name = textAt(item, "metadata", "name");
    const place = textAt(item, "metadata", "namespace");
    const parts = what === "pods" ? listAt(item, "containers") : [item];
    return parts.map((part) => ({
      namespace: place === "" ? null : place,
      name,
      container: what === "pods" ? textAt(part, "name") : null,
      cpuMillicores: cpuMillicores(textAt(part, "usage", "cpu")),
      memoryBytes: bytesOf(textAt(part, "usage", "memory")),
    }));
  });
}
