// The registry: prom-client's metrics made of the families, the process's own beside them.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Family, type FamilyName, families } from "./families.ts";

type Named<Kind extends Family["kind"]> = {
  [Name in FamilyName]: (typeof families)[Name]["kind"] extends Kind ? Name : never;
}[FamilyName];

export type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  count(name: Named<"counter">, labels?: Labels): void;
  set(name: Named<"gauge">, value: number, labels?: Labels): void;
  /** What a gauge said before is not true any more, under any label. */
  forget(name: Named<"gauge">): void;
  /** In seconds. */
  observe(name: Named<"histogram">, seconds: number, labels?: Labels): void;
  readonly contentType: string;
  text(): Promise<string>;
  /** Stops the measuring of the process itself. */
  close(): void;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, family] of Object.entries(families) as readonly (readonly [string, Family])[]) {
    const common = { name, help: family.help, labelNames: Object.keys(family.labels ?? {}), registers: [registry] };
    switch (family.kind) {
      case "counter":
        counters.set(name, new Counter(common));
        break;
      case "gauge":
        gauges.set(name, new Gauge(common));
        break;
      case "histogram":
        histograms.set(name, new Histogram({ ...common, buckets: [...(family.buckets ?? [])] }));
        break;
      default:
        family.kind satisfies never;
    }
  }
  // A sample of the loop's lag each 20 ms: finer ones cost more than they tell.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  return {
    count: (name, labels = {}) => counters.get(name)?.inc(labels),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    forget: (name) => gauges.get(name)?.reset(),
    observe: (name, seconds, labels) =>
      labels === undefined ? histograms.get(name)?.observe(seconds) : histograms.get(name)?.observe(labels, seconds),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => registry.clear(),
  };
}

/** Names and help of what prom-client tells of the process itself, as this version of it does. */
export async function processFamilies(): Promise<readonly { readonly name: string; readonly help: string }[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const all = await registry.getMetricsAsJSON();
  registry.clear();
  return all.map(({ name, help }) => ({ name, help }));
}
