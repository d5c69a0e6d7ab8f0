// apply, planned on the sample cluster: what would be sent, what is left alone, what is refused and why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Plan } from "../../src/core/plan.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { writesOf } from "../support/town.ts";
import { type Bench, openBench } from "./bench.ts";
import { said } from "./make.ts";

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const settings = (name: string, data: string, more = "") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n${more}data:\n  value: ${data}\n`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: vaults.acme.example}
spec:
  group: acme.example
  scope: Namespaced
  names: {plural: vaults, singular: vault, kind: Vault}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
const vault = "apiVersion: acme.example/v1\nkind: Vault\nmetadata: {name: main, namespace: shop}\nspec: {keep: 3}\n";
const deployment = (name: string, spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}`;
const whole = (image: string) => `  selector: {matchLabels: {app: new}}
  template:
    metadata: {labels: {app: new}}
    spec:
      containers:
        - {name: app, image: "${image}"}
`;

function planned(plan: Plan | Refusal): Plan {
  assert.ok(!isRefusal(plan), JSON.stringify(plan));
  return plan;
}

async function refused(text: string, document: string): Promise<Refusal> {
  const plan = await bench.plan(text, document);
  assert.ok(isRefusal(plan), JSON.stringify(plan).slice(0, 400));
  return plan;
}

const operations = (plan: Plan) =>
  plan.changes.map((change) =>
    change.kind === "object" ? `${change.operation} ${change.object.kind.kind} ${change.object.name}` : "",
  );

test("new objects are created, those that are already so are left alone, and the card says how many", async () => {
  bench.sample.objects.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "same", namespace: "shop" },
    data: { value: "one" },
  });
  const text = [settings("same", "one"), settings("fresh", "two"), deployment("fresh", whole("x:1"))].join("---\n");
  const plan = planned(await bench.plan("apply", text));
  assert.deepEqual(operations(plan), ["create ConfigMap fresh", "create Deployment fresh"]);
  assert.equal(plan.title, "Apply ConfigMap fresh, Deployment fresh on production");
  assert.deepEqual(plan.notes, ["1 of 3 objects are already so and are left alone."]);
  assert.deepEqual(
    plan.goals.map((goal) => goal.kind),
    ["present", "rollout"],
  );
  assert.equal((await refused("apply", settings("same", "one"))).code, "already-so");
});

test("a definition and its objects, a namespace and its contents, are staged: the rest follows as a request of its own", async () => {
  const lab = "apiVersion: v1\nkind: Namespace\nmetadata: {name: lab}\n";
  const inLab = settings("inside", "x").replace("namespace: shop", "namespace: lab");
  const plan = planned(await bench.plan("apply", [vault, definition, inLab, lab].join("---\n")));
  assert.deepEqual(operations(plan), ["create CustomResourceDefinition vaults.acme.example", "create Namespace lab"]);
  assert.match(plan.notes.join(" "), /2 more need what this creates.*countersigned anew/);
  assert.equal(plan.followUp?.verb, "apply");
  assert.equal(plan.followUp?.args.cluster, "production");
});

test("fields of another manager are refused field by field, with the three ways, or taken as a risk fact", async () => {
  bench.sample.objects.put(
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "owned", namespace: "shop" }, data: { value: "theirs" } },
    "release-pipeline",
  );
  const refusal = await refused("apply", settings("owned", "ours"));
  assert.equal(refusal.code, "field-conflict");
  assert.deepEqual(
    refusal.conflicts?.map((one) => one.field),
    [".data.value"],
  );
  assert.match(refusal.message, /production:shop\/configmap\/owned: \.data\.value belongs to .*release-pipeline/);
  assert.match(refusal.hint, /Leave these fields out.*live value.*--force-conflicts/);
  const plan = planned(await bench.plan("apply --force-conflicts", settings("owned", "ours")));
  assert.deepEqual(
    plan.risks.map((risk) => risk.kind),
    ["takes-fields"],
  );
  assert.match(plan.risks[0]?.says ?? "", /Takes \.data\.value .*over from .*release-pipeline/);
  const [change] = plan.changes;
  assert.ok(change?.kind === "object" && change.call.query.force === "true");
});

test("what the bot's own earlier patch owns is no conflict", async () => {
  bench.sample.objects.put(
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "patched", namespace: "shop" }, data: { value: "old" } },
    "countersign",
  );
  const plan = planned(await bench.plan("apply", settings("patched", "new")));
  assert.deepEqual(operations(plan), ["update ConfigMap patched"]);
  assert.deepEqual(
    plan.risks.map((risk) => risk.kind),
    [],
  );
});

test("replicas that an autoscaler sets are warned about, and only when they change", async () => {
  const replicas = (count: number) => deployment("payments", `  replicas: ${count}\n`);
  const plan = planned(await bench.plan("apply --force-conflicts", replicas(5)));
  assert.ok(plan.risks.some((risk) => risk.kind === "autoscaler-owns"));
  assert.ok(isRefusal(await bench.plan("apply", replicas(3))), "the same number changes nothing");
});

test("an applied workload whose rollout is held back is not watched for ever", async () => {
  const plan = planned(await bench.plan("apply", deployment("held", `  paused: true\n${whole("x:1")}`)));
  assert.deepEqual(
    plan.goals.map((goal) => goal.kind),
    ["present"],
  );
  assert.match(plan.notes.join(" "), /rollout is paused/);
});

test("what a client must not send is left away, and a reference of another cluster state does not matter", async () => {
  const more = '  uid: "1"\n  resourceVersion: "5"\n  managedFields: []\n  generation: 4\n';
  const plan = planned(await bench.plan("apply", `${settings("exported", "x", more)}status: {}\n`));
  const [change] = plan.changes;
  assert.ok(change?.kind === "object");
  assert.deepEqual(change.call.body, {
    ...{ apiVersion: "v1", kind: "ConfigMap", data: { value: "x" } },
    metadata: { name: "exported", namespace: "shop" },
  });
});

const wrong: readonly (readonly [string, string, RegExp])[] = [
  [
    "the same object twice",
    [settings("a", "1"), settings("a", "2")].join("---\n"),
    /^duplicate-object: Documents 1 \(line 1\) and 2 \(line \d+\) are both ConfigMap a\./,
  ],
  [
    "twice in the later stage too",
    [definition, vault, vault].join("---\n"),
    /^duplicate-object: Documents 2 .* and 3 .* are both Vault main/,
  ],
  [
    "a field that does not exist",
    settings("a", "1").replace("\ndata:", "\ndta:"),
    /^cluster-rejects: Document 1 \(line 1\): .*dta/,
  ],
  [
    "a field of a wrong type",
    deployment("a", whole("x:1").replace("selector:", "replicas: many\n  selector:")),
    /^cluster-rejects: Document 1 .*replicas/,
  ],
  ["a kind that is not served", vault.replace("Vault", "Vlt"), /^no-such-kind: .*Vlt of acme\.example\/v1/],
  ["a namespace that does not exist", settings("a", "1").replace("namespace: shop", "namespace: nowhere"), /nowhere/],
  ["nothing", "# only a comment\n", /^empty-manifest/],
  [
    "more objects than anybody reads",
    Array.from({ length: 101 }, (_one, index) => settings(`m${index}`, "x")).join("---\n"),
    /^manifest-too-large: .*101 objects; 100 are the most/,
  ],
  ["more bytes than allowed", settings("big", "x".repeat(2_000_000)), /^manifest-too-large/],
  ["a document without a name", "apiVersion: v1\nkind: ConfigMap\n", /^incomplete-object/],
  ["YAML that is read in two ways", settings("a", "yes"), /^bad-yaml: Line 7, data\.value/],
  ["a cluster that is not configured", settings("a", "1"), /^no-such-cluster/],
];

for (const [name, document, says] of wrong) {
  test(`refused: ${name}`, async () => {
    const text = name.startsWith("a cluster") ? "apply --cluster nope" : "apply";
    assert.match(said(await refused(text, document)), says);
  });
}

test("planning writes nothing", () => assert.deepEqual(writesOf(bench.sample), []));

const deletions: readonly (readonly [string, RegExp])[] = [
  ["delete cm/checkout-settings", /^Delete ConfigMap checkout-settings in shop on production deletion$/],
  ["delete ns/shop", /^Delete Namespace shop on production data-loss,deletion$/],
  ["delete deploy search", /^Delete Deployment search in shop on production deletion,helm-owns$/],
];

for (const [text, says] of deletions) {
  test(`${text} is guarded by the uid`, async () => {
    const plan = planned(await bench.plan(text));
    assert.match(`${plan.title} ${plan.risks.map((risk) => risk.kind)}`, says);
    const [change] = plan.changes;
    assert.ok(change?.kind === "object" && change.call.guard === "delete-preconditions" && change.object.uid !== "");
  });
}

test("what is being deleted already is not deleted again, and it is said what it waits for", async () => {
  const metadata = { name: "going", namespace: "shop", finalizers: ["acme.example/backup"] };
  bench.sample.objects.put({ apiVersion: "v1", kind: "ConfigMap", metadata });
  bench.sample.objects.delete({ kind: "ConfigMap", namespace: "shop", name: "going" });
  const plan = await bench.plan("delete cm/going");
  assert.match(
    isRefusal(plan) ? said(plan) : "planned",
    /^already-so: .*being deleted since .*waiting for acme\.example\/backup/,
  );
});

test("a DaemonSet and a StatefulSet scale to zero only with the risk fact on the card", async () => {
  const plan = planned(await bench.plan("scale cart 0"));
  assert.deepEqual(
    plan.risks.map((risk) => risk.kind),
    ["scale-to-zero"],
  );
  assert.match(
    said((await bench.plan("scale node-agent 2")) as Refusal),
    /^wrong-kind: production:monitoring\/daemonset\/node-agent is a DaemonSet/,
  );
});
