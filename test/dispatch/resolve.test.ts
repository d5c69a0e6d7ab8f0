// What a target means: given, from the thread, from the channel, or by being the only one. Never by guessing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import type { Clusters } from "../../src/core/ports/clusters.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { commandText, exactName, type Invoked, invoke } from "../../src/dispatch/invoke.ts";
import { parse } from "../../src/dispatch/parse.ts";
import type { PlaceContext } from "../../src/dispatch/resolve.ts";
import { clustersOf, refOf } from "./clusters.ts";

const production = {
  cluster: "production",
  namespaces: ["shop", "data", "pods-team", "vault"],
  objects: [
    "shop/deployments/checkout",
    "shop/deployments/payments",
    "data/deployments/payments",
    "shop/statefulsets/cart",
    "shop/deployments/web",
    "shop/statefulsets/web",
    "vault/deployments/agent",
    "shop/configmaps/flags",
    "/nodes/worker-1",
    "shop/pods/checkout-1",
  ],
};
const staging = {
  cluster: "staging",
  namespaces: ["shop", "lab"],
  objects: ["shop/deployments/checkout", "lab/deployments/toy"],
};
const one = clustersOf(production);
const two = clustersOf({ ...production }, { ...staging, isDefault: true });
const nowhere: PlaceContext = { objects: [], cluster: null, namespace: null };

async function meant(
  text: string,
  clusters: Clusters = one,
  context: PlaceContext = nowhere,
): Promise<Invoked | Refusal> {
  const parsed = parse(text, verbs);
  assert.ok(!isRefusal(parsed), JSON.stringify(parsed));
  return invoke(clusters, parsed, context);
}

function nameOf(invoked: Invoked | Refusal): string {
  if (isRefusal(invoked)) return `${invoked.code}: ${invoked.message} ${invoked.hint}`;
  const target = invoked.targets.target;
  switch (target?.kind) {
    case "object":
      return exactName(target.object);
    case "namespace":
      return `${target.cluster}:${target.namespace}/`;
    case "cluster":
      return `${target.cluster}:`;
    default:
      return "everything";
  }
}

const rows: readonly (readonly [string, string, Clusters?, PlaceContext?])[] = [
  ["rollback checkout", "production:shop/deployments.apps/checkout"],
  ["rollback shop/checkout", "production:shop/deployments.apps/checkout"],
  ["rollback deployment checkout -n shop", "production:shop/deployments.apps/checkout"],
  ["rollback deployment.apps/checkout", "production:shop/deployments.apps/checkout"],
  ["rollback production:shop/deploy/checkout", "production:shop/deployments.apps/checkout"],
  ["rollback sts/web", "production:shop/statefulsets.apps/web"],
  ["rollback payments -n data", "production:data/deployments.apps/payments"],
  ["describe node/worker-1", "production:nodes/worker-1"],
  ["describe cm/flags", "production:shop/configmaps/flags"],
  // A namespace that is called as a custom kind is.
  ["rollback vault/agent", "production:vault/deployments.apps/agent"],
  ["rollback checkout --cluster staging", "staging:shop/deployments.apps/checkout", two],
  ["rollback staging:checkout", "staging:shop/deployments.apps/checkout", two],
  ["rollback toy", "staging:lab/deployments.apps/toy", two],
  ["status", "everything", two],
  ["status production", "production:", two],
  ["status production:", "production:", two],
  ["status shop", "production:shop/"],
  ["status shop/", "production:shop/"],
  ["status ns shop", "production:shop/"],
  ["status data", "production:data/", two],
  ["status checkout", "production:shop/deployments.apps/checkout"],
  // The channel's defaults come first, then whatever is the only one.
  [
    "rollback payments",
    "production:shop/deployments.apps/payments",
    two,
    { objects: [], cluster: "production", namespace: "shop" },
  ],
  [
    "rollback checkout",
    "staging:shop/deployments.apps/checkout",
    two,
    { objects: [], cluster: "staging", namespace: null },
  ],
  ["rollback cart", "production:shop/statefulsets.apps/cart", one, { objects: [], cluster: null, namespace: "data" }],
  ["status", "production:data/", two, { objects: [], cluster: "production", namespace: "data" }],
  ["status --cluster production", "production:", two, { objects: [], cluster: "staging", namespace: "lab" }],
  // The thread's object where nothing was said.
  ["rollback", "production:shop/deployments.apps/checkout", two, thread("shop/deployments/checkout")],
  ["status", "production:shop/deployments.apps/checkout", two, thread("shop/deployments/checkout")],
  ["scale 5", "production:shop/deployments.apps/checkout", two, thread("shop/deployments/checkout")],
  [
    "rollback",
    "production:shop/deployments.apps/checkout",
    two,
    thread("shop/configmaps/flags", "shop/deployments/checkout"),
  ],
];

function thread(...objects: readonly string[]): PlaceContext {
  return { objects: objects.map((text) => refOf("production", text)), cluster: "production", namespace: "shop" };
}

for (const [text, expected, clusters, context] of rows)
  test(`${text} means ${expected}`, async () => assert.equal(nameOf(await meant(text, clusters, context)), expected));

const refusals: readonly (readonly [string, RegExp, Clusters?, PlaceContext?])[] = [
  ["rollback", /^missing-argument: What is it about\? rollback needs a target\. Type: rollback NAMESPACE\/NAME/],
  ["rollback shop/", /^missing-argument: “shop\/” names no object/],
  [
    "rollback check",
    /^no-such-target: Nothing is called “check” .*Did you mean production:shop\/deployment\/checkout\?/,
  ],
  ["rollback chekcout", /^no-such-target: .*Did you mean production:shop\/deployment\/checkout\?/],
  ["rollback nonsense", /^no-such-target: .*Type status to see what runs/],
  ["delete flags", /among the workloads.*delete configmap\/flags/],
  [
    "rollback sohp/checkout",
    /^no-such-namespace: There is no namespace “sohp” in production\. Did you mean production:shop\/\?/,
  ],
  ["status nosuch/", /^no-such-namespace/],
  ["status nosuch", /^no-such-target: No namespace or workload is called “nosuch” in production\./],
  ["describe nokind/x -n shop", /^no-such-kind: .*knows no kind “nokind”/],
  ["pause cart", /^wrong-kind: production:shop\/statefulset\/cart is a StatefulSet; pause does not work on those/],
  ["rollback pod/checkout-1", /^wrong-kind: rollback does not work on pods\. It works on deployments\.apps/],
  ["scale deploy/checkout because x", /^missing-argument: N is missing/],
  ["rollback prod:checkout", /^no-such-cluster: There is no cluster “prod”\. Did you mean production\?/, two],
  ["rollback checkout --cluster nope", /^no-such-cluster/],
  ["rollback payments", /^ambiguous-target: 2 things are called “payments”/],
  ["rollback checkout", /^ambiguous-target/, two],
  ["rollback web", /^ambiguous-target/],
  ["status shop", /^ambiguous-target: 2 clusters have a namespace “shop”/, two],
  [
    "rollback",
    /^ambiguous-target: 2 things this thread is about/,
    one,
    thread("shop/deployments/checkout", "shop/statefulsets/cart"),
  ],
  ["rollback checkout", /^cluster-unreachable/, clustersOf(production, { ...staging, away: true })],
  ["describe nokind/x", /^no-such-target|^no-such-namespace/],
];

for (const [text, says, clusters, context] of refusals)
  test(`${text} is refused: ${says.source.slice(0, 60)}`, async () =>
    assert.match(nameOf(await meant(text, clusters, context)), says));

test("every choice that a refusal offers works when it is run, with all that was typed", async () => {
  const texts = [
    'rollback payments --to 41 --dry-run because it\'s "bad"',
    "rollback web --dry-run",
    "rollback check --dry-run",
    "scale payments 5 --dry-run because sale",
    "set image web app=x:1 --dry-run",
    'logs payments --grep "a b" --previous --share',
  ];
  for (const text of texts) {
    const refusal = await meant(text);
    assert.ok(isRefusal(refusal) && (refusal.choices?.length ?? 0) > 0, text);
    for (const { command } of refusal.choices ?? []) {
      const parsed = parse(command, verbs);
      const typed = parse(text, verbs);
      assert.ok(!isRefusal(parsed) && !isRefusal(typed), command);
      assert.equal(parsed.dryRun, typed.dryRun, command);
      assert.equal(parsed.share, typed.share, command);
      assert.equal(parsed.reason, typed.reason, command);
      assert.deepEqual({ ...parsed.typed, target: "" }, { ...typed.typed, target: "" }, command);
      assert.match(nameOf(await meant(command)), /^production:/, command);
    }
  }
});

test("a status that is ambiguous offers scopes that work", async () => {
  const refusal = await meant("status shop --share", two);
  assert.ok(isRefusal(refusal));
  const names = await Promise.all(
    (refusal.choices ?? []).map(async ({ command }) => nameOf(await meant(command, two))),
  );
  assert.deepEqual(names, ["production:shop/", "staging:shop/"]);
});

test("an invocation holds full names and the cluster, so that nothing is guessed a second time", async () => {
  const invoked = await meant("rollback checkout --to 41");
  assert.ok(!isRefusal(invoked));
  assert.deepEqual({ ...invoked.invocation.args }, { target: "production:shop/deployments.apps/checkout", to: "41" });
  assert.equal(
    commandText(invoked.action, invoked.invocation.args),
    "rollback production:shop/deployments.apps/checkout --to 41",
  );
  const listed = await meant("get pods", two, { objects: [], cluster: null, namespace: "shop" });
  assert.ok(!isRefusal(listed));
  assert.deepEqual({ ...listed.invocation.args }, { kind: "pods", cluster: "staging", namespace: "shop" });
});

test("a channel's namespace is not carried to another cluster, nor past -A", async () => {
  const context: PlaceContext = { objects: [], cluster: "staging", namespace: "lab" };
  for (const [text, namespace] of [
    ["get pods", "lab"],
    ["get pods --cluster production", undefined],
    ["get pods -A", undefined],
    ["get pods -n shop", "shop"],
  ] as const) {
    const invoked = await meant(text, two, context);
    assert.ok(!isRefusal(invoked));
    assert.equal(invoked.invocation.args.namespace, namespace, text);
  }
});

test("words that name prototype members are only words", async () => {
  for (const text of [
    "rollback constructor",
    "rollback toString",
    "status hasOwnProperty",
    "rollback constructor/toString",
  ])
    assert.match(nameOf(await meant(text)), /^no-such-(target|namespace)/, text);
});
