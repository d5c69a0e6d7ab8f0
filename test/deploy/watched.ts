// Every expression of the alert rules and the dashboard, held to the metrics that a bot tells.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { auditCodes } from "../../src/core/audit.ts";
import { type Family, families } from "../../src/metrics/families.ts";
import { readPromql, type Selected } from "./promql.ts";

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const read = (file: string): string => readFileSync(file, "utf8");
const { groups } = parse(read("deploy/helm/countersign/alerts.yaml")) as { groups: { rules: Rule[] }[] };
export const rules = groups.flatMap((group) => group.rules);

const dashboard = JSON.parse(read("deploy/grafana/countersign.json")) as {
  panels: { title: string; targets: { expr: string }[] }[];
};
export const onDashboard = dashboard.panels.flatMap((panel) => panel.targets.map(({ expr }) => expr));

/** What is told under one name. */
export interface Told {
  /** As the exposition says it: `counter`, `gauge`, `histogram`. */
  readonly kind: string;
  readonly labels: readonly string[];
}

/** By the names of families: of a histogram without `_bucket` and the like. */
export type Telling = ReadonlyMap<string, Told>;

/** What a bot's `/metrics` says. Of what has no series yet the labels are those that it was declared with. */
export function tellingIn(text: string): Telling {
  const declared = families as Readonly<Record<string, Family>>;
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", kind = ""]) => {
      const series = [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, "gm"))];
      const told = series.flatMap(([, labels = ""]) => [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label));
      const labels = series.length > 0 ? told : Object.keys(declared[name]?.labels ?? {});
      return [name, { kind, labels: [...new Set(labels)].filter((label) => label !== "le") }];
    }),
  );
}

/** Prometheus itself adds these to what it scraped: the operator's ServiceMonitor does. */
const added: readonly string[] = ["job", "namespace", "pod"];

/** What is wrong with an expression, as sentences. */
export function wrongIn(expr: string, telling: Telling): readonly string[] {
  const { selected, wrong } = readPromql(expr);
  if (wrong.length > 0) return wrong;
  if (selected.length === 0) return ["no metric at all"];
  return selected.flatMap((one) => wrongSelector(one, telling));
}

function wrongSelector(of: Selected, telling: Telling): readonly string[] {
  const { metric, matchers, groupedBy } = of;
  const [, family = metric, part = ""] = /^(.*)_(bucket|sum|count)$/.exec(metric) ?? [];
  const histogram = telling.get(family)?.kind === "histogram" ? telling.get(family) : undefined;
  const told = part === "" || histogram === undefined ? telling.get(metric) : histogram;
  if (told === undefined || (told.kind === "histogram" && told !== histogram)) return [`${metric} is not told`];
  if (told.kind === "histogram" && part === "") return [`${metric} is a histogram: it has buckets, a sum and a count`];
  const labels = [...told.labels, ...(part === "bucket" ? ["le"] : []), ...added];
  const unknown = [...matchers.map(({ label }) => label), ...(groupedBy ?? [])].filter((one) => !labels.includes(one));
  return [
    ...unknown.map((label) => `${metric} has no label ${label}`),
    ...matchers.flatMap(({ label, value }) =>
      label === "code" && !Object.hasOwn(auditCodes, value) ? [`no event has the code ${value}`] : [],
    ),
    ...wrongUse(of, told, part),
  ];
}

/** A counter starts anew with its process, so only its growth says something; a gauge's growth over time says nothing. */
function wrongUse({ metric, within, groupedBy }: Selected, told: Told, part: string): readonly string[] {
  const grows = within === "rate" || within === "increase";
  if (told.kind === "gauge") return grows ? [`${metric} is a gauge: ${within} is for counters`] : [];
  const lacksLe = part === "bucket" && groupedBy !== null && !groupedBy.includes("le");
  return [
    ...(grows || within === "absent" ? [] : [`${metric} only grows: ask for its rate or increase`]),
    ...(lacksLe ? [`${metric} is no histogram any more without le`] : []),
  ];
}
