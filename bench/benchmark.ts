// What a benchmark is, and all of them by name.
import type { Figure } from "./figure.ts";

export interface Pace {
  /** For CI: fewer and shorter rounds of the same measurements. */
  readonly quick: boolean;
  /** Of the soak. */
  readonly minutes?: number;
}

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Each runs in a process of its own, and starts the processes it measures. */
  readonly load: () => Promise<(pace: Pace) => Promise<readonly Figure[]>>;
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "http-command",
    summary: "signed /ops status in HTTP mode, open loop, against a bare Bolt app that only acknowledges",
    load: async () => (await import("./http-command.ts")).measure,
  },
  {
    name: "start-up",
    summary: "process start to first acknowledgement against bare Bolt; idle memory against the bare imports",
    load: async () => (await import("./start-up.ts")).measure,
  },
  {
    name: "cluster-status",
    summary: "status with 5,000 pods against kubectl get pods and against a warm client's Table",
    load: async () => (await import("./cluster-status.ts")).measure,
  },
  {
    name: "cluster-memory",
    summary: "cache memory of 10,000 pods against client-node's own informer",
    load: async () => (await import("./cluster-memory.ts")).measure,
  },
  {
    name: "ten-clusters",
    summary: "ten clusters of 5,000 pods: memory and time to a warm start against informers and kubectl",
    load: async () => (await import("./ten-clusters.ts")).measure,
  },
  {
    name: "vote-decision",
    summary: "a vote with 10,000 pending requests against one with 10",
    load: async () => (await import("./vote-decision.ts")).measure,
  },
  {
    name: "growth",
    summary: "a vote and approvals with 100,000 requests of history, 10,000 waiting and 1,000 grants, against none",
    load: async () => (await import("./growth.ts")).measure,
  },
  {
    name: "audit-log",
    summary: "durable appends against a bare hash-chained insert, verification, intent before effect",
    load: async () => (await import("./audit-log.ts")).measure,
  },
  {
    name: "job-rate",
    summary: "jobs put and done by way of BullMQ, on Redis and on PostgreSQL, against BullMQ alone",
    load: async () => (await import("./job-rate.ts")).measure,
  },
  {
    name: "end-to-end",
    summary: "request, two votes, execution, verified, on PostgreSQL: one process, and two against one",
    load: async () => (await import("./end-to-end.ts")).measure,
  },
];

/** Takes half an hour: only when it is asked for. */
export const soak: Benchmark = {
  name: "soak",
  summary: "fifty commands a second, minute after minute: the heap after collection, and what is open",
  load: async () => (await import("./soak.ts")).measure,
};

export function benchmarkNamed(name: string): Benchmark {
  const found = [...benchmarks, soak].find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no benchmark ${name}: there are ${benchmarks.map((one) => one.name).join(", ")}`);
}
