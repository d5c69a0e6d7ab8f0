// Each verb's plans call nothing beyond the rights that it declares, which are all that an approval gives (T21).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { accessesOf } from "../../src/core/call-access.ts";
import { pathOf } from "../../src/core/kube.ts";
import type { Access } from "../../src/core/ports/clusters.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { type Bench, openBench } from "./bench.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: { name: made, namespace: shop }
data: { a: "1" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: checkout-settings, namespace: shop }
data: { added: "1" }
`;

/** One plan at least of every verb that changes a cluster, on each kind that it works on. */
const plans: readonly (readonly [string, string?])[] = [
  ["rollback checkout"],
  ["restart checkout"],
  ["restart sts/cart"],
  ["restart ds/node-agent"],
  ["scale checkout 9"],
  ["scale sts/cart 5"],
  ["set image checkout *=registry.example/checkout:9"],
  ["set image sts/cart *=registry.example/cart:9"],
  ["pause search"],
  ["apply", manifest],
  ["delete configmap/checkout-settings -n shop"],
];

function declared(verb: string, { group, resource, subresource, verb: wanted }: Access): boolean {
  return (verbs.get(verb)?.access ?? []).some((rule) => {
    if ("granted" in rule || !rule.verbs.includes(wanted)) return false;
    return "listed" in rule || (rule.group === group && rule.resource === resource && rule.subresource === subresource);
  });
}

for (const [command, document] of plans) {
  const verb = [...verbs.keys()].find((name) => command === name || command.startsWith(`${name} `)) ?? "";
  test(`${command} takes no right that ${verb} does not declare`, async () => {
    const plan = await bench.plan(command, document);
    assert.ok(!isRefusal(plan), JSON.stringify(plan));
    for (const change of plan.changes) {
      assert.ok(change.kind === "object");
      // Recovery bumps the version of what it can't be sure about.
      const bump = { method: "PATCH", path: pathOf(change.object), guard: "body-metadata" } as const;
      const calls = change.operation === "create" ? [change.call] : [change.call, bump];
      for (const access of calls.flatMap(accessesOf)) assert.ok(declared(verb, access), JSON.stringify(access));
    }
  });
}

test("every verb that may change a cluster declares what it takes, and is tried here, in its scenarios, or is pause's twin", () => {
  const changing = [...verbs.values()].filter(({ kind, needs }) => kind === "change" && needs.includes("clusters"));
  const isTried = (name: string) => plans.some(([command]) => command === name || command.startsWith(`${name} `));
  const named = (isIt: (verb: (typeof changing)[number]) => boolean) =>
    changing
      .filter(isIt)
      .map(({ name }) => name)
      .sort();
  assert.deepEqual(
    named(({ access, name }) => (access ?? []).length > 0 && !isTried(name)),
    ["extend", "grant", "resume"],
  );
  assert.deepEqual(
    named(({ access }) => (access ?? []).length === 0),
    ["freeze"],
    "it changes the bot's own settings",
  );
  assert.deepEqual(verbs.get("resume")?.access, verbs.get("pause")?.access);
  for (const { name, kind, access } of verbs.values())
    assert.ok((access ?? []).length === 0 || kind === "change", `${name} changes nothing and takes no rights`);
});
