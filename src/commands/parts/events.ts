// Kubernetes events, in kubectl's order and with its counts.
import { at, type Json, numberAt, textAt } from "../../core/json.ts";
import type { KubeObject, ObjectRef } from "../../core/kube.ts";
import type { Cluster } from "../../core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../core/refusal.ts";

export interface EventLine {
  readonly at: number;
  readonly type: string;
  readonly reason: string;
  readonly object: string;
  readonly namespace: string;
  readonly count: number;
  readonly text: string;
}

export interface EventQuery {
  readonly namespace: string | null;
  readonly involved?: ObjectRef;
  readonly limit: number;
}

export interface Events {
  /** Oldest first. */
  readonly lines: readonly EventLine[];
  /** How many the server has beyond the limit. */
  readonly remaining: number;
}

/** kubectl: pkg/cmd/events/event_printer.go; sorted by series.lastObservedTime, lastTimestamp, eventTime. */
export async function listEvents(cluster: Cluster, query: EventQuery): Promise<Events | Refusal> {
  const kind = await cluster.kindOf("events");
  if (isRefusal(kind)) return kind;
  const core = kind.group === "" ? kind : await cluster.kindOfManifest("v1", "Event");
  if (isRefusal(core)) return core;
  const { involved } = query;
  const fieldSelector = involved === undefined ? {} : { fieldSelector: selectorOf(involved) };
  const list = await cluster.list({ kind: core, namespace: query.namespace, limit: query.limit, ...fieldSelector });
  if (isRefusal(list)) return list;
  return { lines: list.items.map(lineOf).toSorted((a, b) => a.at - b.at), remaining: list.remaining };
}

/** By uid, so that an earlier object of the name is not meant; the kubelet names nodes by their name, not their uid. */
function selectorOf({ kind, name, uid }: ObjectRef): string {
  const byName = `involvedObject.name=${name},involvedObject.kind=${kind.kind}`;
  return kind.kind === "Node" && kind.group === "" ? byName : `${byName},involvedObject.uid=${uid}`;
}

function lineOf(event: KubeObject): EventLine {
  const seen = firstTime(
    at(event, "series", "lastObservedTime"),
    at(event, "lastTimestamp"),
    at(event, "eventTime"),
    at(event, "metadata", "creationTimestamp"),
  );
  const involved = `${textAt(event, "involvedObject", "kind").toLowerCase()}/${textAt(event, "involvedObject", "name")}`;
  return {
    at: seen,
    type: textAt(event, "type"),
    reason: textAt(event, "reason"),
    object: involved,
    namespace: textAt(event, "involvedObject", "namespace"),
    count: numberAt(event, numberAt(event, 1, "count"), "series", "count"),
    text: textAt(event, "message").trim(),
  };
}

function firstTime(...values: readonly (Json | undefined)[]): number {
  for (const value of values) {
    const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(time)) return time;
  }
  return 0;
}

export const eventColumns = ["LAST SEEN", "REASON", "MESSAGE"] as const;

/** Few columns, so that the sentence can be read on a phone: a warning is marked, a count stands with its reason. */
export function eventRow(event: EventLine): readonly [string, string, string] {
  const mark = event.type === "Warning" ? "⚠️ " : "";
  const times = event.count > 1 ? ` ×${event.count}` : "";
  return [clock(event.at).slice(event.at === 0 ? 0 : "2026-".length), `${mark}${event.reason}${times}`, event.text];
}

/** UTC, to the second. */
export function clock(ms: number): string {
  return ms === 0 ? "unknown" : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
