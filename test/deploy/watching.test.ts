// Alert rules and dashboard are PromQL by Prometheus's own grammar, over metrics that there are; and each alert has its runbook.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { families } from "../../src/metrics/families.ts";
import { makeMetrics } from "../../src/metrics/registry.ts";
import { readPromql } from "./promql.ts";
import { onDashboard, rules, tellingIn, wrongIn } from "./watched.ts";

/** Of a bot that was only just started; test/scenarios/operations.test.ts looks at one that worked. */
const metrics = makeMetrics();
const telling = tellingIn(await metrics.text());
metrics.close();

test("every alert rule can be read, and its metrics and labels are told by the bot", () => {
  for (const { alert, expr } of rules) assert.deepEqual(wrongIn(expr, telling), [], alert);
});

test("every expression of the dashboard can be read, over what the bot tells, and every metric of the bot's is on it", () => {
  for (const expr of onDashboard) assert.deepEqual(wrongIn(expr, telling), [], expr);
  const shown = new Set(onDashboard.flatMap((expr) => readPromql(expr).selected.map(({ metric }) => metric)));
  const missing = Object.keys(families).filter((name) => !shown.has(name) && !shown.has(`${name}_bucket`));
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
  const operations = readFileSync("docs/operations.md", "utf8");
  const books = [...operations.matchAll(/^### (Countersign\w+)$/gm)].map(([, name]) => name ?? "");
  assert.deepEqual(books.toSorted(), names.toSorted());
});

const broken: readonly (readonly [expr: string, wrong: readonly string[]])[] = [
  ["max(countersign_jobs", ["cannot be read from “” on"]],
  ["sum by cluster (countersign_jobs)", ["cannot be read from “cluster (countersign” on"]],
  ["max(countersign_jobs) >> 3", ["cannot be read from “> 3” on"]],
  ["maximum(countersign_jobs)", ["cannot be read from “(countersign_jobs)” on"]],
  ["rate(countersign_answers_total)", ["rate takes a range such as [5m]"]],
  ["abs(countersign_jobs[5m])", ["abs takes no range"]],
  ["sum(rate(countersign_answers_total[5 minutes]))", ["cannot be read from “minutes]))” on"]],
  ["1 + 1", ["no metric at all"]],
  ["countersign_jobs + countersign_nothing", ["countersign_nothing is not told"]],
  ["countersign_jobs_bucket", ["countersign_jobs_bucket is not told"]],
  ['countersign_jobs{part="x"}', ["countersign_jobs has no label part"]],
  ["sum by (le, person) (countersign_jobs)", ["le", "person"].map((one) => `countersign_jobs has no label ${one}`)],
  ['increase(countersign_audit_events_total{code="vote.counted"}[5m])', ["no event has the code vote.counted"]],
  ["sum(countersign_answers_total)", ["countersign_answers_total only grows: ask for its rate or increase"]],
  ["rate(countersign_jobs[5m])", ["countersign_jobs is a gauge: rate is for counters"]],
  ["max(countersign_ack_seconds)", ["countersign_ack_seconds is a histogram: it has buckets, a sum and a count"]],
  [
    "histogram_quantile(0.9, sum by (pod) (rate(countersign_ack_seconds_bucket[5m])))",
    ["countersign_ack_seconds_bucket is no histogram any more without le"],
  ],
];

test("what is wrong with an expression is found", () => {
  for (const [expr, wrong] of broken) assert.deepEqual(wrongIn(expr, telling), wrong, expr);
});
