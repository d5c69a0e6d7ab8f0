// For every verb, the API server's own audit log names the person, and the bot beside them; our record and it tell the same (B11, T21).
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import type { AccessRule } from "../../src/core/action.ts";
import type { AuditEvent } from "../cluster/audit-events.ts";
import { startTestCluster } from "../cluster/start.ts";
import { createNamespace, output, type TestCluster } from "../cluster/test-cluster.ts";
import { until } from "../cluster/until.ts";
import { kubeconfigText } from "../cluster/users.ts";
import { linkedPeople, linkOf, printedRights, withMapping } from "../support/linked.ts";
import { approve, cardOf, cardSays, carriedOut, oneApproval, requestIn, tell } from "../support/talk.ts";
import { ana, ben, type Place, startPlace } from "../support/town.ts";

const namespace = "as-people";
const bot = `system:serviceaccount:${namespace}:bot`;
const anaThere = "oidc:ana@acme.example";

let cluster: TestCluster;
before(async () => {
  cluster = await startTestCluster();
});
after(async () => await cluster.stop());

const admin = (...args: readonly string[]) => output(cluster.kubectl("admin", ...args));
const there = (...args: readonly string[]) => admin("-n", namespace, ...args);

/** A bot of its own, and two revisions of a Deployment; Ana may view the namespace and nothing else. */
async function prepare(): Promise<string> {
  await createNamespace(cluster, namespace);
  await there("create", "serviceaccount", "bot");
  await there("create", "deployment", "web", "--image=registry.test/web:v1", "--replicas=2");
  await there("rollout", "status", "deployment/web", "--timeout=60s");
  await there("set", "image", "deployment/web", "web=registry.test/web:v2");
  await there("rollout", "status", "deployment/web", "--timeout=60s");
  await there("create", "configmap", "old", "--from-literal=a=1");
  await there("create", "rolebinding", "view", "--clusterrole=view", "--group=oidc:readers");
  const token = (await there("create", "token", "bot")).trim();
  const file = join(mkdtempSync(join(tmpdir(), "countersign-real-")), "kubeconfig");
  writeFileSync(file, kubeconfigText(cluster, [{ context: "bot", user: "bot", token }], "bot"), { mode: 0o600 });
  return file;
}

async function grant(place: Place): Promise<void> {
  const flags = ["--namespaces", namespace, "--kinds", "configmaps", "--bot", `${namespace}/bot`];
  const objects = await printedRights(["--config", place.configFile, ...flags]);
  // The test bed has a bot of this name already; ours stands beside it.
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }).replaceAll(
    /"name":"countersign(:acts)?"/g,
    `"name":"${namespace}$1"`,
  );
  await output(cluster.kubectlWithInput("admin", text, "apply", "-f", "-"));
}

async function apply(place: Place): Promise<void> {
  const { slack } = place;
  const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made, namespace: ${namespace}}\ndata: {a: "1"}\n`;
  await slack.as(ana).command("#general", "/ops", "apply");
  await slack.waitForModal(ana);
  const outcome = await slack.as(ana).submit({ manifest });
  const said = (): string => JSON.stringify([outcome, slack.openModalOf(ana)?.view.blocks]);
  const answer = await slack.waitUntil(
    () => (/r-[0-9a-z]{7}/.test(said()) ? said() : undefined),
    "an answer to the form",
    10_000,
  );
  const card = await cardOf(place, requestIn(answer));
  await approve(place, ben, card);
  await cardSays(place, card, /is done and verified/);
}

const reads = [
  "get pods",
  "describe deploy/web",
  "logs web",
  "events web",
  "top pods",
  "history web",
  "get configmap old",
];
const changes = [
  "rollback web",
  "restart web",
  "scale web 1",
  "set image web web=registry.test/web:v3",
  "pause web",
  "resume web",
  "delete configmap/old",
];

test("B11: every call of every verb is the person's in the cluster's audit log, and each write is one record of ours", async (t) => {
  const kubeconfig = await prepare();
  const place = await startPlace(t, {
    ...{ directory: mkdtempSync(join(tmpdir(), "countersign-real-")), kubeconfig, context: "bot" },
    config: (text) => withMapping(oneApproval(text)),
  });
  await grant(place);
  const links = new Map(
    [ana, ben].map((user) => [user, linkOf(user === ana ? "ana@acme.example" : "ben@acme.example", ["readers"])]),
  );
  await place.startBot({ knownOf: linkedPeople(links) });
  const said = new Map<string, string>();
  await until({ what: "the caches", withinMs: 20_000 }, async () =>
    (await tell(place, ana, `status ${namespace}`)).includes("web") ? true : undefined,
  );
  for (const command of reads) said.set(command, await tell(place, ana, inNamespace(command)));
  for (const [command, answer] of said) assert.doesNotMatch(answer, /forbids|not-linked|Something went wrong/, command);
  for (const command of changes) await carriedOut(place, ana, inNamespace(command));
  await apply(place);
  const refused = await tell(place, ana, "restart kube-system/nothing");
  assert.match(refused, /no-such|Nothing is called|There is no namespace|lets you list no/);
  await place.stopBot();

  const writes = (await place.records()).filter((record) => record.code === "write.done");
  // What grants access has a real test of its own.
  const tried = (rule: AccessRule): boolean => !("granted" in rule);
  const clusterVerbs = [...verbs.values()].filter(({ access = [] }) => access.length > 0 && access.every(tried));
  assert.equal(writes.length, clusterVerbs.length, "one write of each verb that writes");
  const last = writes.at(-1)?.details.auditId;
  const events = await until({ what: "the last write in the audit log", withinMs: 10_000 }, async () => {
    const all = (await cluster.auditEvents()).filter(
      (event) => event.user.username === bot && event.stage === "ResponseComplete",
    );
    return all.some((event) => event.auditID === last) ? all : undefined;
  });
  const landed = events.filter((event) => isWrite(event));
  assert.equal(landed.length, writes.length, "the cluster saw no write that we have no record of");
  for (const record of writes) {
    const event = landed.find((one) => one.auditID === record.details.auditId);
    assert.ok(event !== undefined, JSON.stringify(record.details));
    assert.equal(event.impersonatedUser?.username, anaThere);
    assert.deepEqual(event.impersonatedUser?.extra, { "countersign.dev/request": [record.request ?? ""] });
    assert.ok(event.userAgent?.endsWith(`(request/${record.request})`), event.userAgent);
    const approved = event.impersonatedUser?.groups?.filter((group) => group.startsWith("countersign:approved:"));
    assert.equal(approved?.length, 1);
  }
  const asHer = events.filter((event) => event.impersonatedUser !== undefined);
  assert.ok(asHer.every((event) => event.impersonatedUser?.username === anaThere));
  const readAs = new Set(asHer.filter((event) => !isChange(event)).map((event) => event.objectRef?.resource));
  for (const resource of ["pods", "deployments", "replicasets", "configmaps", "events"])
    assert.ok(readAs.has(resource), resource);
  const ofPeople = /\/(configmaps|secrets|events|replicasets|log)(\/|$|\?)|metrics\.k8s\.io/;
  const own = events.filter((event) => event.impersonatedUser === undefined);
  assert.deepEqual(
    own.filter((event) => ofPeople.test(event.requestURI) || isChange(event)).map((event) => event.requestURI),
    [],
  );
  assert.deepEqual(
    place.faults.filter((fault) => fault.startsWith("error")),
    [],
  );
});

function inNamespace(command: string): string {
  const [verb = "", ...rest] = command.split(" ");
  if (verb === "get" || verb === "top") return `${command} -n ${namespace}`;
  if (verb === "set") return `set image ${namespace}/${rest.slice(1).join(" ")}`;
  const [target = "", ...more] = rest;
  return [verb, `${namespace}/${target}`, ...more].join(" ");
}

function isChange(event: AuditEvent): boolean {
  return /^(create|update|patch|delete)/.test(event.verb) && event.objectRef?.resource !== "subjectaccessreviews";
}

const isWrite = (event: AuditEvent): boolean =>
  isChange(event) && !/dryRun=All/.test(event.requestURI) && !isDryDeletion(event);

/** A deletion's dry run stands in its body. */
function isDryDeletion({ requestObject }: AuditEvent): boolean {
  return JSON.stringify(requestObject ?? {}).includes('"dryRun":["All"]');
}
