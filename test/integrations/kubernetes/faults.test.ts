// The adapter against a server that fails in every way: what is known is said, and nothing more.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { asClusterName } from "../../../src/core/ids.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Call, Kind, ObjectRef } from "../../../src/core/kube.ts";
import type { Cluster, Overview } from "../../../src/core/ports/clusters.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { type OpenClusters, openClusters } from "../../../src/integrations/kubernetes/clusters.ts";
import { eventually, HandClock } from "../../support/hand-clock.ts";
import { type ScriptedCluster, sendJson, startScriptedCluster, status } from "../../support/scripted-cluster.ts";

const never = new AbortController().signal;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const deploymentKind: Kind = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  resource: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  namespaced: true,
  verbs: [],
  subresources: [],
};
const checkout: ObjectRef = {
  cluster: asClusterName("staging"),
  kind: deploymentKind,
  namespace: "shop",
  name: "checkout",
  uid: "u1",
};
const checkoutPath = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const fresh: JsonObject = { metadata: { name: "checkout", namespace: "shop", uid: "u1", resourceVersion: "7" } };

const pod = (name: string, resourceVersion: string, phase = "Running"): JsonObject => ({
  metadata: { name, namespace: "shop", uid: name, resourceVersion, creationTimestamp: "2025-12-31T00:00:00Z" },
  status: { phase, conditions: [{ type: "Ready", status: phase === "Running" ? "True" : "False" }] },
});

let server: ScriptedCluster;
let clusters: OpenClusters;
let clock: HandClock;
let cluster: Cluster;

beforeEach(async () => {
  clock = new HandClock();
  server = await startScriptedCluster();
  clusters = await openClusters({
    clusters: [server.config],
    clock,
    random: (count) => new Uint8Array(count),
    log: quiet,
    version: "1.2.3",
    secretTagKey: Buffer.alloc(32, 1),
    impersonationOf: (person) => ({ user: person.name, groups: ["shop-team", "oncall"] }),
  });
  const found = clusters.get("staging");
  assert.ok(found !== null);
  cluster = found;
});

afterEach(async () => {
  await clusters.close();
  await server.close();
});

const refusalCode = (value: unknown): string =>
  isRefusal(value) ? value.code : `not a refusal: ${JSON.stringify(value)}`;

test("a server that hangs is unreachable at the deadline, and the call is over", async () => {
  server.script((heard) => heard.path === checkoutPath);
  const reading = cluster.read(checkout);
  await eventually(() => server.heard.length === 1);
  clock.advance(10_000);
  const refusal = await reading;
  assert.equal(refusalCode(refusal), "cluster-unreachable");
  assert.ok(isRefusal(refusal) && refusal.message.includes("no answer within 10000 ms"));
});

test("a server that nobody runs any more is unreachable", async () => {
  await server.close();
  const refusal = await cluster.read(checkout);
  assert.equal(refusalCode(refusal), "cluster-unreachable");
});

test("the cluster's own no is told with its sentence, never with a raw body", async () => {
  server.script((_, response) => sendJson(response, 403, status(403, "Forbidden", 'User "bot" cannot get resource')));
  const refusal = await cluster.read(checkout);
  assert.ok(isRefusal(refusal) && refusal.code === "cluster-forbids" && refusal.message.includes('User "bot" cannot'));
  server.script((_, response) => {
    response.writeHead(400, { "content-type": "text/html" }).end("<html>hunter2</html>");
    return true;
  });
  const raw = await cluster.read(checkout);
  assert.ok(isRefusal(raw) && !JSON.stringify(raw).includes("hunter2"));
});

const pause: Call = {
  method: "PATCH",
  path: checkoutPath,
  query: { fieldManager: "countersign" },
  contentType: "application/json-patch+json",
  body: [{ op: "add", path: "/spec/paused", value: true }],
  guard: "json-patch-test",
};
const options = { caller: { kind: "bot" }, fresh, requestId: "r-1234567", deadlineMs: 5_000 } as const;

test("a write whose reply is lost is unknown and is not sent again", async () => {
  server.script((heard, response) => heard.method === "PATCH" && response.destroy() !== undefined);
  const outcome = await cluster.write(pause, options);
  assert.equal(outcome.kind, "unknown");
  assert.equal(server.heard.filter((heard) => heard.method === "PATCH").length, 1);
});

test("a write that is not answered by its deadline is unknown", async () => {
  server.script((heard) => heard.method === "PATCH");
  const writing = cluster.write(pause, options);
  await eventually(() => server.heard.length === 1);
  clock.advance(5_000);
  assert.equal((await writing).kind, "unknown");
});

test("a write whose answer breaks off in the middle is unknown", async () => {
  server.script((heard, response) => {
    if (heard.method !== "PATCH") return false;
    response.writeHead(200, { "content-length": "100" }).write('{"kind":');
    response.destroy();
    return true;
  });
  assert.equal((await cluster.write(pause, options)).kind, "unknown");
});

test("a write to a server that refuses the connection was surely not made", async () => {
  await server.close();
  const outcome = await cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-unreachable");
});

test("a failed guard is stale, a malformed patch is refused, though the server answers both alike", async () => {
  const live = { resourceVersion: "8", uid: "u1" };
  server.script((heard, response) => {
    if (heard.method === "PATCH")
      return sendJson(response, 422, status(422, "Invalid", "the server rejected our request"));
    return heard.path === checkoutPath && sendJson(response, 200, { metadata: { ...live } });
  });
  assert.equal((await cluster.write(pause, options)).kind, "stale");
  live.resourceVersion = "7";
  const outcome = await cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-rejects");
  live.uid = "u2";
  assert.equal((await cluster.write(pause, options)).kind, "stale");
});

test("conflicts are stale, except those of field managers, which are named", async () => {
  const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "hpa"', field: ".spec.replicas" }];
  let details: JsonObject = {};
  server.script(
    (heard, response) => heard.method === "PATCH" && sendJson(response, 409, status(409, "Conflict", "c", details)),
  );
  assert.equal((await cluster.write(pause, options)).kind, "stale");
  details = { causes };
  const outcome = await cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "field-conflict");
  assert.ok(outcome.refusal.message.includes('.spec.replicas (conflict with "hpa")'));
});

test("a server error after a write is unknown, a failing webhook is not", async () => {
  let message = "etcdserver: request timed out";
  server.script(
    (heard, response) => heard.method === "PATCH" && sendJson(response, 500, status(500, "InternalError", message)),
  );
  assert.equal((await cluster.write(pause, options)).kind, "unknown");
  message = 'failed calling webhook "x": connection refused';
  const outcome = await cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-rejects");
});

test("the bytes on the wire are the approved body and the declared version fields", async () => {
  server.script((heard, response) => heard.method !== "GET" && sendJson(response, 200, fresh, { "audit-id": "a-1" }));
  const written = await cluster.write(pause, options);
  assert.deepEqual(written, { kind: "written", stored: fresh, auditId: "a-1" });
  const apply: Call = {
    ...pause,
    contentType: "application/apply-patch+yaml",
    body: { spec: { replicas: 2 }, metadata: { name: "checkout", labels: { b: "2", a: "1" } } },
    guard: "body-metadata",
  };
  await cluster.write(apply, options);
  await cluster.write(
    { ...pause, method: "DELETE", body: { propagationPolicy: "Foreground" }, guard: "delete-preconditions" },
    options,
  );
  await cluster.write(
    { ...pause, path: `${checkoutPath}/scale`, body: [{ op: "replace", path: "/spec/replicas", value: 3 }] },
    options,
  );
  const bodies = server.heard.filter((heard) => heard.method !== "GET").map((heard) => heard.body);
  assert.deepEqual(bodies, [
    '[{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"test","path":"/metadata/resourceVersion","value":"7"},' +
      '{"op":"add","path":"/metadata/annotations","value":{}},{"op":"add","path":"/spec/paused","value":true},' +
      '{"op":"add","path":"/metadata/annotations/countersign.dev~1request","value":"r-1234567"}]',
    '{"metadata":{"annotations":{"countersign.dev/request":"r-1234567"},"labels":{"a":"1","b":"2"},"name":"checkout",' +
      '"resourceVersion":"7","uid":"u1"},"spec":{"replicas":2}}',
    '{"preconditions":{"resourceVersion":"7","uid":"u1"},"propagationPolicy":"Foreground"}',
    '[{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"test","path":"/metadata/resourceVersion","value":"7"},' +
      '{"op":"replace","path":"/spec/replicas","value":3}]',
  ]);
  const [first] = server.heard.filter((heard) => heard.method === "PATCH");
  assert.equal(first?.headers["user-agent"], "countersign/1.2.3 (request/r-1234567)");
  assert.equal(first?.headers.authorization, "Bearer bot-token");
  assert.equal(first?.query.toString(), "fieldManager=countersign");
});

test("a write that could not be guarded is a fault, and nothing is sent", async () => {
  await assert.rejects(cluster.write(pause, { ...options, fresh: null }), /needs the object as just read/);
  assert.equal(server.heard.length, 0);
});

const person = (name: string) =>
  ({
    kind: "person",
    person: { name, account: { enterpriseId: null, teamId: "T", userId: "U" }, groups: [] },
  }) as never;

test("a person is impersonated with one header for each group, and never as system:", async () => {
  server.script((heard, response) => heard.method === "PATCH" && sendJson(response, 200, fresh));
  await cluster.write(pause, { ...options, caller: person("ana@example.com") });
  const raw = server.heard[0]?.rawHeaders ?? [];
  const values = raw.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() === "impersonate-group" ? [raw[index + 1]] : [],
  );
  assert.deepEqual(values, ["shop-team", "oncall"]);
  assert.equal(server.heard[0]?.headers["impersonate-user"], "ana@example.com");
  const refused = await cluster.write(pause, { ...options, caller: person("system:admin") });
  assert.ok(refused.kind === "refused" && refused.refusal.code === "cluster-forbids");
  assert.equal(server.heard.length, 1);
});

test("secret values do not leave, not even in the words of the server", async () => {
  const canary = "canary-hunter2";
  const encoded = Buffer.from(canary).toString("base64");
  const secret: JsonObject = {
    metadata: {
      ...(fresh.metadata as JsonObject),
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": canary },
    },
    data: { password: encoded },
  };
  const secretKind: Kind = { ...deploymentKind, group: "", kind: "Secret", resource: "secrets" };
  const at = { ...checkout, kind: secretKind };
  const call: Call = {
    ...pause,
    path: "/api/v1/namespaces/shop/secrets/checkout",
    body: { data: { password: encoded } },
    guard: "body-metadata",
  };
  server.script((heard, response) => {
    if (heard.method === "PATCH") return sendJson(response, 200, { apiVersion: "v1", kind: "Secret", ...secret });
    if (heard.path.endsWith("/checkout")) return sendJson(response, 200, secret);
    return heard.path.endsWith("/secrets") && sendJson(response, 200, { metadata: {}, items: [secret] });
  });
  const seen: unknown[] = [
    await cluster.read(at),
    await cluster.list({ kind: secretKind, namespace: "shop", limit: 5 }),
    await cluster.preview(call, { kind: "bot" }),
    await cluster.write(call, options),
  ];
  const causes = [{ reason: "FieldValueInvalid", field: "data[password]", message: `Invalid value: "${canary}"` }];
  server.script((_, response) =>
    sendJson(response, 422, status(422, "Invalid", `Invalid value: "${canary}"`, { causes })),
  );
  seen.push(await cluster.preview(call, { kind: "bot" }), await cluster.write(call, options));
  const text = JSON.stringify(seen);
  assert.ok(!text.includes(canary) && !text.includes(encoded), text);
  assert.ok(text.includes("*** (") && text.includes("data[password]"));
});

/** Plays the pods' list and its watches; each watch is handed out for the test to feed. */
function playPods(items: () => readonly JsonObject[]): {
  readonly lists: () => number;
  readonly watches: ServerResponse[];
  readonly from: string[];
} {
  const watches: ServerResponse[] = [];
  const from: string[] = [];
  let lists = 0;
  server.script((heard, response) => {
    if (heard.path !== "/api/v1/pods") return false;
    if (heard.query.get("watch") !== "true") {
      lists += 1;
      return sendJson(response, 200, { metadata: { resourceVersion: String(lists * 100) }, items: items() as never });
    }
    from.push(heard.query.get("resourceVersion") ?? "");
    watches.push(response);
    response.writeHead(200).flushHeaders();
    return true;
  });
  return { lists: () => lists, watches, from };
}

const overview = (): Overview => {
  const seen = cluster.overview({ kind: "cluster" });
  assert.ok(seen !== null);
  return seen;
};
const feed = (watch: ServerResponse | undefined, type: string, object: JsonObject): void =>
  void watch?.write(`${JSON.stringify({ type, object })}\n`);

test("a cache follows its watch, goes on from the last version after a drop, and says when it is not live", async () => {
  const pods = playPods(() => [pod("a", "5")]);
  assert.equal(cluster.overview({ kind: "cluster" }), null);
  clusters.start();
  await clusters.whenWarm();
  await eventually(() => pods.watches.length === 1);
  feed(pods.watches[0], "ADDED", pod("b", "101"));
  feed(pods.watches[0], "MODIFIED", pod("a", "102", "Failed"));
  feed(pods.watches[0], "BOOKMARK", { metadata: { resourceVersion: "150" } });
  await eventually(() => overview().pods.failed === 1);
  assert.deepEqual(overview().pods, { total: 2, ready: 1, pending: 0, failed: 1 });
  assert.deepEqual(
    overview().troubled.map((one) => one.name),
    ["a"],
  );
  feed(pods.watches[0], "DELETED", pod("a", "160"));
  await eventually(() => overview().pods.total === 1);
  pods.watches[0]?.destroy();
  await eventually(() => !overview().live);
  assert.equal(overview().pods.total, 1);
  clock.advance(500);
  await eventually(() => pods.watches.length === 2 && overview().live);
  assert.deepEqual(pods.from, ["100", "160"]);
  assert.equal(pods.lists(), 1);
});

test("after 410 the list is read again, and what it does not name is gone", async () => {
  let items = [pod("a", "5"), pod("b", "6")];
  const pods = playPods(() => items);
  clusters.start();
  await clusters.whenWarm();
  await eventually(() => pods.watches.length === 1);
  items = [pod("b", "6")];
  feed(pods.watches[0], "ERROR", status(410, "Expired", "too old resource version"));
  await eventually(() => clock.waits.includes(250));
  clock.advance(500);
  await eventually(() => overview().pods.total === 1);
  assert.equal(pods.lists(), 2);
});

for (const [code, headers, least] of [
  [429, { "retry-after": "7" }, 7_000],
  [401, {}, 250],
] as const) {
  test(`a watch answered with ${code} is tried again, not before ${least} ms`, async () => {
    const pods = playPods(() => [pod("a", "5")]);
    let refusing = true;
    server.script((heard, response) => {
      const isWatch = heard.path === "/api/v1/pods" && heard.query.get("watch") === "true";
      return isWatch && refusing && sendJson(response, code, status(code, "X", "x"), headers);
    });
    clusters.start();
    await clusters.whenWarm();
    await eventually(() => !overview().live);
    await eventually(() => clock.waits.some((ms) => ms >= least && ms < least + 500));
    refusing = false;
    clock.advance(least - 1);
    assert.equal(pods.watches.length, 0);
    clock.advance(1_000);
    await eventually(() => pods.watches.length === 1 && overview().live);
    assert.equal(pods.lists(), 1);
  });
}

test("a watch that falls silent is taken for dead", async () => {
  const pods = playPods(() => [pod("a", "5")]);
  clusters.start();
  await clusters.whenWarm();
  await eventually(() => pods.watches.length === 1 && clock.waits.filter((ms) => ms === 150_000).length === 5);
  clock.advance(150_000);
  await eventually(() => !overview().live);
  clock.advance(500);
  await eventually(() => pods.watches.length === 2 && overview().live);
});

test("a cluster that cannot be reached at first becomes warm when it can", async () => {
  let down = true;
  server.script((heard, response) => down && heard.path === "/api" && response.destroy() !== undefined);
  clusters.start();
  await eventually(() => clock.waits.includes(250));
  down = false;
  clock.advance(500);
  await clusters.whenWarm();
  assert.equal(overview().pods.total, 0);
});

const deployment = (uid: string, available: number): JsonObject => ({
  kind: "Deployment",
  metadata: { name: "checkout", namespace: "shop", uid, resourceVersion: "9", generation: 1 },
  spec: { replicas: 2 },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available },
});

function playCheckout(item: JsonObject): ServerResponse[] {
  const watches: ServerResponse[] = [];
  server.script((heard, response) => {
    if (heard.query.get("fieldSelector") !== "metadata.name=checkout") return false;
    if (heard.query.get("watch") !== "true") {
      return sendJson(response, 200, { metadata: { resourceVersion: "9" }, items: [item] });
    }
    watches.push(response);
    response.writeHead(200).flushHeaders();
    return true;
  });
  return watches;
}

test("a rollout is followed over a dropped watch to its end, with kubectl's sentences", async () => {
  const watches = playCheckout(deployment("u1", 0));
  const told: string[] = [];
  const following = cluster.follow({ kind: "rollout", object: checkout }, new AbortController().signal, (step) =>
    told.push(step.says),
  );
  await eventually(() => watches.length === 1);
  watches[0]?.destroy();
  await eventually(() => clock.waits.includes(250));
  clock.advance(500);
  await eventually(() => watches.length === 2);
  feed(watches[1], "MODIFIED", deployment("u1", 1));
  feed(watches[1], "MODIFIED", deployment("u1", 2));
  const outcome = await following;
  assert.deepEqual(outcome, { kind: "reached", says: 'deployment "checkout" successfully rolled out' });
  const waits = 'Waiting for deployment "checkout" rollout to finish:';
  assert.deepEqual(told, [
    `${waits} 0 of 2 updated replicas are available...`,
    `${waits} 1 of 2 updated replicas are available...`,
    'deployment "checkout" successfully rolled out',
  ]);
});

test("a deleted or recreated object is never followed", async () => {
  const watches = playCheckout(deployment("u2", 2));
  const goal = { kind: "rollout", object: checkout } as const;
  const other = await cluster.follow(goal, never, () => undefined);
  assert.ok(other.kind === "failed" && other.says.includes("another object"));
  const following = cluster.follow({ ...goal, object: { ...checkout, uid: "" } }, never, () => undefined);
  assert.equal((await following).kind, "reached");
  const gone = playCheckout(deployment("u1", 1));
  const watching = cluster.follow(goal, never, () => undefined);
  await eventually(() => gone.length === 1);
  feed(gone[0], "DELETED", deployment("u1", 1));
  assert.deepEqual(await watching, { kind: "failed", says: "checkout was deleted." });
  assert.equal(watches.length, 0);
});

test("following ends when the caller has waited long enough", async () => {
  const watches = playCheckout(deployment("u1", 1));
  const stop = new AbortController();
  const following = cluster.follow({ kind: "rollout", object: checkout }, stop.signal, () => undefined);
  await eventually(() => watches.length === 1);
  stop.abort();
  assert.equal((await following).kind, "aborted");
});
