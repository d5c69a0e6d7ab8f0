// The faults that tests order, and what the server remembers of requests.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Fixture, startFixture } from "./fixture.ts";

let on: Fixture;
before(async () => {
  on = await startFixture();
});
after(() => on.cluster.stop());

const PATH = "/api/v1/namespaces/shop/configmaps";

test("a fault hits as many matching requests as it was ordered for", async () => {
  on.cluster.failNext({ method: "GET", path: PATH }, { status: 503, times: 2 });
  const codes: number[] = [];
  for (let time = 0; time < 3; time += 1) codes.push((await on.ask("GET", PATH)).code);
  assert.deepEqual(codes, [503, 503, 200]);
});

test("a 429 carries Retry-After", async () => {
  on.cluster.failNext({ verb: "list" }, { status: 429, retryAfter: 7 });
  const reply = await on.ask("GET", PATH);
  assert.deepEqual([reply.code, reply.headers.get("retry-after"), reply.body.reason], [429, "7", "TooManyRequests"]);
});

test("a reply can be lost after the deed was done", async () => {
  on.cluster.failNext({ method: "POST" }, { dropReplyAfterEffect: true });
  await assert.rejects(on.ask("POST", PATH, { body: { metadata: { name: "done" } } }));
  assert.equal((await on.ask("GET", `${PATH}/done`)).code, 200);
});

test("a connection can break before the deed", async () => {
  on.cluster.failNext({ method: "POST" }, { reset: true });
  await assert.rejects(on.ask("POST", PATH, { body: { metadata: { name: "undone" } } }));
  assert.equal((await on.ask("GET", `${PATH}/undone`)).code, 404);
});

test("a hanging request ends with its client's patience", async () => {
  on.cluster.failNext({ method: "GET" }, { hang: true });
  const abort = new AbortController();
  const asked = fetch(on.cluster.url + PATH, { headers: { authorization: "Bearer admin" }, signal: abort.signal });
  setImmediate(() => abort.abort());
  await assert.rejects(asked);
  on.cluster.clearFaults();
});

test("every request is remembered with who, what and the answer", async () => {
  on.cluster.forgetRequests();
  await on.ask("POST", `${PATH}?dryRun=All`, { as: "alice", body: { metadata: { name: "x" } } });
  const [entry] = on.cluster.requests();
  const facts = [entry?.method, entry?.path, entry?.query.get("dryRun"), entry?.user, entry?.userAgent, entry?.code];
  assert.deepEqual(facts, ["POST", PATH, "All", "alice", "test/1", 403]);
  assert.deepEqual(JSON.parse(entry?.body ?? ""), { metadata: { name: "x" } });
});
