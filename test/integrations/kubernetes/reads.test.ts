// Reads against scripted answers: older discovery, logs, usage, tables, reviews.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { asClusterName } from "../../../src/core/ids.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { openScriptedAdapter, personNamed, type ScriptedAdapter } from "../../support/scripted-adapter.ts";
import { sendJson, status } from "../../support/scripted-cluster.ts";

let at: ScriptedAdapter;
beforeEach(async () => {
  at = await openScriptedAdapter();
});
afterEach(async () => await at.close());

test("a cluster that is not configured is not there", () => {
  assert.equal(at.clusters.get("prod"), null);
  assert.deepEqual(at.clusters.all(), [{ name: asClusterName("staging"), environment: "staging", isDefault: true }]);
});

test("a server without aggregated discovery is asked group by group, and one that is down is left out", async () => {
  const resources = [
    {
      name: "deployments",
      singularName: "",
      kind: "Deployment",
      namespaced: true,
      shortNames: ["deploy"],
      verbs: ["list", "get"],
    },
    { name: "deployments/scale", singularName: "", kind: "Scale", namespaced: true, verbs: ["get"] },
  ];
  const versions = (name: string) => [{ groupVersion: `${name}/v1beta1` }, { groupVersion: `${name}/v1` }];
  const group = (name: string) => ({
    name,
    versions: versions(name),
    preferredVersion: { groupVersion: `${name}/v1` },
  });
  at.server.script((heard, response) => {
    if (heard.path === "/api") return sendJson(response, 200, { kind: "APIVersions", versions: ["v1"] });
    if (heard.path === "/apis")
      return sendJson(response, 200, { kind: "APIGroupList", groups: [group("apps"), group("down")] });
    if (heard.path.startsWith("/apis/down")) return sendJson(response, 503, status(503, "ServiceUnavailable", "down"));
    if (heard.path === "/api/v1")
      return sendJson(response, 200, { resources: [{ name: "pods", kind: "Pod", namespaced: true, verbs: [] }] });
    return heard.path.startsWith("/apis/apps/") && sendJson(response, 200, { resources });
  });
  assert.deepEqual(await at.cluster.kindOf("deploy"), {
    group: "apps",
    version: "v1",
    kind: "Deployment",
    resource: "deployments",
    singular: "deployment",
    shortNames: ["deploy"],
    namespaced: true,
    verbs: ["get", "list"],
    subresources: ["scale"],
  });
  const older = await at.cluster.kindOfManifest("apps/v1beta1", "Deployment");
  assert.ok(!isRefusal(older) && older.version === "v1beta1");
});

test("kinds are kept for a minute, and an unknown word looks again", async () => {
  await at.cluster.kindOf("pods");
  await at.cluster.kindOf("deploy");
  assert.equal(at.server.heard.length, 2);
  assert.ok(isRefusal(await at.cluster.kindOf("nonsense")));
  assert.equal(at.server.heard.length, 2);
  at.clock.advance(3_000);
  assert.ok(isRefusal(await at.cluster.kindOf("nonsense")));
  assert.equal(at.server.heard.length, 4);
});

const pod = {
  metadata: { annotations: { "kubectl.kubernetes.io/default-container": "app" } },
  spec: { containers: [{ name: "proxy" }, { name: "app" }], initContainers: [{ name: "setup" }] },
};
const logQuery = { namespace: "shop", pod: "p", previous: false, tailLines: 3, limitBytes: 1_000 };

test("a log is of the annotated container, with limits, and says when lines were left out", async () => {
  let text = "one\ntwo\n";
  at.server.script((heard, response) => {
    if (!heard.path.endsWith("/log")) return sendJson(response, 200, pod);
    response.end(text);
    return true;
  });
  assert.deepEqual(await at.cluster.logs(logQuery), { container: "app", text, more: false });
  assert.equal(at.server.heard[1]?.query.toString(), "container=app&tailLines=3&limitBytes=1000");
  text = "one\ntwo\nthree\n";
  assert.deepEqual(await at.cluster.logs(logQuery), { container: "app", text, more: true });
  const setup = await at.cluster.logs({ ...logQuery, container: "setup", previous: true, sinceSeconds: 60 });
  assert.ok(!isRefusal(setup) && setup.container === "setup");
  const unknown = await at.cluster.logs({ ...logQuery, container: "ap" });
  assert.ok(isRefusal(unknown) && unknown.hint === "It has proxy, app, setup.");
});

test("no earlier run, no log", async () => {
  at.server.script((heard, response) =>
    heard.path.endsWith("/log")
      ? sendJson(response, 400, status(400, "BadRequest", "previous terminated container not found"))
      : sendJson(response, 200, pod),
  );
  const refusal = await at.cluster.logs({ ...logQuery, previous: true });
  assert.ok(isRefusal(refusal) && refusal.code === "no-logs" && refusal.message.includes("no earlier run"));
});

test("usage is in thousandths of cores and bytes, by container for pods", async () => {
  const items = [
    {
      metadata: { name: "p", namespace: "shop" },
      containers: [{ name: "app", usage: { cpu: "1500000n", memory: "2Mi" } }],
    },
  ];
  at.server.script(
    (heard, response) => heard.path.endsWith("/namespaces/shop/pods") && sendJson(response, 200, { items }),
  );
  assert.deepEqual(await at.cluster.usage("pods", "shop"), [
    { namespace: "shop", name: "p", container: "app", cpuMillicores: 2, memoryBytes: 2 ** 21 },
  ]);
  at.server.script((_, response) => sendJson(response, 404, status(404, "NotFound", "not found")));
  const missing = await at.cluster.usage("nodes", null);
  assert.ok(isRefusal(missing) && missing.code === "no-metrics");
});

test("the bot asks for itself, and for a linked person by name and groups", async () => {
  at.server.script(
    (heard, response) =>
      heard.method === "POST" && sendJson(response, 201, { status: { allowed: true, reason: "because" } }),
  );
  const access = {
    verb: "patch",
    group: "apps",
    resource: "deployments",
    subresource: "scale",
    namespace: "shop",
    name: "c",
  };
  assert.deepEqual(await at.cluster.canI({ kind: "bot" }, access), { allowed: true, reason: "because" });
  const person = personNamed("ana");
  await at.cluster.canI({ kind: "person", person, role: null }, access);
  assert.deepEqual(
    at.server.heard.map((heard) => [heard.path, (JSON.parse(heard.body) as { spec: { user?: string } }).spec.user]),
    [
      ["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", undefined],
      ["/apis/authorization.k8s.io/v1/subjectaccessreviews", "ana"],
    ],
  );
  assert.equal(at.server.heard[1]?.headers["impersonate-user"], undefined);
});

test("a table's cells are text, whatever the server prints", async () => {
  const kind = await at.cluster.kindOf("pods");
  assert.ok(!isRefusal(kind));
  const row = { cells: ["p", 3, null, true], object: { metadata: { name: "p", namespace: "shop" } } };
  at.server.script((_, response) =>
    sendJson(response, 200, {
      kind: "Table",
      metadata: { continue: "x", remainingItemCount: 7 },
      columnDefinitions: [{ name: "Name", priority: 0 }],
      rows: [row],
    }),
  );
  assert.deepEqual(await at.cluster.table({ kind, namespace: "shop", limit: 1 }), {
    columns: [{ name: "Name", priority: 0 }],
    rows: [{ namespace: "shop", name: "p", cells: ["p", "3", "", "true"] }],
    remaining: 7,
  });
});

test("a read whose idle connection was closed is asked once more, a write never", async () => {
  let drops = 1;
  at.server.script((heard, response) => {
    if (heard.path !== "/version") return false;
    if (drops-- > 0) return response.destroy() !== undefined;
    return sendJson(response, 200, { gitVersion: "v1.36.0" });
  });
  const health = await at.cluster.health();
  assert.deepEqual(health, { reachable: true, version: "v1.36.0", says: "Cluster staging answers as v1.36.0." });
  assert.equal(at.server.heard.length, 2);
});

test("namespaces are asked for once in two seconds, however many ask", async () => {
  const lists = () => at.server.heard.filter(({ path }) => path === "/api/v1/namespaces").length;
  at.server.script(
    (heard, response) =>
      heard.path === "/api/v1/namespaces" &&
      sendJson(response, 200, { items: [{ metadata: { name: "shop" } }, { metadata: { name: "data" } }] }),
  );
  const both = await Promise.all([at.cluster.namespaces(), at.cluster.namespaces()]);
  assert.deepEqual(both, [
    ["data", "shop"],
    ["data", "shop"],
  ]);
  await at.cluster.namespaces();
  assert.equal(lists(), 1);
  at.clock.advance(2_000);
  await at.cluster.namespaces();
  assert.equal(lists(), 2);
});
