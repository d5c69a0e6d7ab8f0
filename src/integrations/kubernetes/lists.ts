// Lists of objects, and the same as the server's own table, as kubectl prints it.
import { at, isJsonObject, type Json, listAt, numberAt, textAt } from "../../core/json.ts";
import { apiVersionOf, collectionPath } from "../../core/kube.ts";
import type { KubeList, KubeTable, ListQuery } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal, refuse } from "../../core/refusal.ts";
import type { Api } from "./api.ts";
import type { Shown } from "./write.ts";

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** At most `limit` objects, each with its apiVersion and kind, which a list leaves out. */
export async function list(api: Api, query: ListQuery, shown: Shown): Promise<KubeList | Refusal> {
  const body = await api.get(collectionPath(query.kind, query.namespace), queryOf(query));
  if (isRefusal(body)) return body;
  const words = { apiVersion: apiVersionOf(query.kind), kind: query.kind.kind };
  const items = listAt(body ?? undefined, "items").filter(isJsonObject);
  return {
    items: items.map((item) => shown({ ...words, ...item })),
    resourceVersion: textAt(body ?? undefined, "metadata", "resourceVersion"),
    remaining: remainingOf(body),
  };
}

/** The columns and cells that the server prints, custom resources' own columns among them. */
export async function table(api: Api, query: ListQuery & { readonly name?: string }): Promise<KubeTable | Refusal> {
  const asked = queryOf(query);
  if (query.name !== undefined) {
    asked.fieldSelector = [query.fieldSelector, `metadata.name=${query.name}`].filter((part) => part).join(",");
  }
  const body = await api.get(collectionPath(query.kind, query.namespace), asked, asTable);
  if (isRefusal(body)) return body;
  if (textAt(body ?? undefined, "kind") !== "Table") {
    return refuse(
      "cluster-rejects",
      `Cluster ${api.cluster} prints no table of ${query.kind.resource}.`,
      "Ask for one object.",
    );
  }
  return {
    columns: listAt(body ?? undefined, "columnDefinitions").map((column) => ({
      name: textAt(column, "name"),
      priority: numberAt(column, 0, "priority"),
    })),
    rows: listAt(body ?? undefined, "rows").map(rowOf),
    remaining: remainingOf(body),
  };
}

function queryOf(query: ListQuery): Record<string, string> {
  const asked: Record<string, string> = { limit: String(query.limit) };
  if (query.labelSelector !== undefined) asked.labelSelector = query.labelSelector;
  if (query.fieldSelector !== undefined) asked.fieldSelector = query.fieldSelector;
  return asked;
}

/** With selectors the server does not count what remains: then at least one does. */
function remainingOf(body: Json): number {
  if (textAt(body, "metadata", "continue") === "") return 0;
  return Math.max(1, numberAt(body, 1, "metadata", "remainingItemCount"));
}

function rowOf(row: Json): KubeTable["rows"][number] {
  const object = at(row, "object");
  const namespace = textAt(object, "metadata", "namespace");
  return {
    namespace: namespace === "" ? null : namespace,
    name: textAt(object, "metadata", "name"),
    cells: listAt(row, "cells").map((cell) =>
      typeof cell === "string" ? cell : cell === null ? "" : JSON.stringify(cell),
    ),
  };
}
