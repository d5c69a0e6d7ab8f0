// The main story on a real Kubernetes control plane, and B11: our record and the cluster's own audit log tell the same.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startTestCluster } from "../cluster/start.ts";
import { createNamespace, output, type TestCluster } from "../cluster/test-cluster.ts";
import { until } from "../cluster/until.ts";
import { ana, ben, finn, startPlace } from "../support/town.ts";

let cluster: TestCluster;
before(async () => {
  cluster = await startTestCluster();
});
after(async () => await cluster.stop());

const namespace = "story";

async function releaseTwice(): Promise<void> {
  await createNamespace(cluster, namespace);
  await output(
    cluster.kubectl(
      "admin",
      "-n",
      namespace,
      "create",
      "deployment",
      "checkout",
      "--image=registry.test/checkout:v41",
      "--replicas=2",
    ),
  );
  await output(cluster.kubectl("admin", "-n", namespace, "rollout", "status", "deployment/checkout", "--timeout=60s"));
  await output(
    cluster.kubectl(
      "admin",
      "-n",
      namespace,
      "set",
      "image",
      "deployment/checkout",
      "checkout=registry.test/checkout:v42-broken",
    ),
  );
  await until({ what: "the second revision", withinMs: 30_000 }, async () => {
    const sets = await output(cluster.kubectl("admin", "-n", namespace, "get", "rs", "-o", "name"));
    return sets.trim().split("\n").length === 2 ? true : undefined;
  });
}

test("a rollback countersigned by two runs on a real cluster, as kubectl would do it, and both records agree", async (t) => {
  await releaseTwice();
  const directory = mkdtempSync(join(tmpdir(), "countersign-real-"));
  const kubeconfig = cluster.kubeconfig("countersign");
  const place = await startPlace(t, { directory, kubeconfig, context: cluster.name });
  const { slack } = place;
  await place.startBot();
  await slack.as(ana).command("#payments", "/ops", `rollback ${namespace}/checkout because v42 is broken`);
  const asked = place.card((message) => message.text.includes("Roll back checkout") && message.text.includes("waits"));
  const card = await asked.catch((error: unknown) => {
    throw new Error(`no card came: ${JSON.stringify(slack.ephemerals(ana).map(({ text }) => text))}`, { cause: error });
  });
  await place.vote(ben, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && JSON.stringify(message.blocks).includes("approved"),
    60_000,
  );
  await place.vote(finn, card, "approve");
  await slack.waitForMessage(
    (message) => message.ts === card.ts && message.text.includes("is done and verified"),
    60_000,
  );
  const image = await output(
    cluster.kubectl(
      "admin",
      "-n",
      namespace,
      "get",
      "deployment",
      "checkout",
      "-o",
      "jsonpath={.spec.template.spec.containers[0].image}",
    ),
  );
  assert.equal(image, "registry.test/checkout:v41");
  await place.stopBot();
  const written = (await place.records()).filter((record) => record.code === "write.done");
  assert.equal(written.length, 1);
  const auditId = written[0]?.details.auditId;
  const event = await until({ what: "the write in the cluster's audit log", withinMs: 10_000 }, async () =>
    (await cluster.auditEvents()).find((one) => one.auditID === auditId),
  );
  assert.equal(event.verb, "patch");
  assert.equal(event.objectRef?.name, "checkout");
  assert.ok(event.userAgent?.includes(written[0]?.request ?? "?"), `user agent ${event.userAgent} names the request`);
  assert.deepEqual(
    place.faults.filter((fault) => fault.startsWith("error")),
    [],
  );
});
