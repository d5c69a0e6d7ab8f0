// Two sockets in Socket Mode: Slack renews one after the other, and what is typed meanwhile is taken, all of it and once.
import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type TestContext, test } from "node:test";
import type { Surface } from "../../../src/core/ports/surface.ts";
import { JumpClock } from "../../support/jump-clock.ts";
import { ANA, fakeSurface, type SlackBench, slackBench } from "../../support/slack-bench.ts";

const apartMs = 60_000;

async function arrive(t: TestContext, answers: Partial<Surface> = {}) {
  const surface = fakeSurface(answers);
  const clock = new JumpClock();
  const bench = await slackBench("socket", surface, {}, clock);
  t.after(() => bench.stop());
  return { bench, surface, clock, slack: bench.slack };
}

/** As the bot knows them, which takes Slack's hello. */
async function sockets({ connection }: SlackBench, count: number): Promise<void> {
  while (connection.sockets().length !== count) await new Promise((resolve) => setImmediate(resolve));
}

/** Without a pause, until it is told to stop; every command with a word of its own. */
function typing({ slack }: SlackBench) {
  let isOver = false;
  const typed: string[] = [];
  const troubles: string[] = [];
  const run = async (): Promise<void> => {
    while (!isOver) {
      const text = `status n${typed.length}`;
      typed.push(text);
      const outcome = await slack.as(ANA).command("#payments", "/ops", text);
      if (!outcome.ok) troubles.push(`${text}: ${outcome.problem}`);
    }
  };
  const running = run();
  return {
    troubles,
    typed,
    async more(count: number) {
      const until = typed.length + count;
      while (typed.length < until) await new Promise((resolve) => setImmediate(resolve));
    },
    async stop() {
      isOver = true;
      await running;
    },
  };
}

test("while Slack renews socket after socket, every command is taken, and once", async (t) => {
  const { bench, surface, clock, slack } = await arrive(t);
  assert.equal(bench.connection.sockets().length, 1, "the start waits for no second one");
  clock.jump(apartMs);
  await sockets(bench, 2);
  const commands = typing(bench);
  for (let round = 0; round < 4; round += 1) {
    await commands.more(5);
    slack.sendDisconnect("refresh_requested", "oldest");
    await commands.more(10);
    clock.jump(apartMs);
    await sockets(bench, 2);
  }
  await commands.stop();
  assert.deepEqual(commands.troubles, []);
  const taken = surface.asked.commands.map(({ text }) => text);
  assert.deepEqual([...taken].sort(), [...commands.typed].sort());
  assert.equal(bench.connection.appSockets(), 2, "as Slack counts them");
});

test("a socket that Slack has only warned of is as good as before: what comes by it is taken and acknowledged", async (t) => {
  const { bench, surface, slack } = await arrive(t);
  const commands = typing(bench);
  await commands.more(5);
  slack.sendDisconnect("warning");
  await commands.more(20);
  await slack.waitForConnections(2);
  slack.sendDisconnect("refresh_requested", "oldest");
  await commands.more(20);
  await commands.stop();
  assert.deepEqual(commands.troubles, []);
  assert.equal(surface.asked.commands.length, commands.typed.length);
});

test("sockets that were lost together come back at once, and apart, so that they are not renewed together", async (t) => {
  const { bench, clock, slack } = await arrive(t);
  clock.jump(apartMs);
  await sockets(bench, 2);
  slack.closeSockets();
  await slack.waitForConnections(0);
  await slack.waitForConnections(1);
  await sockets(bench, 1);
  // Time enough for a second one that waits for nothing.
  for (let count = 0; count < 20; count += 1) await slack.as(ANA).command("#payments", "/ops", `status n${count}`);
  assert.equal(bench.connection.sockets().length, 1);
  clock.jump(apartMs);
  await sockets(bench, 2);
  const [first = 0, second = 0] = bench.connection.sockets();
  assert.ok(second - first >= apartMs);
});

test("a process that stood still for a moment keeps its sockets: both would be lost at once", async (t) => {
  const { bench, clock, slack } = await arrive(t);
  clock.jump(apartMs);
  await sockets(bench, 2);
  await pongs(4);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_700);
  await pongs(4);
  assert.equal(slack.calls().filter(({ method }) => method === "apps.connections.open").length, 2);
});

/** Slack's answers to so many pings of whatever socket. */
function pongs(count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const heard = (): void => {
      left -= 1;
      if (left > 0) return;
      unsubscribe("undici:websocket:pong", heard);
      resolve();
    };
    subscribe("undici:websocket:pong", heard);
  });
}

test("what came by a socket before the stop is acknowledged by it", async (t) => {
  const asked = Promise.withResolvers<void>();
  const ready: Surface["ready"] = () => {
    asked.resolve();
    return new Promise((resolve) => setTimeout(resolve, 200, { kind: "nothing" }));
  };
  const { bench, slack } = await arrive(t, { ready });
  const typed = slack.as(ANA).command("#payments", "/ops", "help");
  await asked.promise;
  await bench.connection.stop();
  assert.equal((await typed).ok, true);
});
