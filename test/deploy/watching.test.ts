// Alert rules and dashboard are held to the metrics that there are, and each alert to its runbook.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { auditCodes } from "../../src/core/audit.ts";
import { type Family, families } from "../../src/metrics/families.ts";
import { processFamilies } from "../../src/metrics/registry.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const read = (file: string): string => readFileSync(file, "utf8");
const { groups } = parse(read("deploy/helm/countersign/alerts.yaml")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read("deploy/grafana/countersign.json")) as {
  panels: { title: string; targets: { expr: string }[] }[];
};
const ofProcess = (await processFamilies()).map(({ name }) => name);
const own = families as Readonly<Record<string, Family>>;

/** What an expression names that is no metric of ours, under the labels that it has. */
function wrongIn(expr: string): readonly string[] {
  const wrong: string[] = [];
  const selectors = [...expr.matchAll(/\b((?:countersign|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)];
  if (selectors.length === 0) wrong.push("no metric at all");
  for (const [, told = "", chosen = ""] of selectors) {
    const name = told.replace(/_(bucket|sum|count)$/, "");
    const family = own[told] ?? (own[name]?.kind === "histogram" ? own[name] : undefined);
    if (family === undefined && !ofProcess.includes(told)) wrong.push(told);
    for (const [, label = "", value = ""] of chosen.matchAll(/(\w+)=~?"([^"]*)"/g)) {
      // Prometheus itself adds what it scraped.
      if (label === "job") continue;
      if (family?.labels?.[label] === undefined) wrong.push(`${told} has no label ${label}`);
      if (label === "code" && !Object.hasOwn(auditCodes, value)) wrong.push(`no event has the code ${value}`);
    }
  }
  return wrong;
}

/** By what an expression groups: labels of its metrics, or such as Prometheus adds. */
function groupedWrong(expr: string): readonly string[] {
  const known = new Set([
    "le",
    "namespace",
    "pod",
    ...Object.values(own).flatMap((one) => Object.keys(one.labels ?? {})),
  ]);
  return [...expr.matchAll(/\bby \(([^)]*)\)/g)]
    .flatMap(([, names = ""]) => names.split(/,\s*/))
    .filter((label) => !known.has(label));
}

test("every metric and label of the alert rules is told by the bot", () => {
  for (const { alert, expr } of rules) assert.deepEqual([...wrongIn(expr), ...groupedWrong(expr)], [], alert);
});

test("every metric and label of the dashboard is told by the bot, and every metric of the bot's is on it", () => {
  const exprs = dashboard.panels.flatMap((panel) => panel.targets.map(({ expr }) => expr));
  for (const expr of exprs) assert.deepEqual([...wrongIn(expr), ...groupedWrong(expr)], [], expr);
  const missing = Object.keys(families).filter((name) => !exprs.some((expr) => expr.includes(name)));
  assert.deepEqual(missing, []);
});

test("every alert has a severity, a sentence, and a runbook of its name; every runbook has its alert", () => {
  const names = rules.map(({ alert }) => alert);
  assert.equal(new Set(names).size, names.length);
  for (const { alert, labels, annotations } of rules) {
    assert.ok(["page", "ticket"].includes(labels.severity), alert);
    assert.match(annotations.summary, /\.$/, alert);
    assert.equal(annotations.runbook, `docs/operations.md#${alert.toLowerCase()}`);
  }
  const books = [...read("docs/operations.md").matchAll(/^### (Countersign\w+)$/gm)].map(([, name]) => name ?? "");
  assert.deepEqual(books.toSorted(), names.toSorted());
});

test("what is wrong with an expression is found", () => {
  assert.deepEqual(wrongIn('countersign_jobs{part="x"} + countersign_nothing'), [
    "countersign_jobs has no label part",
    "countersign_nothing",
  ]);
  assert.deepEqual(wrongIn("countersign_jobs_bucket"), ["countersign_jobs_bucket"]);
  assert.deepEqual(groupedWrong("sum by (le, person) (x)"), ["person"]);
});
