// `get`: objects as kubectl prints them, by the server's own table. Secrets show names and ages only, as the server's table does.
import { defineRead } from "../core/action.ts";
import type { Kind } from "../core/kube.ts";
import { message, type Part } from "../core/message.ts";
import { flag, flagOf, onOff, optionalWord, wholeNumber, wordOf } from "../core/params.ts";
import type { KubeTable } from "../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../core/refusal.ts";
import { clusterFor, missingNamespace, scopeIn } from "./parts/place.ts";

const most = { usage: "N", summary: "at most so many rows; 100 by default", min: 1, max: 1000 };
const kindWords = { usage: "KIND[/NAME]", summary: "any kind the cluster knows, with kubectl's short names" };

interface KindName {
  readonly kind: string;
  readonly name: string | undefined;
}

interface Facts {
  readonly table: KubeTable;
  /** `deployments checkout on production in shop` */
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
    "get pods -l team=payments -A",
  ],
  params: {
    kind: wordOf(kindWords, readKind),
    name: optionalWord({ usage: "NAME", summary: "one object" }),
    cluster: flag({ usage: "CLUSTER", summary: "which cluster" }),
    allNamespaces: onOff("in every namespace, whatever the channel's own is; -A for short"),
    namespace: flag({ usage: "NAMESPACE", summary: "which namespace; all when left out" }),
    selector: flag({ usage: "SELECTOR", summary: "labels, as app=checkout,tier!=cache" }),
    wide: onOff("all columns"),
    limit: flagOf(most, wholeNumber(most)),
  },
  needs: ["clusters"],
  looksAt: async ({ clusters }, args) => {
    const cluster = clusterFor(clusters, args.cluster);
    if (isRefusal(cluster)) return cluster;
    const kind = await cluster.kindOf(args.kind.kind);
    return isRefusal(kind) ? kind : [scopeIn(cluster, namespaceOf(kind, args))];
  },
  observe: async ({ clusters }, args): Promise<Facts | Refusal> => {
    const cluster = clusterFor(clusters, args.cluster);
    if (isRefusal(cluster)) return cluster;
    const kind = await cluster.kindOf(args.kind.kind);
    if (isRefusal(kind)) return kind;
    if (!kind.verbs.includes("list")) {
      return refuse("wrong-kind", `${kind.resource} can't be listed.`, "Type get with another kind, for example pods.");
    }
    const name = args.kind.name ?? args.name;
    const namespace = namespaceOf(kind, args);
    const table = await cluster.table({
      kind,
      namespace,
      limit: args.limit ?? 100,
      ...(name === undefined ? {} : { name }),
      ...(args.selector === undefined ? {} : { labelSelector: args.selector }),
    });
    if (isRefusal(table)) return table;
    const missing = table.rows.length === 0 && namespace !== null ? await missingNamespace(cluster, namespace) : null;
    const count = table.rows.length;
    const word = count === 1 ? kind.singular || kind.kind.toLowerCase() : kind.resource;
    const what = `${name === undefined ? word : `${word} ${name}`} on ${cluster.info.name}${inside(namespace)}`;
    return missing ?? { table, what };
  },
  answer: ({ table, what }, args) => {
    if (table.rows.length === 0) return message(`No ${what}.`, [{ kind: "text", icon: "info", text: [`No ${what}.`] }]);
    const showNamespace =
      (args.namespace === undefined || args.allNamespaces) && table.rows.some((row) => row.namespace !== null);
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
      parts.push({
        kind: "small",
        text: [`At least ${table.remaining} more; narrow it with -n or -l, or raise --limit.`],
      });
    return message(`${table.rows.length} ${what}`, parts);
  },
});

/** null for all of them, and for what is in none. */
function namespaceOf(kind: Kind, args: { readonly allNamespaces: boolean; readonly namespace?: string | undefined }) {
  return kind.namespaced && !args.allNamespaces ? (args.namespace ?? null) : null;
}

function readKind(text: string): KindName | Refusal {
  const [kind = "", name, ...others] = text.split("/");
  if (kind.includes(","))
    return refuse("bad-argument", `“${text}” names several kinds.`, `One at a time: get ${kind.split(",")[0]}`);
  if (kind.toLowerCase() === "all")
    return refuse("bad-argument", "“all” is no kind.", "Type status for all that runs, or get with one kind.");
  if (kind.includes(":") || others.length > 0 || name === "") {
    const short = text
      .replace(/^[^:]*:/, "")
      .split("/")
      .slice(-2)
      .join("/");
    return refuse(
      "bad-argument",
      `“${text}” is not KIND or KIND/NAME.`,
      `The namespace and cluster are flags here, for example: get ${short || "pods"} -n shop --cluster production`,
    );
  }
  return { kind, name };
}

function inside(namespace: string | null): string {
  return namespace === null ? "" : ` in ${namespace}`;
}
