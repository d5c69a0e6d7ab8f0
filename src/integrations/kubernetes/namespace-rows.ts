// What the cache knows of one namespace: its pods, workloads, counts and troubles, ready to be answered.
import type { PodCounts, WorkloadRow } from "../../core/ports/clusters.ts";
import { Counter, type PodRow, type Trouble, worstFirst } from "./pod-rows.ts";

export interface KeptWorkload {
  readonly row: WorkloadRow;
  mark: number;
}

export class NamespaceRows {
  readonly name: string;
  readonly pods = new Map<string, PodRow>();
  /** By `Deployment/checkout`. */
  readonly workloads = new Map<string, KeptWorkload>();
  readonly #counter = new Counter();
  readonly #troubled = new Map<string, PodRow>();
  #rows: readonly WorkloadRow[] | null = null;
  #troubles: readonly Trouble[] | null = null;

  constructor(name: string) {
    this.name = name;
  }

  putPod(pod: PodRow): void {
    this.removePod(pod.name);
    this.pods.set(pod.name, pod);
    this.#counter.add(pod, 1);
    if (pod.reason === "") return;
    this.#troubled.set(pod.name, pod);
    this.#troubles = null;
  }

  removePod(name: string): void {
    const old = this.pods.get(name);
    if (old === undefined) return;
    this.pods.delete(name);
    this.#counter.add(old, -1);
    if (this.#troubled.delete(name)) this.#troubles = null;
  }

  putWorkload(key: string, workload: KeptWorkload): void {
    this.workloads.set(key, workload);
    this.#rows = null;
  }

  removeWorkload(key: string): void {
    if (this.workloads.delete(key)) this.#rows = null;
  }

  get isEmpty(): boolean {
    return this.pods.size === 0 && this.workloads.size === 0;
  }

  counts(): PodCounts {
    return this.#counter.counts();
  }

  /** Sorted by kind and name; the same list until something changes. */
  rows(): readonly WorkloadRow[] {
    this.#rows ??= [...this.workloads.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { row }]) => row);
    return this.#rows;
  }

  troubles(): readonly Trouble[] {
    this.#troubles ??= [...this.#troubled.values()].map((pod) => ({ namespace: this.name, pod })).sort(worstFirst);
    return this.#troubles;
  }
}
