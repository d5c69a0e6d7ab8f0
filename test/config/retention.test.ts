// `retention`: spans that are too short to be safe are refused, with the one that must be longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { verbs } from "../../src/commands/index.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";

const load = (retention: string, more = "") =>
  loadConfig(
    `
clusters: [{ name: production, environment: production, kubeconfig: /etc/countersign/kubeconfig }]
channels: { approvals: "#a", audit: "#b" }
groups: [{ name: platform, members: [U024BE7LH, U024BE7LJ] }]
policy:
  rules:
    - { name: reads, when: { actions: read }, allow: true }
    - { name: changes, when: { actions: change }, approvals: { count: 1, from: platform, expiresIn: 10d, startWithin: 1d } }
audit: { checkpoints: /mnt/checkpoints }
${more}
${retention}
`,
    "countersign.yaml",
    { verbs: [...verbs.keys()], check: checkPolicy },
  );

const says = (retention: string, more = ""): readonly string[] => {
  const config = load(retention, more);
  return isConfigErrors(config) ? config.errors.map(({ path, says: text }) => `${path}: ${text}`) : [];
};

test("left out, everything is kept for ever; given, the spans are in milliseconds", () => {
  const [without, given] = [load(""), load("retention: { requests: 90d, records: 400d, archive: /mnt/archive }")];
  assert.ok(!isConfigErrors(without) && !isConfigErrors(given));
  assert.equal(without.retention, null);
  const day = 86_400_000;
  assert.deepEqual(given.retention, { requestsMs: 90 * day, recordsMs: 400 * day, archive: "/mnt/archive" });
  const some = load("retention: { requests: 11d }");
  assert.ok(!isConfigErrors(some));
  assert.deepEqual(some.retention, { requestsMs: 11 * day, recordsMs: null, archive: null });
});

const refused: readonly (readonly [retention: string, more: string, says: readonly string[]])[] = [
  [
    "retention: { requests: 10d }",
    "",
    [
      "retention.requests: “10d” is too short to be safe: at least 11d, the longest life of a request under the rule changes.",
    ],
  ],
  [
    "retention: { requests: 1d, records: 2d }",
    "limits: { delegation: 12d }",
    [
      "retention.requests: “1d” is too short to be safe: at least 12d, the longest delegation, limits.delegation.",
      "retention.records: “2d” is too short to be safe: at least 12d, the longest delegation, limits.delegation.",
    ],
  ],
  [
    "retention: { requests: 13d }",
    'breakglass: { groups: platform, when: { verbs: restart }, tell: "#c", review: { group: platform, count: 1, within: 14d } }',
    ["retention.requests: “13d” is too short to be safe: at least 14d, the time for a review, breakglass.review."],
  ],
  [
    "retention: { requests: 12d }",
    "access: { maxFor: 30d, roles: [{ name: edit, title: Edit, clusterRole: edit }] }",
    ["retention.requests: “12d” is too short to be safe: at least 30d, the longest grant of the role edit."],
  ],
  [
    "retention: { requests: 90d, records: 89d }",
    "",
    [
      "retention.records: “89d” is shorter than retention.requests, “90d”: the records of a request are kept at least as long as the request.",
    ],
  ],
  [
    "retention: { requests: 3 months }",
    "",
    ['retention.requests: "3 months" does not have the right form; it looks like "90d".'],
  ],
  [
    "retention: { requests: 90y }",
    "",
    ['retention.requests: "90y" does not have the right form; it looks like "90d".'],
  ],
  ["retention: { records: 90d }", "", ["retention: “requests” is missing."]],
];

test("spans that are shorter than what the file lets live, bad units and odd ends are refused with a sentence", () => {
  for (const [retention, more, expected] of refused) assert.deepEqual(says(retention, more), expected, retention);
});
