// Pods as the cache keeps them: a few words each, so that ten thousand of them are a few megabytes.
import { at, type JsonObject, listAt, textAt } from "../../core/json.ts";
import type { PodCounts, TroubledPod } from "../../core/ports/clusters.ts";
import { podState } from "../../kubernetes/pod-trouble.ts";

export interface PodRow {
  readonly name: string;
  /** `Deployment/checkout`, as the owner's name tells; "" without a controller. */
  readonly workload: string;
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly ready: boolean;
  readonly restarts: number;
  /** "" when nothing is wrong. */
  readonly reason: string;
  /** Seconds since the epoch: whole numbers of that size need no memory of their own. */
  readonly sinceSeconds: number;
  readonly rank: number;
  readonly graceSeconds: number;
  /** Of the list that last named it. */
  mark: number;
}

/** One copy of words that many pods share. */
export class Words {
  readonly #known = new Map<string, string>();

  one(word: string): string {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    // Names of workloads come and go for ever; the few that are still used are found again.
    if (this.#known.size > 20_000) this.#known.clear();
    this.#known.set(word, word);
    return word;
  }
}

export function podRow(pod: JsonObject, words: Words, mark: number): PodRow {
  const { phase, ready, restarts, trouble } = podState(pod);
  return {
    name: textAt(pod, "metadata", "name"),
    workload: words.one(workloadOf(pod)),
    phase,
    ready,
    restarts,
    reason: trouble === null ? "" : words.one(trouble.reason),
    sinceSeconds: trouble === null ? 0 : Math.trunc(trouble.since / 1_000),
    rank: trouble?.rank ?? 0,
    graceSeconds: trouble === null ? 0 : trouble.graceMs / 1_000,
    mark,
  };
}

/** A ReplicaSet of a Deployment is named after it and the template's hash, which the pod has as a label. */
function workloadOf(pod: JsonObject): string {
  const owner = listAt(pod, "metadata", "ownerReferences").find((one) => at(one, "controller") === true);
  if (owner === undefined) return "";
  const kind = textAt(owner, "kind");
  const name = textAt(owner, "name");
  const hash = textAt(pod, "metadata", "labels", "pod-template-hash");
  if (kind !== "ReplicaSet" || hash === "" || !name.endsWith(`-${hash}`)) return `${kind}/${name}`;
  return `Deployment/${name.slice(0, -hash.length - 1)}`;
}

/** Counts of pods that have not finished their work; kept up to date one pod at a time. */
export class Counter {
  #total = 0;
  #ready = 0;
  #pending = 0;
  #failed = 0;

  add(pod: PodRow, sign: 1 | -1): void {
    if (pod.phase === "Succeeded") return;
    this.#total += sign;
    if (pod.ready) this.#ready += sign;
    if (pod.phase === "Pending") this.#pending += sign;
    if (pod.phase === "Failed") this.#failed += sign;
  }

  counts(): PodCounts {
    return { total: this.#total, ready: this.#ready, pending: this.#pending, failed: this.#failed };
  }
}

export interface Trouble {
  readonly namespace: string;
  readonly pod: PodRow;
}

/** Worst first, then those with most restarts, then by name. */
export function worstFirst(a: Trouble, b: Trouble): number {
  return (
    a.pod.rank - b.pod.rank ||
    b.pod.restarts - a.pod.restarts ||
    (a.namespace < b.namespace ? -1 : a.namespace > b.namespace ? 1 : a.pod.name < b.pod.name ? -1 : 1)
  );
}

/** Those whose grace is over at `now`; `sinceMs` is for how long. */
export function troubledNow(sorted: readonly Trouble[], now: number): readonly TroubledPod[] {
  const pods: TroubledPod[] = [];
  for (const { namespace, pod } of sorted) {
    const sinceMs = now - pod.sinceSeconds * 1_000;
    if (sinceMs < pod.graceSeconds * 1_000) continue;
    pods.push({ namespace, name: pod.name, reason: pod.reason, restarts: pod.restarts, sinceMs });
  }
  return pods;
}
