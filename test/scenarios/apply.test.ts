// apply through the whole bot: from the form to the objects, in stages, and told object by object when it stops half-way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fastClock } from "../support/fast-clock.ts";
import { sharedTown } from "../support/shared-town.ts";
import { errorsOf } from "../support/story.ts";
import { approve, cardOf, cardSays, idOf, oneApproval, requestIn, tell, wordsOf } from "../support/talk.ts";
import { ana, ben, breachesOf, writesOf } from "../support/town.ts";

const town = await sharedTown({ config: oneApproval });
await town.startBot({ clock: fastClock(8) });

const settings = (name: string, value: string, namespace = "shop") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata: {value: ${value}}\n`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: flags.apps.acme.example}
spec:
  group: apps.acme.example
  scope: Cluster
  names: {plural: flags, singular: flag, kind: Flag}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`;
const lab = "apiVersion: v1\nkind: Namespace\nmetadata: {name: lab}\n";

/** Fills the form in and submits it; what the form says afterwards, or "" when it closed. */
async function submit(text: string, manifest: string): Promise<string> {
  const { slack } = town;
  while (slack.modalsOf(ana).length > 0) await slack.as(ana).closeModal();
  await slack.as(ana).command("#general", "/ops", text);
  await slack.waitForModal(ana);
  const outcome = await slack.as(ana).submit({ manifest });
  return slack.waitUntil(
    () => {
      const said = JSON.stringify(outcome) + formWords();
      return said.includes("takes a little longer") ? undefined : said;
    },
    `an answer to ${text}`,
    10_000,
  );
}

function formWords(): string {
  const open = town.slack.openModalOf(ana)?.view.blocks;
  return Array.isArray(open) ? wordsOf({ text: "", blocks: open }) : "";
}

test("a form becomes a plan with a diff of every object, and what was approved is what is created", async () => {
  const said = await submit(
    "apply because of the new settings",
    [settings("one", "first"), settings("two", "second")].join("---\n"),
  );
  const card = await cardOf(town, requestIn(said));
  assert.match(
    wordsOf(card),
    /\+ create production:shop\/configmap\/one[\s\S]*\+ create production:shop\/configmap\/two/,
  );
  assert.match(wordsOf(card), /of the new settings/);
  assert.deepEqual(writesOf(town.cluster), []);
  await approve(town, ben, card);
  await cardSays(town, card, /is done and verified/);
  assert.deepEqual(town.cluster.objects.get({ kind: "ConfigMap", namespace: "shop", name: "two" })?.data, {
    value: "second",
  });
  assert.match(await submit("apply", settings("one", "first")), /The object is already so/);
});

test("a namespace's and a definition's contents follow as a request of their own, countersigned anew", async () => {
  const flag = "apiVersion: apps.acme.example/v1\nkind: Flag\nmetadata: {name: dark}\nlit: true\n";
  const said = await submit("apply", [lab, settings("inside", "x", "lab")].join("---\n"));
  const first = await cardOf(town, requestIn(said));
  assert.match(wordsOf(first), /1 more need what this creates/);
  await approve(town, ben, first);
  await cardSays(town, first, /is done and verified/);
  const next = await town.card(
    (message) => message.text.includes("ConfigMap inside") && message.text.includes("waits"),
  );
  assert.notEqual(idOf(next), idOf(first));
  assert.equal(town.cluster.objects.get({ kind: "ConfigMap", namespace: "lab", name: "inside" }), undefined);
  await approve(town, ben, next);
  await cardSays(town, next, /is done and verified/);
  assert.notEqual(town.cluster.objects.get({ kind: "ConfigMap", namespace: "lab", name: "inside" }), undefined);
  const staged = await submit("apply --dry-run", [definition, flag].join("---\n"));
  assert.match(staged, /CustomResourceDefinition flags\.apps\.acme\.example[\s\S]*1 more need what this creates/);
});

test("a document that fails in the middle is told object by object", async () => {
  const names = ["middle-a", "middle-b", "middle-c"];
  const card = await cardOf(
    town,
    requestIn(await submit("apply", names.map((name) => settings(name, "x")).join("---\n"))),
  );
  const path = /configmaps\/middle-b$/;
  // Planned once more before it is written: three dry runs, and then the write, which the cluster refuses.
  town.cluster.failNext({ method: "PATCH", path }, { slowMs: 1, times: 3 });
  town.cluster.failNext({ method: "PATCH", path }, { status: 403 });
  await approve(town, ben, card);
  const told = await cardSays(town, card, /failed/);
  assert.match(told, /configmap\/middle-a[\s\S]*was written[\s\S]*configmap\/middle-b[\s\S]*was refused/);
  assert.match(told, /configmap\/middle-c[\s\S]*was not touched/);
  assert.notEqual(town.cluster.objects.get({ kind: "ConfigMap", namespace: "shop", name: "middle-a" }), undefined);
  assert.equal(town.cluster.objects.get({ kind: "ConfigMap", namespace: "shop", name: "middle-c" }), undefined);
});

test("what is wrong with a manifest stands in the form, and fields of others are told one by one", async () => {
  assert.match(await submit("apply", settings("a", "1").replace("\ndata:", "\ndta:")), /Document 1 \(line 1\).*dta/s);
  assert.match(
    await submit("apply", [settings("a", "1"), settings("a", "2")].join("---\n")),
    /Documents 1 .* and 2 .* are both ConfigMap a/,
  );
  const theirs = settings("checkout-settings", "x").replace("{value: x}", "{app.yaml: ours}");
  assert.match(await submit("apply", theirs), /app\.yaml belongs to .*release-pipeline.*--force-conflicts/s);
  assert.match(await submit("apply --force-conflicts --dry-run", theirs), /takes-fields[\s\S]*release-pipeline/);
  assert.match(await submit("diff", theirs), /production:shop\/configmap\/checkout-settings/);
});

test("a verb that takes a manifest opens a form; nothing else does", async () => {
  assert.match(await tell(town, ana, "apply -f x.yaml"), /a form opens for the manifest/);
  assert.deepEqual(errorsOf(town), []);
  assert.deepEqual(breachesOf(town.slack), []);
});
