// The policy cookbook: every recipe loads, and its policy says what its table says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkPolicy } from "../../src/approvals/check.ts";
import { needWords } from "../../src/approvals/needed.ts";
import { decidePolicy } from "../../src/approvals/policy.ts";
import { verbNames, verbs } from "../../src/commands/index.ts";
import { isConfigErrors, loadConfig } from "../../src/config/load.ts";
import { renderConfigErrors } from "../../src/config/problem.ts";
import { asGroupName } from "../../src/core/ids.ts";
import { assurances } from "../../src/core/person.ts";
import type { Decision, Place, Policy, Question } from "../../src/core/policy.ts";
import { type RiskKind, riskKinds } from "../../src/core/risk.ts";

const page = readFileSync("docs/policy-cookbook.md", "utf8");
const recipes = page.split(/^## /m).slice(1);
const known = ["risks", "labels", "args", "at", "replicas", "count", "op", "onCall", "assurance", "subject"];
const columns = ["groups", "verb", "place", "also", "says"] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

const rest = `
clusters:
  - { name: staging, environment: staging, default: true }
  - { name: production, environment: production }
channels: { approvals: "#approvals", audit: "#audit" }
audit: { checkpoints: /mnt/checkpoints }
onCall: { schedules: [{ name: payments, static: { members: [U024BE7LH], zone: UTC, first: "2026-01-05" } }] }
`;

function policyOf(recipe: string): Policy {
  const yaml = /^```yaml\n(.*?)^```/ms.exec(recipe)?.[1] ?? assert.fail("no YAML");
  const config = loadConfig(yaml + rest, "recipe", { ...verbNames, check: checkPolicy });
  if (isConfigErrors(config)) return assert.fail(renderConfigErrors(config));
  return config.policy;
}

function rowsOf(recipe: string): readonly Row[] {
  const lines = recipe.split("\n").filter((line) => line.startsWith("|"));
  const [head, , ...rows] = lines.map(cellsOf);
  assert.deepEqual(head, columns);
  return rows.map((cells) => {
    assert.equal(cells.length, columns.length, cells.join("|"));
    return Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""])) as Record<keyof Row, string>;
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

function questionOf(row: Row): Question {
  const action = verbs.get(row.verb) ?? assert.fail(`no verb ${row.verb}`);
  const also = new Map(
    row.also
      .split(" ")
      .filter((part) => part !== "")
      .map((part) => part.split(/=(.*)/s) as [string, string]),
  );
  for (const name of also.keys()) assert.ok(known.includes(name), name);
  const pairs = (name: string) =>
    Object.fromEntries(
      (also.get(name) ?? "")
        .split(",")
        .filter((pair) => pair !== "")
        .map((pair) => pair.split(/:(.*)/s).slice(0, 2)),
    );
  const names = (name: string) => (also.get(name) ?? "").split(",").filter((one) => one !== "");
  const risks = (also.get("risks") ?? "").split(",").filter((risk) => risk !== "");
  for (const risk of risks) assert.ok(Object.hasOwn(riskKinds, risk), risk);
  const args: Record<string, string> = pairs("args");
  for (const name of Object.keys(args)) assert.ok(Object.hasOwn(action.params, name), `${row.verb} has no ${name}`);
  return {
    verb: row.verb,
    verbKind: action.kind,
    args,
    who: {
      userId: "U1",
      groups: row.groups
        .split(",")
        .filter((name) => name !== "")
        .map(asGroupName),
      assurance: assurances.find((one) => one === also.get("assurance")) ?? "directory",
      subject: also.get("subject") ?? null,
      ...(also.get("onCall") === "unknown" ? {} : { onCall: names("onCall") }),
    },
    places: row.place === "" ? [] : placesOf(placeOf(row.place, pairs("labels")), also),
    risks: risks as RiskKind[],
    dryRun: false,
    now: Date.parse(also.get("at") ?? "2026-11-18T12:00:00Z"),
  };
}

function placeOf(text: string, labels: Readonly<Record<string, string>>): Place {
  const [cluster = "", path = ""] = text.split(":");
  const [namespace = "", kind = "", name = ""] = path.split("/");
  return { cluster, environment: cluster, namespace: namespace === "" ? null : namespace, kind, name, labels };
}

function placesOf(place: Place, also: ReadonlyMap<string, string>): readonly Place[] {
  if (place.name === "") return [place];
  const [before, after] = (also.get("replicas") ?? "").split(":").map(Number);
  const operation = also.get("op") === "delete" ? "delete" : "update";
  const known = {
    ...place,
    operation,
    ...(after === undefined ? {} : { replicas: { before: before ?? 0, after } }),
  } as const;
  const count = Number(also.get("count") ?? 1);
  return Array.from({ length: count }, (_, index) => ({
    ...known,
    name: count === 1 ? place.name : `${place.name}-${index}`,
  }));
}

function short(decision: Decision): string {
  switch (decision.kind) {
    case "allow":
      return "allowed";
    case "approvals":
      return `${needWords(decision.requirement.need)}${decision.requirement.tickets === undefined ? "" : " with a ticket"}`;
    case "deny":
      if (decision.code === "not-linked") return "refused: sign in first";
      if (decision.code === "no-rule") return "refused: no rule";
      return `${decision.code === "frozen" ? "frozen" : "refused"} by ${decision.rule}`;
  }
}

test("there are nineteen recipes", () => assert.equal(recipes.length, 19));

for (const recipe of recipes) {
  test(`recipe ${recipe.split("\n")[0]}`, () => {
    const policy = policyOf(recipe);
    const rows = rowsOf(recipe);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(short(decidePolicy(policy, questionOf(row))), row.says, JSON.stringify(row));
  });
}
