// Usage lines and the catalogue are made from the verbs themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { parse } from "../../src/dispatch/parse.ts";
import { entryOf, flagName, usageOf } from "../../src/dispatch/usage.ts";

const action = (name: string) => {
  const found = verbs.get(name);
  if (found === undefined) throw new Error(`no verb ${name}`);
  return found;
};

test("usage lines read as kubectl's", () => {
  assert.equal(usageOf(action("rollback")), "rollback TARGET [--to REVISION]");
  assert.equal(usageOf(action("scale")), "scale TARGET N");
  assert.equal(usageOf(action("status")), "status [TARGET]");
  assert.equal(usageOf(action("set image")), "set image TARGET CONTAINER=IMAGE…");
  assert.equal(usageOf(action("apply")), "apply [--cluster CLUSTER] [--namespace NAMESPACE] [--force-conflicts]");
  assert.equal(flagName("forceConflicts"), "force-conflicts");
});

test("every change can be tried with --dry-run, and help says so", () => {
  for (const one of verbs.values()) {
    const flags = entryOf(one).flags.map((flag) => flag.name);
    assert.equal(flags.includes("dry-run"), one.kind === "change", one.name);
    if (one.kind !== "change") continue;
    const example = one.examples[0] ?? one.name;
    const parsed = parse(`${example} --dry-run`, verbs);
    assert.ok(!isRefusal(parsed) && parsed.dryRun, example);
  }
});

test("summaries are one line in the imperative, without a full stop", () => {
  for (const one of verbs.values()) assert.match(one.summary, /^[A-Z][^\n]*[^.]$/, one.name);
});
