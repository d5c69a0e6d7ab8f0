// `get`: objects as kubectl prints them, by the server's own table. Secrets show names and ages only, as the server's table does.
import { defineRead } from "../core/action.ts";
import { message, type Part } from "../core/message.ts";
import { flag, flagOf, onOff, optionalWord, wholeNumber, word } from "../core/params.ts";
import type { KubeTable } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { clusterFor } from "./parts/place.ts";

const most = { usage: "N", summary: "at most so many rows; 100 by default", min: 1, max: 1000 };

interface Facts {
  readonly table: KubeTable;
  readonly what: string;
}

export const get = defineRead({
  name: "get",
  summary: "List objects of a kind, or one by name",
  examples: [
    "get pods -n shop",
    "get deploy/checkout -n shop",
    "get nodes --cluster production",
    "get secrets -n shop",
  ],
  params: {
    kind: word({ usage: "KIND[/NAME]", summary: "any kind the cluster knows, with kubectl's short names" }),
    name: optionalWord({ usage: "NAME", summary: "one object" }),
    cluster: flag({ usage: "CLUSTER", summary: "which cluster" }),
    namespace: flag({ usage: "NAMESPACE", summary: "which namespace; all when left out" }),
    selector: flag({ usage: "SELECTOR", summary: "labels, as app=checkout,tier!=cache" }),
    wide: onOff("all columns"),
    limit: flagOf(most, wholeNumber(most)),
  },
  needs: ["clusters"],
  observe: async ({ clusters }, args, asking): Promise<Facts | Refusal> => {
    const [kindWord = "", nameInKind] = args.kind.split("/");
    const cluster = clusterFor(clusters, args.cluster, asking);
    if (isRefusal(cluster)) return cluster;
    const kind = await cluster.kindOf(kindWord);
    if (isRefusal(kind)) return kind;
    const name = nameInKind ?? args.name;
    const table = await cluster.table({
      kind,
      namespace: kind.namespaced ? (args.namespace ?? null) : null,
      limit: args.limit ?? 100,
      ...(name === undefined ? {} : { name }),
      ...(args.selector === undefined ? {} : { labelSelector: args.selector }),
    });
    if (isRefusal(table)) return table;
    return {
      table,
      what: `${kind.resource}${name === undefined ? "" : ` ${name}`} on ${cluster.info.name}${args.namespace === undefined ? "" : ` in ${args.namespace}`}`,
    };
  },
  answer: ({ table, what }, args) => {
    if (table.rows.length === 0) return message(`No ${what}.`, [{ kind: "text", icon: "info", text: [`No ${what}.`] }]);
    const showNamespace = args.namespace === undefined && table.rows.some((row) => row.namespace !== null);
    const shown = table.columns
      .map((column, index) => ({ ...column, index }))
      .filter((column) => args.wide || column.priority === 0);
    const rows = table.rows.map((row) => [
      ...(showNamespace ? [row.namespace ?? ""] : []),
      ...shown.map((column) => row.cells[column.index] ?? ""),
    ]);
    const columns = [...(showNamespace ? ["NAMESPACE"] : []), ...shown.map((column) => column.name.toUpperCase())];
    const parts: Part[] = [{ kind: "table", columns, rows }];
    if (table.remaining > 0)
      parts.push({ kind: "small", text: [`${table.remaining} more; narrow it with -n, -l, or raise --limit`] });
    return message(`${table.rows.length} ${what}`, parts);
  },
});
