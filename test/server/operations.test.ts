// The operations listener: alive apart from the main loop, and honest when the main loop is not.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { PartHealth } from "../../src/core/ports/health.ts";
import { type Answers, listenForOperations } from "../../src/server/operations/listen.ts";
import { readiness } from "../../src/server/operations/ready.ts";
import { silent } from "../store/samples.ts";

async function listening(t: TestContext, answers: Answers) {
  const listener = await listenForOperations({ host: "127.0.0.1", port: 0, answers, log: silent });
  t.after(() => listener.close());
  return async (path: string, method = "GET") => {
    const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`, { method });
    return [answer.status, await answer.text()];
  };
}

test("it answers what it was given, nothing else, and only who reads", async (t) => {
  const ask = await listening(t, {
    "/readyz": (query) => ({ status: 503, headers: {}, body: query.getAll("exclude").join() }),
    "/metrics": () => {
      throw new Error("broken");
    },
  });
  assert.deepEqual(await ask("/healthz"), [200, "ok\n"]);
  assert.deepEqual(await ask("/readyz?exclude=a&exclude=b"), [503, "a,b"]);
  assert.deepEqual(await ask("/metrics"), [500, "something went wrong in the bot\n"]);
  assert.deepEqual(await ask("/"), [404, "not found\n"]);
  assert.deepEqual(await ask("/healthz", "POST"), [405, "only GET is answered here\n"]);
});

test("a main loop that stands still is unhealthy and not ready, and both are answered all the same", async (t) => {
  const file = join(import.meta.dirname, "..", "support", "hanging-loop.ts");
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const at = `http://127.0.0.1:${said.toString().trim()}`;
  assert.equal((await fetch(`${at}/healthz`)).status, 200);
  assert.equal((await fetch(`${at}/readyz`)).status, 200);
  child.stdin.write("stand still\n");
  let health = await fetch(`${at}/healthz`);
  while (health.status === 200) health = await fetch(`${at}/healthz`);
  assert.match(await health.text(), /^the main loop has not turned for \d+ s\n$/);
  const ready = await fetch(`${at}/readyz`);
  assert.equal(ready.status, 503);
  const { notReady } = (await ready.json()) as { notReady: { part: string }[] };
  assert.deepEqual(
    notReady.map(({ part }) => part),
    ["main loop"],
  );
});

test("an answer that waits for a slow store does not make the process unhealthy", async (t) => {
  const late = Promise.withResolvers<void>();
  const ask = await listening(t, {
    "/metrics": async () => {
      await late.promise;
      return { status: 200, headers: {}, body: "late\n" };
    },
  });
  const waiting = ask("/metrics");
  assert.deepEqual(await ask("/healthz"), [200, "ok\n"]);
  late.resolve();
  assert.deepEqual(await waiting, [200, "late\n"]);
});

test("a port that is taken is said, and the bot goes on without", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const said: string[] = [];
  const { port } = taken.address() as { port: number };
  const log = { ...silent, warn: (message: string) => void said.push(message) };
  const listener = await listenForOperations({ host: "127.0.0.1", port, answers: {}, log });
  t.after(() => listener.close());
  assert.equal(listener.port, null);
  assert.deepEqual(said, ["no health checks and no metrics: their port cannot be listened on"]);
});

const part = (kind: PartHealth["kind"], name: string, says: string | null): PartHealth => ({
  ...{ kind, name, title: "", says, since: Date.UTC(2026, 0, 2, 3, 4, 5) },
});

test("what is not ready is listed with since when; a part may be left out of the question, serving may not", () => {
  const clusters = [part("cluster", "dev", "old"), part("cluster", "prod", null)];
  // Without the queue all is done from the store: no replica is taken out for it.
  const parts = [part("store", "", "gone"), part("queue", "", "gone"), ...clusters];
  const named = (query: string, notServing: { says: string; since: number } | null = null) => {
    const { status, body } = readiness({ notServing, parts }, new URLSearchParams(query));
    const { notReady } = JSON.parse(body) as { notReady: { part: string; since: string }[] };
    assert.equal(status, notReady.length === 0 ? 200 : 503);
    return notReady.map(({ part: one, since }) => `${one} ${since}`);
  };
  const at = "2026-01-02T03:04:05.000Z";
  assert.deepEqual(named(""), [`store ${at}`, `cluster:dev ${at}`]);
  assert.deepEqual(named("exclude=cluster:dev"), [`store ${at}`]);
  assert.deepEqual(named("exclude=cluster&exclude=store"), []);
  assert.deepEqual(named("exclude=process&exclude=cluster&exclude=store", { says: "", since: 0 }), [
    "process 1970-01-01T00:00:00.000Z",
  ]);
});
