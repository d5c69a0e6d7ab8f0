// Workloads, pods and nodes of one cluster, kept by watches and answered without waiting.
import type { ClusterName } from "../../core/ids.ts";
import { type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { Kind, ObjectRef } from "../../core/kube.ts";
import type { Overview, OverviewScope, PodCounts, WorkloadRow } from "../../core/ports/clusters.ts";
import { workloadState } from "../../kubernetes/health.ts";
import { NamespaceRows } from "./namespace-rows.ts";
import { add, partOf, partOfWorkload } from "./part.ts";
import { Counter, podRow, type Trouble, troubledNow, Words, worstFirst } from "./pod-rows.ts";
import type { Sink } from "./reflector.ts";
import type { Sight } from "./sight.ts";

interface Source {
  warm: boolean;
  live: boolean;
  heardAt: number;
  mark: number;
}

export interface CacheFreshness {
  readonly isWarm: boolean;
  /** In ms; null until it is warm. */
  readonly asOf: number | null;
}

interface Whole {
  readonly rows: readonly WorkloadRow[];
  readonly troubles: readonly Trouble[];
  readonly pods: PodCounts;
}

export class WorkloadCache {
  readonly #cluster: ClusterName;
  readonly #now: () => number;
  readonly #words = new Words();
  readonly #namespaces = new Map<string, NamespaceRows>();
  readonly #nodes = new Map<string, { ready: boolean; mark: number }>();
  readonly #sources: Source[] = [];
  #whole: Whole | null = null;
  #nodeCounts: Overview["nodes"] = null;
  #names: readonly string[] | null = null;
  /** Answers of this second, until anything is heard. */
  readonly #answered = new Map<string, Overview>();
  #answeredIn = 0;

  constructor(cluster: ClusterName, now: () => number) {
    this.#cluster = cluster;
    this.#now = now;
  }

  /** True once every collection was listed. */
  get isWarm(): boolean {
    return this.#sources.length > 0 && this.#sources.every((source) => source.warm);
  }

  /** Whether everything was listed, and as of when all of it was heard of; live watches are as of now. Cheap. */
  freshness(): CacheFreshness {
    const heardAt = this.#sources.map((source) => (source.live ? this.#now() : source.heardAt));
    return { isWarm: this.isWarm, asOf: this.isWarm ? Math.min(...heardAt) : null };
  }

  podSink(): Sink {
    return this.#sink({
      put: (pod, mark) => this.#namespace(pod).putPod(podRow(pod, this.#words, mark)),
      remove: (pod) => this.#namespace(pod).removePod(textAt(pod, "metadata", "name")),
      sweep: (mark) => {
        for (const rows of this.#namespaces.values()) {
          for (const pod of rows.pods.values()) if (pod.mark !== mark) rows.removePod(pod.name);
        }
      },
    });
  }

  nodeSink(): Sink {
    const name = (node: JsonObject): string => textAt(node, "metadata", "name");
    return this.#sink({
      put: (node, mark) => this.#nodes.set(name(node), { ready: isNodeReady(node), mark }),
      remove: (node) => this.#nodes.delete(name(node)),
      sweep: (mark) => {
        for (const [key, node] of this.#nodes) if (node.mark !== mark) this.#nodes.delete(key);
      },
    });
  }

  /** For one of Deployment, StatefulSet and DaemonSet: listed items do not say their kind. */
  workloadSink(kind: Kind): Sink {
    const keyOf = (object: JsonObject): string => `${kind.kind}/${textAt(object, "metadata", "name")}`;
    return this.#sink({
      put: (object, mark) => {
        const row = this.#row(kind, object);
        this.#namespace(object).putWorkload(keyOf(object), { row, mark });
      },
      remove: (object) => this.#namespace(object).removeWorkload(keyOf(object)),
      sweep: (mark) => {
        for (const rows of this.#namespaces.values()) {
          for (const [key, { row, mark: seen }] of rows.workloads) {
            if (row.object.kind.kind === kind.kind && seen !== mark) rows.removeWorkload(key);
          }
        }
      },
    });
  }

  /**
   * null until every collection was listed; with a sight, only what it lets see. The very same object within a second, unless the server was heard since: whoever
   * renders it may keep what was rendered.
   */
  overview(scope: OverviewScope, sight: Sight | null = null): Overview | null {
    if (!this.isWarm) return null;
    const part = sight === null || sight.isAll ? null : sight;
    const second = Math.floor(this.#now() / 1_000);
    if (second !== this.#answeredIn) this.#answered.clear();
    this.#answeredIn = second;
    const key = part === null ? keyOf(scope) : `${keyOf(scope)}\n\n${part.key}`;
    const answered = this.#answered.get(key);
    if (answered !== undefined) return answered;
    const overview = part === null ? this.#look(scope) : this.#lookAtPart(scope, part);
    this.#answered.set(key, overview);
    return overview;
  }

  /** Names of all namespaces that hold anything, sorted. */
  namespaces(): readonly string[] {
    this.#names ??= [...this.#namespaces.keys()].sort();
    return this.#names;
  }

  #lookAtPart(scope: OverviewScope, sight: Sight): Overview {
    if (scope.kind === "workload") return partOfWorkload(this.#workload(scope.object), scope.object, sight);
    const names = scope.kind === "namespace" ? [scope.namespace] : this.namespaces();
    const rows = names.map((name) => this.#namespaces.get(name)).filter((one) => one !== undefined);
    const seen = partOf(rows, sight);
    const overview = this.#answer(seen.rows, seen.pods, seen.troubles);
    return { ...overview, isPartial: true, nodes: sight.nodes ? overview.nodes : null };
  }

  #look(scope: OverviewScope): Overview {
    switch (scope.kind) {
      case "cluster": {
        const whole = this.#wholeCluster();
        return this.#answer(whole.rows, whole.pods, whole.troubles);
      }
      case "namespace": {
        const rows = this.#namespaces.get(scope.namespace);
        if (rows === undefined) return this.#answer([], new Counter().counts(), []);
        return this.#answer(rows.rows(), rows.counts(), rows.troubles());
      }
      case "workload":
        return this.#workload(scope.object);
    }
  }

  /** Every workload of a namespace, or of all. */
  workloads(namespace: string | null): readonly WorkloadRow[] {
    return namespace === null ? this.#wholeCluster().rows : (this.#namespaces.get(namespace)?.rows() ?? []);
  }

  #answer(workloads: readonly WorkloadRow[], pods: PodCounts, troubles: readonly Trouble[]): Overview {
    const live = this.#sources.every((source) => source.live);
    const heard = this.#sources.filter((source) => live || !source.live).map((source) => source.heardAt);
    // Broken: as old as the part that is longest unheard. Live: as fresh as the last word.
    const asOf = live ? Math.max(...heard) : Math.min(...heard);
    return {
      asOf,
      live,
      isPartial: false,
      nodes: this.#nodeNumbers(),
      workloads,
      pods,
      troubled: troubledNow(troubles, this.#now()),
    };
  }

  #workload(object: ObjectRef): Overview {
    const rows = this.#namespaces.get(object.namespace ?? "");
    const key = `${object.kind.kind}/${object.name}`;
    const kept = rows?.workloads.get(key);
    const counter = new Counter();
    const troubles: Trouble[] = [];
    for (const pod of rows?.pods.values() ?? []) {
      if (pod.workload !== key) continue;
      counter.add(pod, 1);
      if (pod.reason !== "") troubles.push({ namespace: object.namespace ?? "", pod });
    }
    return this.#answer(kept === undefined ? [] : [kept.row], counter.counts(), troubles.sort(worstFirst));
  }

  #wholeCluster(): Whole {
    if (this.#whole !== null) return this.#whole;
    const sorted = [...this.#namespaces.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const pods = { total: 0, ready: 0, pending: 0, failed: 0 };
    for (const rows of sorted) add(pods, rows.counts());
    const troubles = sorted.flatMap((rows) => rows.troubles()).sort(worstFirst);
    this.#whole = { rows: sorted.flatMap((rows) => rows.rows()), troubles, pods };
    return this.#whole;
  }

  #nodeNumbers(): NonNullable<Overview["nodes"]> {
    if (this.#nodeCounts !== null) return this.#nodeCounts;
    let ready = 0;
    for (const node of this.#nodes.values()) if (node.ready) ready += 1;
    this.#nodeCounts = { ready, total: this.#nodes.size };
    return this.#nodeCounts;
  }

  #row(kind: Kind, object: JsonObject): WorkloadRow {
    const state = workloadState({ ...object, kind: kind.kind });
    const ref: ObjectRef = {
      cluster: this.#cluster,
      kind,
      namespace: this.#words.one(textAt(object, "metadata", "namespace")),
      name: textAt(object, "metadata", "name"),
      uid: textAt(object, "metadata", "uid"),
    };
    return { object: ref, ...state };
  }

  #namespace(object: JsonObject): NamespaceRows {
    const name = textAt(object, "metadata", "namespace");
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    const rows = new NamespaceRows(name);
    this.#namespaces.set(name, rows);
    this.#names = null;
    return rows;
  }

  #sink(kept: {
    readonly put: (object: JsonObject, mark: number) => void;
    readonly remove: (object: JsonObject) => void;
    readonly sweep: (mark: number) => void;
  }): Sink {
    const source: Source = { warm: false, live: false, heardAt: 0, mark: 0 };
    this.#sources.push(source);
    const changed = (): void => {
      this.#whole = null;
      this.#nodeCounts = null;
      this.#answered.clear();
    };
    return {
      listing: () => {
        source.mark += 1;
      },
      put: (object) => {
        kept.put(object, source.mark);
        changed();
      },
      remove: (object) => {
        kept.remove(object);
        changed();
      },
      listed: () => {
        kept.sweep(source.mark);
        for (const [name, rows] of this.#namespaces) if (rows.isEmpty) this.#namespaces.delete(name);
        this.#names = null;
        source.warm = true;
        source.live = true;
        source.heardAt = this.#now();
        changed();
      },
      heard: (live) => {
        source.live = live;
        if (live) source.heardAt = this.#now();
        this.#answered.clear();
      },
    };
  }
}

function keyOf(scope: OverviewScope): string {
  switch (scope.kind) {
    case "cluster":
      return "";
    case "namespace":
      return scope.namespace;
    case "workload":
      return `${scope.object.namespace}/${scope.object.kind.kind}/${scope.object.name}`;
  }
}

function isNodeReady(node: JsonObject): boolean {
  return listAt(node, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
}
