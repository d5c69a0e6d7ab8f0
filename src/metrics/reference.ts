// The reference page of the metrics, from the values that register them.
import { type Family, families } from "./families.ts";

/** `ofProcess`: from `processFamilies`. */
export function metricsPage(ofProcess: readonly { readonly name: string; readonly help: string }[]): string {
  const own = Object.entries(families) as readonly (readonly [string, Family])[];
  const lines = [
    "# Metrics",
    "",
    "Generated from `src/metrics/families.ts`. `/metrics` of the operations port (8081 unless the configuration says otherwise) tells",
    "them in Prometheus' text format. No label holds what people typed; each label's values are bounded by the code or by the",
    "configuration. Times are in seconds. Counters begin at 0 with the process; figures of the whole store are the same from every",
    "process that shares it: take `max`, not `sum`, of them.",
    "",
    "## The bot's own",
    "",
    ...own.flatMap(([name, family]) => section(name, family)),
    "## The process's",
    "",
    "As prom-client tells them.",
    "",
    "| metric | what it says |",
    "| ------ | ------------ |",
    ...ofProcess.map(({ name, help }) => `| \`${name}\` | ${help.endsWith(".") ? help : `${help}.`} |`),
    "",
  ];
  return lines.join("\n");
}

function section(name: string, { kind, help, labels = {}, buckets }: Family): readonly string[] {
  const told = Object.entries(labels).map(([label, values]) => `- \`${label}\`: ${values}.`);
  const bounds = buckets === undefined ? [] : [`Buckets up to ${buckets.join(", ")}.`, ""];
  return [
    `### ${name}`,
    "",
    `${kind[0]?.toUpperCase()}${kind.slice(1)}. ${help}`,
    "",
    ...bounds,
    ...told,
    ...(told.length > 0 ? [""] : []),
  ];
}
