// Deleting: preconditions, finalizers, what belongs to the deleted, and namespaces.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at } from "../../../demo/cluster/json.ts";
import { DEPLOYMENTS, deployment, type Fixture, message, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const CONFIGMAPS = "/api/v1/namespaces/shop/configmaps";
const count = (kind: string, prefix: string): number =>
  on.cluster.objects.list(kind, "shop").filter((one) => one.metadata.name.startsWith(prefix)).length;

async function rolledOut(name: string): Promise<void> {
  await on.ask("POST", DEPLOYMENTS, { body: deployment(name, "c:1") });
  on.cluster.advance(2000);
}

test("a deletion with another uid is a conflict and deletes nothing", async () => {
  await on.ask("POST", CONFIGMAPS, { body: { metadata: { name: "kept" } } });
  const other = await on.ask("DELETE", `${CONFIGMAPS}/kept`, { body: { preconditions: { uid: "other" } } });
  assert.equal(other.code, 409);
  assert.match(String(message(other)), /the UID in the precondition \(other\) does not match the UID in record/);
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/kept`)).code, 200);
});

test("what is deleted answers a Status that names it", async () => {
  await on.ask("POST", CONFIGMAPS, { body: { metadata: { name: "named" } } });
  const { body } = await on.ask("DELETE", `${CONFIGMAPS}/named`);
  assert.deepEqual(
    [body.kind, body.status, at(body, "details", "name"), at(body, "details", "kind")],
    ["Status", "Success", "named", "configmaps"],
  );
});

test("finalizers hold an object until they are gone", async () => {
  await on.ask("POST", CONFIGMAPS, { body: { metadata: { name: "held", finalizers: ["acme.example/hold"] } } });
  const { body } = await on.ask("DELETE", `${CONFIGMAPS}/held`);
  assert.equal(at(body, "metadata", "deletionTimestamp"), "2026-05-04T09:00:00Z");
  await on.patch(`${CONFIGMAPS}/held`, "merge", { metadata: { finalizers: null } });
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/held`)).code, 404);
});

test("in the background, ReplicaSets and pods go after their Deployment", async () => {
  await rolledOut("bg");
  await on.ask("DELETE", `${DEPLOYMENTS}/bg`);
  assert.equal((await on.ask("GET", `${DEPLOYMENTS}/bg`)).code, 404);
  on.cluster.advance(2000);
  assert.deepEqual([count("ReplicaSet", "bg-"), count("Pod", "bg-")], [0, 0]);
});

test("in the foreground, the Deployment goes last", async () => {
  await rolledOut("fg");
  await on.ask("DELETE", `${DEPLOYMENTS}/fg`, { body: { propagationPolicy: "Foreground" } });
  on.cluster.advance(0);
  assert.deepEqual(at((await on.ask("GET", `${DEPLOYMENTS}/fg`)).body, "metadata", "finalizers"), [
    "foregroundDeletion",
  ]);
  on.cluster.advance(3000);
  assert.deepEqual([count("Deployment", "fg"), count("ReplicaSet", "fg-"), count("Pod", "fg-")], [0, 0, 0]);
});

test("orphans stay and lose their owner", async () => {
  await rolledOut("orphan");
  await on.ask("DELETE", `${DEPLOYMENTS}/orphan`, { body: { propagationPolicy: "Orphan" } });
  on.cluster.advance(3000);
  assert.deepEqual([count("Deployment", "orphan"), count("ReplicaSet", "orphan-"), count("Pod", "orphan-")], [0, 1, 2]);
  const [set] = on.cluster.objects.list("ReplicaSet", "shop").filter((one) => one.metadata.name.startsWith("orphan-"));
  assert.deepEqual(set?.metadata.ownerReferences ?? [], []);
});

test("a namespace takes its content with it and takes in nothing new meanwhile", async () => {
  on.cluster.objects.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "gone" } });
  on.cluster.objects.put({ ...deployment("a", "c:1"), metadata: { name: "a", namespace: "gone" } });
  on.cluster.advance(2000);
  await on.ask("DELETE", "/api/v1/namespaces/gone");
  const refused = await on.ask("POST", "/api/v1/namespaces/gone/configmaps", { body: { metadata: { name: "late" } } });
  assert.equal(refused.code, 403);
  assert.match(
    String(message(refused)),
    /unable to create new content in namespace gone because it is being terminated/,
  );
  on.cluster.advance(5000);
  assert.equal((await on.ask("GET", "/api/v1/namespaces/gone")).code, 404);
  assert.equal(on.cluster.objects.list("Pod", "gone").length, 0);
});

test("a collection is deleted by its selector", async () => {
  for (const name of ["c-1", "c-2"])
    await on.ask("POST", CONFIGMAPS, { body: { metadata: { name, labels: { set: "c" } } } });
  await on.ask("DELETE", `${CONFIGMAPS}?labelSelector=set%3Dc`);
  assert.deepEqual([count("ConfigMap", "c-"), count("ConfigMap", "kept")], [0, 1]);
});

test("a dry run asked for in the query is not one when options come in the body, as on the real server", async () => {
  await on.ask("POST", CONFIGMAPS, { body: { metadata: { name: "dry" } } });
  await on.ask("DELETE", `${CONFIGMAPS}/dry?dryRun=All`);
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/dry`)).code, 200);
  await on.ask("DELETE", `${CONFIGMAPS}/dry?dryRun=All`, { body: { dryRun: ["All"] } });
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/dry`)).code, 200);
  await on.ask("DELETE", `${CONFIGMAPS}/dry?dryRun=All`, { body: { propagationPolicy: "Background" } });
  assert.equal((await on.ask("GET", `${CONFIGMAPS}/dry`)).code, 404);
});
