// Shows that the test bed is a real cluster: rollouts, failures, logs, metrics, rights and the audit log.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestCluster, type TestCluster } from "./start.ts";
import { createNamespace, output } from "./test-cluster.ts";
import { until } from "./until.ts";
import type { UserName } from "./users.ts";

const namespace = `bed-${process.pid}-${Date.now().toString(36)}`;

describe("the real test bed", () => {
  let cluster: TestCluster;
  const as = (user: UserName, ...args: readonly string[]) => output(cluster.kubectl(user, "-n", namespace, ...args));

  before(async () => {
    cluster = await startTestCluster();
    await createNamespace(cluster, namespace);
    await output(cluster.kubectlWithInput("countersign", deployment("checkout"), "-n", namespace, "apply", "-f", "-"));
    await as("admin", "rollout", "status", "deployment/checkout", "--timeout=60s");
  });

  after(async () => {
    await cluster?.kubectl("admin", "delete", "namespace", namespace, "--wait=false");
    await cluster?.stop();
  });

  test("both nodes are Ready", async () => {
    const path = '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}';
    assert.equal(await as("viewer", "get", "nodes", "-o", `jsonpath=${path}`), "node-a=True node-b=True ");
  });

  test("a deployment of two replicas becomes available", async () => {
    assert.equal(await as("viewer", "get", "deployment/checkout", "-o", "jsonpath={.status.availableReplicas}"), "2");
  });

  test("a new image rolls out as a new revision, and undo goes back to the old one", async () => {
    await as("alice", "create", "deployment", "cart", "--image=registry.example/cart:1.0", "--replicas=2");
    await as("alice", "rollout", "status", "deployment/cart", "--timeout=60s");
    await as("alice", "set", "image", "deployment/cart", "cart=registry.example/cart:1.1");
    await as("alice", "rollout", "status", "deployment/cart", "--timeout=60s");
    const images = ["get", "pods", "-l", "app=cart", "-o", "jsonpath={.items[*].spec.containers[0].image}"];
    const oldPodsGone = { what: "only pods of the new image", withinMs: 30_000 };
    await until(oldPodsGone, async () => ((await as("viewer", ...images)).includes("cart:1.0") ? undefined : true));
    await as("alice", "rollout", "undo", "deployment/cart");
    await as("alice", "rollout", "status", "deployment/cart", "--timeout=60s");
    const template = "jsonpath={.spec.template.spec.containers[0].image}";
    assert.equal(await as("viewer", "get", "deployment/cart", "-o", template), "registry.example/cart:1.0");
  });

  test("a pod becomes ready as late as its annotation says, so that a rollout can be watched", async () => {
    const late = ["--image=registry.example/slow:1.0", "--annotations=countersign.test/ready-after=3s"];
    await as("alice", "run", "slow", ...late);
    await as("alice", "wait", "--for=condition=Ready", "pod/slow", "--timeout=60s");
    const times = '{.metadata.creationTimestamp} {.status.conditions[?(@.type=="Ready")].lastTransitionTime}';
    const [created = "", ready = ""] = (await as("viewer", "get", "pod/slow", "-o", `jsonpath=${times}`)).split(" ");
    const seconds = (Date.parse(ready) - Date.parse(created)) / 1000; // both are whole seconds
    assert.ok(seconds >= 2 && seconds <= 60, `ready after ${seconds} s`);
  });

  test("a broken image crashes again and again, the old pods stay, and the deadline of the rollout passes", async () => {
    const manifest = deployment("payments", { progressDeadlineSeconds: 8 });
    await output(cluster.kubectlWithInput("alice", manifest, "-n", namespace, "apply", "-f", "-"));
    await as("alice", "rollout", "status", "deployment/payments", "--timeout=60s");
    await as("alice", "set", "image", "deployment/payments", "app=registry.example/payments:1.1-broken");
    const stuck = await cluster.kubectl(
      "viewer",
      "-n",
      namespace,
      "rollout",
      "status",
      "deployment/payments",
      "--timeout=120s",
    );
    assert.equal(stuck.code, 1);
    assert.match(stuck.stderr, /exceeded its progress deadline/);
    assert.equal(await as("viewer", "get", "deployment/payments", "-o", "jsonpath={.status.availableReplicas}"), "2");
    const waiting =
      '{.items[?(@.spec.containers[0].image=="registry.example/payments:1.1-broken")].status.containerStatuses[0]';
    const state = await as("viewer", "get", "pods", "-o", `jsonpath=${waiting}.state.waiting.reason}`);
    assert.equal(state, "CrashLoopBackOff");
    const restarts = await as("viewer", "get", "pods", "-o", `jsonpath=${waiting}.restartCount}`);
    assert.ok(Number(restarts) >= 2, `restarts: ${restarts}`);
  });

  test("an image that is missing waits in ImagePullBackOff without a restart", async () => {
    await as("alice", "create", "deployment", "search", "--image=registry.example/search:missing");
    const patience = { what: "a container status", withinMs: 30_000 };
    const text = await until(patience, async () => {
      const said = await as(
        "viewer",
        "get",
        "pods",
        "-l",
        "app=search",
        "-o",
        "jsonpath={.items[0].status.containerStatuses[0]}",
      );
      return said === "" ? undefined : said;
    });
    const parsed: unknown = JSON.parse(text);
    assert.partialDeepStrictEqual(parsed, { restartCount: 0, state: { waiting: { reason: "ImagePullBackOff" } } });
  });

  test("logs come in kubectl's forms: tail, timestamps, previous", async () => {
    assert.equal(
      await as("viewer", "logs", "deployment/checkout", "--tail=2", "--timestamps"),
      "2026-01-01T00:00:03.750000000Z GET /healthz 200 1 ms\n2026-01-01T00:00:05.000000000Z GET /cart 200 12 ms\n",
    );
    assert.equal(
      await as("viewer", "logs", "deployment/checkout", "--previous"),
      "starting checkout 1.4.2\nfatal: DATABASE_URL is not set\n",
    );
  });

  test("top shows what the pods' annotations say they use", async () => {
    const patience = { what: "metrics of both pods", withinMs: 90_000, everyMs: 1_000 };
    const rows = await until(patience, async () => {
      const said = await as("viewer", "top", "pods", "-l", "app=checkout", "--no-headers");
      const lines = said.trim().split("\n");
      return lines.length === 2 ? lines.map((line) => line.trim().split(/\s+/).slice(1)) : undefined;
    });
    for (const [cpu, memory] of rows) {
      assert.match(cpu ?? "", /^(24[0-9]|25[0-9]|26[0-9])m$/);
      assert.equal(memory, "64Mi");
    }
  });

  test("viewer may look and not touch, stranger may not even look, admin may do all", async () => {
    const may = async (user: UserName, ...what: readonly string[]) =>
      (await cluster.kubectl(user, "-n", namespace, "auth", "can-i", ...what)).stdout.trim();
    assert.equal(await may("viewer", "get", "pods"), "yes");
    assert.equal(await may("viewer", "delete", "pods"), "no");
    assert.equal(await may("stranger", "get", "pods"), "no");
    assert.equal(await may("alice", "patch", "deployments.apps"), "yes");
    assert.equal(await may("alice", "delete", "nodes"), "no");
    assert.equal(await may("countersign", "patch", "deployments.apps"), "yes");
    assert.equal(await may("countersign", "impersonate", "users"), "no");
    assert.equal(await may("admin", "*", "*"), "yes");
  });

  test("the audit log names who did what, what was sent, and what was refused", async () => {
    await as("bob", "scale", "deployment/checkout", "--replicas=3");
    const refused = await cluster.kubectl("viewer", "-n", namespace, "delete", "deployment/checkout");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /User "viewer" cannot delete resource "deployments"/);
    const found = (username: string, verb: string) =>
      until({ what: `${verb} by ${username} in the audit log`, withinMs: 10_000 }, async () =>
        (await cluster.auditEvents()).find(
          ({ user, objectRef, verb: sent }) =>
            user.username === username && sent === verb && objectRef?.namespace === namespace,
        ),
      );
    assert.partialDeepStrictEqual(await found("bob", "patch"), {
      objectRef: { resource: "deployments", subresource: "scale", name: "checkout" },
      requestObject: { spec: { replicas: 3 } },
      responseStatus: { code: 200 },
    });
    assert.partialDeepStrictEqual(await found("viewer", "delete"), {
      objectRef: { resource: "deployments", name: "checkout" },
      responseStatus: { code: 403, reason: "Forbidden" },
    });
    await found("system:serviceaccount:countersign:countersign", "create");
  });
});

/** Two replicas that work, each using 250 thousandths of a CPU and 64 MiB. */
function deployment(name: string, spec: Readonly<Record<string, unknown>> = {}): string {
  const labels = { app: name };
  const annotations = { "kwok.x-k8s.io/usage-cpu": "250m", "kwok.x-k8s.io/usage-memory": "64Mi" };
  const container = { name: "app", image: `registry.example/${name}:1.0` };
  return JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [container] } },
      ...spec,
    },
  });
}
