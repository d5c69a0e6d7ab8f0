// Redis flushed, restarted, away, hanging and full: nothing is lost, nothing is done twice, and the state is told.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Redis } from "ioredis";
import { usualTimes } from "../../src/jobs/feeder.ts";
import { aJob, gate, handledBy, put, until } from "../contracts/jobs.ts";
import { type QueuedBed, queuedBed, quickTimes, redisSource } from "./beds.ts";
import { type Load, loadOn } from "./load.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

interface Scene {
  readonly redis: RedisServer;
  readonly bed: QueuedBed;
  readonly load: Load;
  /** What an operator types. */
  readonly tell: (command: string, ...args: readonly string[]) => Promise<unknown>;
}

async function scene(t: TestContext, times = quickTimes): Promise<Scene> {
  const redis = await startRedis(process.env);
  t.after(() => redis.stop());
  const bed = await queuedBed(t, redisSource(redis.url), { times });
  const tell = async (command: string, ...args: readonly string[]): Promise<unknown> => {
    const client = new Redis(redis.url, { retryStrategy: () => null });
    client.on("error", () => undefined);
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  };
  return { redis, bed, load: loadOn(bed), tell };
}

test("Redis flushed under load: what it held is queued again from the store", async (t) => {
  const { bed, load, tell } = await scene(t);
  await bed.start({ handlers: load.handlers });
  await bed.start({ handlers: load.handlers });
  for (let round = 0; round < 4; round += 1) {
    await load.put(30);
    await tell("FLUSHALL");
  }
  await load.allDoneOnce();
});

test("Redis killed and started empty under load: nothing lost, nothing doubled, and the queue is used again", async (t) => {
  const { redis, bed, load } = await scene(t);
  const jobs = await bed.start({ handlers: load.handlers });
  await bed.start({ handlers: load.handlers });
  await load.put(40);
  await redis.kill();
  await load.put(40);
  await until("it is said to be away", () => jobs.queue().kind === "away");
  await load.allDoneOnce();
  await redis.start();
  await until("it is said to be there", () => jobs.queue().kind === "ready");
  await load.put(40);
  await load.allDoneOnce();
});

test("the bot starts while Redis is away, works, and takes the queue up when it comes", async (t) => {
  const { redis, bed, load } = await scene(t);
  await redis.kill();
  const jobs = bed.begin({ handlers: load.handlers });
  await load.put(20);
  await load.allDoneOnce();
  const state = jobs.queue();
  assert.equal(state.kind, "away");
  assert.match(state.kind === "away" ? state.says : "", /ECONNREFUSED/);
  await redis.start();
  await until("it is there", () => jobs.queue().kind === "ready");
  await load.put(20);
  await load.allDoneOnce();
});

test("Redis hangs: jobs go on from the store, and by way of it when it is another one", async (t) => {
  const { redis, bed, load, tell } = await scene(t);
  const jobs = await bed.start({ handlers: load.handlers });
  const hangs = tell("DEBUG", "SLEEP", "600").catch(() => undefined);
  await until("it is noticed", () => jobs.queue().kind === "away");
  await load.put(20);
  await load.allDoneOnce();
  await redis.kill();
  await hangs;
  await redis.start();
  await until("it is there again", () => jobs.queue().kind === "ready");
  await load.put(20);
  await load.allDoneOnce();
});

test("Redis is full: jobs go on from the store, the state says why, and room is used when there is some", async (t) => {
  const { bed, load, tell } = await scene(t);
  const jobs = await bed.start({ handlers: load.handlers });
  await tell("CONFIG", "SET", "maxmemory", "1");
  await load.put(30);
  await load.allDoneOnce();
  await until("it is said to be full", () => {
    const state = jobs.queue();
    return state.kind === "away" && /OOM/.test(state.says);
  });
  await tell("CONFIG", "SET", "maxmemory", "0");
  await until("it is there again", () => jobs.queue().kind === "ready");
  await load.put(30);
  await load.allDoneOnce();
});

test("with Redis away the bot stops all the same", async (t) => {
  const { redis, bed, load } = await scene(t);
  const jobs = await bed.start({ handlers: load.handlers });
  await load.put(5);
  await load.allDoneOnce();
  await redis.kill();
  await until("it is away", () => jobs.queue().kind === "away");
  await jobs.stop();
});

test("what was dealt with leaves nothing in Redis, and what is far away was never there", async (t) => {
  const { bed, load, tell } = await scene(t, { ...usualTimes, sweepMs: 300 });
  await bed.start({ handlers: load.handlers });
  await load.put(150);
  await put(
    bed.store,
    ...Array.from({ length: 500 }, (_, index) => aJob(`far${index}`, bed.now() + 3_600_000 + index)),
  );
  await until("the load is done", () => load.done() === 150);
  const held = async (): Promise<readonly string[]> => (await tell("KEYS", "*far*")) as readonly string[];
  const hints = async (): Promise<readonly string[]> => (await tell("KEYS", "*load*")) as readonly string[];
  await until("no hint is left", async () => (await hints()).length === 0);
  assert.deepEqual(await held(), []);
  const keys = (await tell("KEYS", "*")) as readonly string[];
  for (const key of keys.filter((one) => one.endsWith(":events")))
    assert.ok(Number(await tell("XLEN", key)) <= 300, "the stream of events is short");
});

test("a hint that comes while every hand is busy is not lost: its job is next", async (t) => {
  const { bed } = await scene(t);
  const first = gate();
  const ran: string[] = [];
  const handlers = handledBy(async ({ id }) => {
    ran.push(id);
    return id === "first" ? first.opened : undefined;
  });
  const limits = { executions: 1, executionsPerCluster: 1, recoveries: 1, ends: 1, people: 1 };
  await bed.start({ handlers, limits });
  await put(bed.store, aJob("first", bed.now()));
  await until("it is under way", () => ran.length === 1);
  await put(bed.store, aJob("second", bed.now()));
  first.open();
  await until("no row is left", async () => (await bed.store.jobs.next()) === null);
  assert.deepEqual(ran, ["first", "second"]);
});
