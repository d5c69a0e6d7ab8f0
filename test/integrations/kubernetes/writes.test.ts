// Reads and writes against a server that fails in every way: what is known is said, and nothing more.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Call, Kind } from "../../../src/core/kube.ts";
import { isRefusal } from "../../../src/core/refusal.ts";
import { eventually } from "../../support/hand-clock.ts";
import {
  checkout,
  checkoutPath,
  deploymentKind,
  fresh,
  openScriptedAdapter,
  personNamed,
  type ScriptedAdapter,
} from "../../support/scripted-adapter.ts";
import { sendJson, status } from "../../support/scripted-cluster.ts";

let at: ScriptedAdapter;
beforeEach(async () => {
  at = await openScriptedAdapter();
});
afterEach(async () => await at.close());

const refusalCode = (value: unknown): string =>
  isRefusal(value) ? value.code : `not a refusal: ${JSON.stringify(value)}`;

test("a server that hangs is unreachable at the deadline, and the call is over", async () => {
  at.server.script((heard) => heard.path === checkoutPath);
  const reading = at.cluster.read(checkout);
  await eventually(() => at.server.heard.length === 1);
  at.clock.advance(10_000);
  const refusal = await reading;
  assert.equal(refusalCode(refusal), "cluster-unreachable");
  assert.ok(isRefusal(refusal) && refusal.message.includes("no answer within 10000 ms"));
});

test("a server that nobody runs any more is unreachable", async () => {
  await at.server.close();
  const refusal = await at.cluster.read(checkout);
  assert.equal(refusalCode(refusal), "cluster-unreachable");
});

test("the cluster's own no is told with its sentence, never with a raw body", async () => {
  at.server.script((_, response) =>
    sendJson(response, 403, status(403, "Forbidden", 'User "bot" cannot get resource')),
  );
  const refusal = await at.cluster.read(checkout);
  assert.ok(isRefusal(refusal) && refusal.code === "cluster-forbids" && refusal.message.includes('User "bot" cannot'));
  at.server.script((_, response) => {
    response.writeHead(400, { "content-type": "text/html" }).end("<html>hunter2</html>");
    return true;
  });
  const raw = await at.cluster.read(checkout);
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
const options = { fresh, requestId: "r-1234567", deadlineMs: 5_000 } as const;

test("a write whose reply is lost is unknown and is not sent again", async () => {
  at.server.script((heard, response) => heard.method === "PATCH" && response.destroy() !== undefined);
  const outcome = await at.cluster.write(pause, options);
  assert.equal(outcome.kind, "unknown");
  assert.equal(at.server.heard.filter((heard) => heard.method === "PATCH").length, 1);
});

test("a write that is not answered by its deadline is unknown", async () => {
  at.server.script((heard) => heard.method === "PATCH");
  const writing = at.cluster.write(pause, options);
  await eventually(() => at.server.heard.length === 1);
  at.clock.advance(5_000);
  assert.equal((await writing).kind, "unknown");
});

test("a write whose answer breaks off in the middle is unknown", async () => {
  at.server.script((heard, response) => {
    if (heard.method !== "PATCH") return false;
    response.writeHead(200, { "content-length": "100" }).write('{"kind":');
    response.destroy();
    return true;
  });
  assert.equal((await at.cluster.write(pause, options)).kind, "unknown");
});

test("a write to a server that refuses the connection was surely not made", async () => {
  await at.server.close();
  const outcome = await at.cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-unreachable");
});

test("a failed guard is stale, a malformed patch is refused, though the server answers both alike", async () => {
  const live = { resourceVersion: "8", uid: "u1" };
  at.server.script((heard, response) => {
    if (heard.method === "PATCH")
      return sendJson(response, 422, status(422, "Invalid", "the server rejected our request"));
    return heard.path === checkoutPath && sendJson(response, 200, { metadata: { ...live } });
  });
  assert.equal((await at.cluster.write(pause, options)).kind, "stale");
  live.resourceVersion = "7";
  const outcome = await at.cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-rejects");
  live.uid = "u2";
  assert.equal((await at.cluster.write(pause, options)).kind, "stale");
});

test("conflicts are stale, except those of field managers, which are named", async () => {
  const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "hpa"', field: ".spec.replicas" }];
  let details: JsonObject = {};
  at.server.script(
    (heard, response) => heard.method === "PATCH" && sendJson(response, 409, status(409, "Conflict", "c", details)),
  );
  assert.equal((await at.cluster.write(pause, options)).kind, "stale");
  details = { causes };
  const outcome = await at.cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "field-conflict");
  assert.ok(outcome.refusal.message.includes('.spec.replicas (conflict with "hpa")'));
});

test("a server error after a write is unknown, a failing webhook is not", async () => {
  let message = "etcdserver: request timed out";
  at.server.script(
    (heard, response) => heard.method === "PATCH" && sendJson(response, 500, status(500, "InternalError", message)),
  );
  assert.equal((await at.cluster.write(pause, options)).kind, "unknown");
  message = 'failed calling webhook "x": connection refused';
  const outcome = await at.cluster.write(pause, options);
  assert.ok(outcome.kind === "refused" && outcome.refusal.code === "cluster-rejects");
});

test("T16: the bytes on the wire are the approved body and the declared version fields", async () => {
  at.server.script(
    (heard, response) => heard.method !== "GET" && sendJson(response, 200, fresh, { "audit-id": "a-1" }),
  );
  const written = await at.cluster.write(pause, options);
  assert.deepEqual(written, { kind: "written", stored: fresh, auditId: "a-1" });
  const apply: Call = {
    ...pause,
    contentType: "application/apply-patch+yaml",
    body: { spec: { replicas: 2 }, metadata: { name: "checkout", labels: { b: "2", a: "1" } } },
    guard: "body-metadata",
  };
  await at.cluster.write(apply, options);
  await at.cluster.write(
    { ...pause, method: "DELETE", body: { propagationPolicy: "Foreground" }, guard: "delete-preconditions" },
    options,
  );
  await at.cluster.write(
    { ...pause, path: `${checkoutPath}/scale`, body: [{ op: "replace", path: "/spec/replicas", value: 3 }] },
    options,
  );
  const bodies = at.server.heard.filter((heard) => heard.method !== "GET").map((heard) => heard.body);
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
  const [first] = at.server.heard.filter((heard) => heard.method === "PATCH");
  assert.equal(first?.headers["user-agent"], "countersign/1.2.3 (request/r-1234567)");
  assert.equal(first?.headers.authorization, "Bearer bot-token");
  assert.equal(first?.query.toString(), "fieldManager=countersign");
});

test("the dry run of a deletion says so in its body, since the server reads no query beside one", async () => {
  at.server.script((heard, response) => heard.method === "DELETE" && sendJson(response, 200, fresh));
  const body = { propagationPolicy: "Foreground" };
  const call: Call = { ...pause, method: "DELETE", body, guard: "delete-preconditions" };
  assert.equal(await at.cluster.preview(call), null);
  assert.equal(at.server.heard[0]?.body, '{"dryRun":["All"],"propagationPolicy":"Foreground"}');
  assert.equal(at.server.heard[0]?.query.get("dryRun"), "All");
});

test("a write that could not be guarded is a fault, and nothing is sent", async () => {
  await assert.rejects(at.cluster.write(pause, { ...options, fresh: null }), /needs the object as just read/);
  assert.equal(at.server.heard.length, 0);
});

const seenBy = (name: string) => {
  const cluster = at.clusters.as({ kind: "person", person: personNamed(name), role: null }).get("staging");
  assert.ok(cluster !== null);
  return cluster;
};

test("a person is impersonated with one header for each group, and never as system:", async () => {
  at.server.script((heard, response) => heard.method === "PATCH" && sendJson(response, 200, fresh));
  await seenBy("ana@example.com").write(pause, options);
  const raw = at.server.heard[0]?.rawHeaders ?? [];
  const values = raw.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() === "impersonate-group" ? [raw[index + 1]] : [],
  );
  assert.deepEqual(values, ["shop-team", "oncall"]);
  assert.equal(at.server.heard[0]?.headers["impersonate-user"], "ana@example.com");
  const refused = await seenBy("system:admin").write(pause, options);
  assert.ok(refused.kind === "refused" && refused.refusal.code === "cluster-forbids");
  assert.equal(at.server.heard.length, 1);
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
  const secretRef = { ...checkout, kind: secretKind };
  const call: Call = {
    ...pause,
    path: "/api/v1/namespaces/shop/secrets/checkout",
    body: { data: { password: encoded } },
    guard: "body-metadata",
  };
  at.server.script((heard, response) => {
    if (heard.method === "PATCH") return sendJson(response, 200, { apiVersion: "v1", kind: "Secret", ...secret });
    if (heard.path.endsWith("/checkout")) return sendJson(response, 200, secret);
    return heard.path.endsWith("/secrets") && sendJson(response, 200, { metadata: {}, items: [secret] });
  });
  const seen: unknown[] = [
    await at.cluster.read(secretRef),
    await at.cluster.list({ kind: secretKind, namespace: "shop", limit: 5 }),
    await at.cluster.preview(call),
    await at.cluster.write(call, options),
  ];
  const causes = [{ reason: "FieldValueInvalid", field: "data[password]", message: `Invalid value: "${canary}"` }];
  at.server.script((_, response) =>
    sendJson(response, 422, status(422, "Invalid", `Invalid value: "${canary}"`, { causes })),
  );
  seen.push(await at.cluster.preview(call), await at.cluster.write(call, options));
  const text = JSON.stringify(seen);
  assert.ok(!text.includes(canary) && !text.includes(encoded), text);
  assert.ok(text.includes("*** (") && text.includes("data[password]"));
});
