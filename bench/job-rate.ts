// Jobs put and done by way of the queue, each with its durable row, its claim and its end, against BullMQ alone.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type BackendClasses, createPostgresBackend, createRedisBackend, type PgPool, withBackend } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";
import { sealRecord } from "../src/audit/chain.ts";
import { systemClock } from "../src/clock.ts";
import type { RequestId } from "../src/core/ids.ts";
import type { Jobs } from "../src/core/ports/jobs.ts";
import type { JobKind, Store } from "../src/core/ports/store.ts";
import { postgresQueue } from "../src/jobs/bullmq/postgres.ts";
import { redisQueue } from "../src/jobs/bullmq/redis.ts";
import { redisAddressIn } from "../src/jobs/bullmq/redis-address.ts";
import type { QueueSource } from "../src/jobs/queue.ts";
import { startQueuedJobs } from "../src/jobs/queued.ts";
import { type OpenStoreOptions, openStore } from "../src/store/open.ts";
import type { StoreOptions } from "../src/store/store-on.ts";
import { reached } from "../test/postgres/fresh.ts";
import { startServer } from "../test/postgres/server.ts";
import { startRedis } from "../test/queues/redis-server.ts";
import type { Pace } from "./benchmark.ts";
import { atLeast, type Figure } from "./figure.ts";
import { fsyncRate } from "./physical.ts";
import { median, medianRatio } from "./statistics.ts";
import { inDirectory } from "./temporary.ts";

/** So many are put one by one at the same time, and so many are done at once, on both sides. */
const together = 100;

export async function measure(pace: Pace): Promise<readonly Figure[]> {
  return inDirectory(async (directory) => [
    { name: "job-rate.fsync", value: fsyncRate(join(directory, "fsync")), unit: "1/s" },
    ...(await onRedis(directory, pace)),
    ...(await onPostgres(directory, pace)),
  ]);
}

interface Side {
  /** Puts so many and resolves when all are done. */
  run(count: number): Promise<void>;
  close(): Promise<void>;
}

async function onRedis(directory: string, pace: Pace): Promise<readonly Figure[]> {
  const server = await startRedis(process.env);
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  try {
    const address = redisAddressIn(server.url, "REDIS_URL");
    const limit = await rateOf(pace.quick ? 5_000 : 20_000, () => connection.incr("bench"));
    const bare = bareOn(withBackend(createRedisBackend), connection);
    const queue = redisQueue({ address, prefix: "bench" });
    const ours = await oursOn(queue, (options) => openStore({ ...options, directory: join(directory, "redis") }));
    const figures = await compare("redis", { bare, ours }, pace);
    return [{ name: "job-rate.redis.round-trips", value: limit, unit: "1/s" }, ...figures];
  } finally {
    connection.disconnect();
    await server.stop();
  }
}

async function onPostgres(directory: string, pace: Pace): Promise<readonly Figure[]> {
  const server = await startServer(process.env);
  const how = { connectionString: server.url };
  const pool = new pg.Pool({ ...how, max: 12, options: "-c search_path=bullmq" });
  try {
    const database = await reached(server.url);
    const queue = postgresQueue({ pool: how, where: "bench" });
    // The store lies in the same database, as it does where replicas share it.
    const ours = await oursOn(queue, (options) => database.open({ ...options, directory: join(directory, "keys") }));
    // In the tables that ours has just made.
    const bare = bareOn(withBackend(createPostgresBackend), pool as unknown as PgPool);
    await pool.query("CREATE TABLE bullmq.bench (n integer)");
    const insert = (): Promise<unknown> => pool.query("INSERT INTO bullmq.bench VALUES (1)");
    const limit = await rateOf(pace.quick ? 2_000 : 8_000, insert);
    const figures = await compare("postgres", { bare, ours }, pace);
    return [{ name: "job-rate.postgres.bare-inserts", value: limit, unit: "1/s" }, ...figures];
  } finally {
    await pool.end();
    await server.stop();
  }
}

async function compare(
  name: string,
  sides: { readonly bare: Side; readonly ours: Side },
  { quick }: Pace,
): Promise<readonly Figure[]> {
  const count = name === "redis" ? (quick ? 2_000 : 6_000) : quick ? 800 : 2_000;
  const rates = { bare: [] as number[], ours: [] as number[] };
  for (const side of Object.values(sides)) await side.run(count / 4);
  for (let round = 0; round < (quick ? 3 : 5); round += 1) {
    for (const which of ["bare", "ours"] as const) {
      const startedAt = performance.now();
      await sides[which].run(count);
      rates[which].push(count / ((performance.now() - startedAt) / 1_000));
    }
  }
  for (const side of Object.values(sides)) await side.close();
  const ratio = { value: medianRatio(rates.ours, rates.bare), unit: "ratio", bound: atLeast(0.5) };
  return [
    { name: `job-rate.${name}.bullmq-alone`, value: median(rates.bare), unit: "jobs/s" },
    { name: `job-rate.${name}.ours`, value: median(rates.ours), unit: "jobs/s" },
    { name: `job-rate.${name}.ours-against-bullmq`, ...ratio },
  ];
}

type Classes<C> = BackendClasses<ReturnType<typeof createRedisBackend> | ReturnType<typeof createPostgresBackend>, C>;

function bareOn<C>(classes: Pick<Classes<C>, "Queue" | "Worker">, connection: C): Side {
  const counted = counter();
  const queue = new classes.Queue("bare", { connection });
  const worker = new classes.Worker("bare", async () => counted.one(), { connection, concurrency: together });
  queue.on("error", () => undefined);
  worker.on("error", () => undefined);
  return {
    async run(count) {
      const all = counted.until(count);
      const add = (index: number): Promise<unknown> =>
        queue.add("look", { id: index }, { removeOnComplete: true, removeOnFail: true });
      await each(count, add);
      await all;
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

type Opening = StoreOptions & Pick<OpenStoreOptions, "random" | "log">;

async function oursOn(queue: QueueSource, open: (options: Opening) => Promise<Store>): Promise<Side> {
  const counted = counter();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  let jobs: Jobs | null = null;
  const random = (size: number): Uint8Array => randomBytes(size);
  const store = await open({
    ...{ clock: systemClock, random, log, seal: sealRecord },
    committed: ({ put }) => jobs?.nudge(put),
  });
  const handlers = new Proxy({} as Record<JobKind, () => Promise<undefined>>, {
    get: () => async () => counted.one(),
  });
  const started = startQueuedJobs({
    ...{ store, clock: systemClock, log, handlers, queue, runner: "bench", isAlone: true },
    limits: { executions: 8, executionsPerCluster: 8, recoveries: 4, ends: 4, people: together },
  });
  jobs = started;
  while (started.queue().kind !== "ready") await systemClock.wait(20);
  let put = 0;
  return {
    async run(count) {
      const all = counted.until(count);
      await each(count, async () => {
        put += 1;
        const job = {
          id: `remind:r-${put}:1`,
          kind: "remind",
          request: "r-1" as RequestId,
          dueAt: Date.now(),
        } as const;
        await store.transact((tx) => tx.jobs.put(job));
      });
      await all;
      while ((await store.jobs.next()) !== null) await systemClock.wait(1);
    },
    async close() {
      await started.stop();
      await store.close();
    },
  };
}

function counter() {
  let done = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached: () => void = () => undefined;
  return {
    one: (): undefined => {
      done += 1;
      if (done >= wanted) reached();
    },
    until: (count: number): Promise<void> => {
      wanted = done + count;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
  };
}

async function each(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next);
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
}

async function rateOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await each(count, work);
  return count / ((performance.now() - startedAt) / 1_000);
}
