// docs/policy-language.md names every word that there is, and no other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { declared } from "../../src/approvals/cel/types.ts";
import { condition, limits } from "../../src/config/schema-when.ts";

const page = readFileSync("docs/policy-language.md", "utf8");

function section(title: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(title)) ?? assert.fail(`no section ${title}`);
}

/** The code words of the table's cells of one column. */
function column(title: string, index: number): readonly string[] {
  const rows = section(title)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  return rows.flatMap((row) =>
    [...(row.split("|")[index] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
  );
}

test("every condition stands in its table", () => {
  assert.deepEqual([...column("What a rule asks", 2)].sort(), Object.keys(condition.properties ?? {}).sort());
});

test("every limit stands in its table", () => {
  assert.deepEqual(column("Limits", 1), Object.keys(limits.properties ?? {}));
});

test("every name of an expression stands in its table, with its fields", () => {
  assert.deepEqual([...column("Conditions in CEL", 1)].sort(), Object.keys(declared).sort());
  for (const [name, type] of Object.entries(declared)) {
    if (type.kind !== "object") continue;
    const row =
      section("Conditions")
        .split("\n")
        .find((line) => line.startsWith(`| \`${name}\``)) ?? "";
    for (const field of Object.keys(type.fields)) assert.ok(row.includes(`\`${field}`), `${name}.${field}`);
  }
});
