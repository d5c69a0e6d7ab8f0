// Health and readiness: two paths and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectSlack } from "../../src/integrations/slack/connect.ts";
import { healthRoutes } from "../../src/server/health.ts";
import { answering } from "../../src/server/route.ts";
import { serveWeb } from "../../src/server/serve.ts";
import { silent } from "../store/samples.ts";
import { fakeSurface, slackBench } from "../support/slack-bench.ts";

test("the process is healthy at once, and ready when it has started and is not stopping", async (t) => {
  let isReady = false;
  const server = await serveWeb({
    host: "127.0.0.1",
    port: 0,
    answer: answering(
      healthRoutes(() => isReady),
      silent,
    ),
  });
  t.after(() => server.close());
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return [answer.status, await answer.text()];
  };
  assert.deepEqual(await ask("/healthz"), [200, "ok\n"]);
  assert.deepEqual(await ask("/readyz"), [503, "not ready\n"]);
  isReady = true;
  assert.deepEqual(await ask("/readyz"), [200, "ready\n"]);
  assert.deepEqual(await ask("/"), [404, "not found\n"]);
  assert.deepEqual(await ask("/healthz", "POST"), [404, "not found\n"]);
});

test("in HTTP mode the same paths answer beside Slack's, and Slack's stays closed to the unsigned", async (t) => {
  const bench = await slackBench("http", fakeSurface());
  t.after(() => bench.stop());
  const connection = await connectSlack(
    bench.reached,
    fakeSurface(),
    answering(
      healthRoutes(() => true),
      silent,
    ),
  );
  t.after(() => connection.stop());
  const ask = async (path: string, method: string) =>
    (await fetch(`http://127.0.0.1:${connection.port}${path}`, { method })).status;
  assert.equal(await ask("/healthz", "GET"), 200);
  assert.equal(await ask("/readyz", "GET"), 200);
  assert.equal(await ask("/readyz", "POST"), 404);
  assert.equal(await ask("/slack/events", "POST"), 401);
});
