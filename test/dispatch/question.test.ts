// What the policy is asked about a plan: one place for each state of each object (R16).
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { Plan, PreviewedChange } from "../../src/core/plan.ts";
import { questionOfPlan } from "../../src/dispatch/question.ts";
import { makePerson, makePlan, start } from "../approvals/make.ts";
import { clustersOf } from "./clusters.ts";

const labelled = (labels: JsonObject | null): JsonObject => ({ metadata: labels === null ? {} : { labels } });

function labelSets(change: Partial<PreviewedChange>): readonly unknown[] {
  const [known] = makePlan("one").changes;
  assert.ok(known?.kind === "object");
  const plan: Plan = { ...makePlan("one"), changes: [{ ...known, ...change }] };
  const invocation = { verb: "apply", args: {} };
  const action = { name: "apply", kind: "change", params: {} } as const;
  const asked = { person: makePerson("U1"), now: start, dryRun: false };
  return questionOfPlan(clustersOf(), { action, invocation }, plan, asked).places.map(({ labels }) => labels);
}

const tier = (name: string) => ({ tier: name });
const cases: readonly (readonly [string, Partial<PreviewedChange>, readonly unknown[]])[] = [
  ["the same before and after", { before: labelled(tier("a")), after: labelled(tier("a")) }, [tier("a")]],
  ["another one", { before: labelled(tier("a")), after: labelled(tier("b")) }, [tier("a"), tier("b")]],
  ["R16: one that goes", { before: labelled(tier("a")), after: labelled(null) }, [tier("a"), {}]],
  ["R16: one that comes", { before: labelled(null), after: labelled(tier("b")) }, [{}, tier("b")]],
  ["none", { before: labelled(null), after: labelled(null) }, [{}]],
  ["a creation", { before: null, after: labelled(tier("b")) }, [tier("b")]],
  ["a creation without any", { before: null, after: labelled(null) }, [{}]],
  ["a deletion", { before: labelled(tier("a")), after: null }, [tier("a")]],
  ["R16: a part that shows none", { labels: tier("a"), before: labelled(null), after: labelled(null) }, [tier("a")]],
];
for (const [name, change, expected] of cases)
  test(`labels of a change: ${name}`, () => assert.deepEqual(labelSets(change), expected));
