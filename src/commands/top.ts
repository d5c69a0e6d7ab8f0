// `top`: what pods or nodes use now, from the metrics API.
import { defineRead } from "../core/action.ts";
import { message } from "../core/message.ts";
import { flag, onOff, wordOf } from "../core/params.ts";
import type { Usage } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { mebibytes } from "../kubernetes/quantity.ts";
import { clusterFor, missingNamespace, scopeIn } from "./parts/place.ts";

const what = { usage: "pods|nodes", summary: "pods or nodes" };

export const top = defineRead({
  name: "top",
  summary: "What pods or nodes use now",
  examples: ["top pods -n shop", "top pods -A", "top nodes --cluster production"],
  params: {
    what: wordOf(what, (text): "pods" | "nodes" | Refusal => {
      const word = text.toLowerCase();
      if (["pods", "pod", "po"].includes(word)) return "pods";
      if (["nodes", "node", "no"].includes(word)) return "nodes";
      return refuse("bad-argument", `“${text}” has no usage to show.`, "Type: top pods, or top nodes");
    }),
    cluster: flag({ usage: "CLUSTER", summary: "which cluster" }),
    allNamespaces: onOff("in every namespace, whatever the channel's own is; -A for short"),
    namespace: flag({ usage: "NAMESPACE", summary: "which namespace; all when left out" }),
  },
  needs: ["clusters"],
  looksAt: async ({ clusters }, args) => {
    const cluster = clusterFor(clusters, args.cluster);
    return isRefusal(cluster) ? cluster : [scopeIn(cluster, namespaceOf(args))];
  },
  observe: async ({ clusters }, args): Promise<{ usage: readonly Usage[]; cluster: string } | Refusal> => {
    const cluster = clusterFor(clusters, args.cluster);
    if (isRefusal(cluster)) return cluster;
    const namespace = namespaceOf(args);
    const usage = await cluster.usage(args.what, namespace);
    if (isRefusal(usage)) return usage;
    const missing = usage.length === 0 && namespace !== null ? await missingNamespace(cluster, namespace) : null;
    return missing ?? { usage, cluster: cluster.info.name };
  },
  answer: ({ usage, cluster }, args) => {
    if (usage.length === 0)
      return message("No metrics yet.", [
        { kind: "text", icon: "info", text: [`The metrics API of ${cluster} has nothing for ${args.what} yet.`] },
      ]);
    const total = new Map<string, { namespace: string | null; name: string; cpu: number; memory: number }>();
    for (const one of usage) {
      const key = `${one.namespace}/${one.name}`;
      const sum = total.get(key) ?? { namespace: one.namespace, name: one.name, cpu: 0, memory: 0 };
      total.set(key, { ...sum, cpu: sum.cpu + one.cpuMillicores, memory: sum.memory + one.memoryBytes });
    }
    const rows = [...total.values()]
      .sort((a, b) => b.cpu - a.cpu)
      .map((one) => [
        ...(one.namespace === null ? [] : [one.namespace]),
        one.name,
        `${one.cpu}m`,
        mebibytes(one.memory),
      ]);
    const columns = [...(args.what === "pods" ? ["NAMESPACE"] : []), "NAME", "CPU", "MEMORY"];
    return message(`${rows.length} ${args.what} on ${cluster}`, [{ kind: "table", columns, rows }]);
  },
});

/** null for all of them, and for nodes, which are in none. */
function namespaceOf(args: {
  readonly what: "pods" | "nodes";
  readonly allNamespaces: boolean;
  readonly namespace?: string | undefined;
}): string | null {
  return args.what === "pods" && !args.allNamespaces ? (args.namespace ?? null) : null;
}
