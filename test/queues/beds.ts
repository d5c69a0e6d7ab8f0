// Queues on real servers for the contract of jobs and its faults.
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { systemClock } from "../../src/clock.ts";
import type { Jobs } from "../../src/core/ports/jobs.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { postgresQueue } from "../../src/jobs/bullmq/postgres.ts";
import { redisQueue } from "../../src/jobs/bullmq/redis.ts";
import { redisAddressIn } from "../../src/jobs/bullmq/redis-address.ts";
import type { FeederTimes } from "../../src/jobs/feeder.ts";
import type { QueueSource } from "../../src/jobs/queue.ts";
import { startQueuedJobs } from "../../src/jobs/queued.ts";
import type { StoreOptions } from "../../src/store/store-on.ts";
import { type JobsBed, type StartOptions, until } from "../contracts/jobs.ts";
import { jobsOptions } from "../jobs/beds.ts";
import { temporaryStore } from "../store/samples.ts";

export const quickTimes: FeederTimes = { sweepMs: 300, patienceMs: 600, horizonMs: 60_000 };

export type OpenStoreFor = (t: TestContext, options: Pick<StoreOptions, "clock" | "committed">) => Promise<Store>;

export interface QueuedBed extends JobsBed {
  readonly store: Store;
  /** Without waiting for the queue to be there. */
  begin(options: StartOptions): Jobs;
}

/** On the system's clock, since that is the queue's. */
export async function queuedBed(
  t: TestContext,
  source: QueueSource,
  { times = quickTimes, open = temporaryStore }: { readonly times?: FeederTimes; readonly open?: OpenStoreFor } = {},
): Promise<QueuedBed> {
  const started: Jobs[] = [];
  let isDeaf = false;
  const store = await open(t, {
    clock: systemClock,
    committed: ({ put }) => {
      if (!isDeaf) for (const jobs of started) jobs.nudge(put);
    },
  });
  const begin = (options: StartOptions): Jobs => {
    const given = jobsOptions({ ...options, store, clock: systemClock }, started.length);
    const jobs = startQueuedJobs({ ...given, queue: source, times });
    started.push(jobs);
    t.after(() => jobs.stop());
    return jobs;
  };
  return {
    store,
    now: () => Date.now(),
    sweepMs: times.sweepMs,
    pass: (ms) => pause(ms),
    begin,
    async start(options) {
      const jobs = begin(options);
      await until("the queue is there", () => jobs.queue().kind === "ready");
      return jobs;
    },
    deafen: () => {
      isDeaf = true;
    },
  };
}

export function given(name: "TEST_REDIS_URL" | "TEST_QUEUE_DATABASE_URL"): string {
  const url = process.env[name];
  if (url !== undefined && url !== "") return url;
  throw new Error(`${name} is not set: run these tests by npm run test:queues, which starts the servers.`);
}

/** A part of Redis of its own for each test. */
export function redisSource(url: string, prefix = `t${randomBytes(6).toString("hex")}`): QueueSource {
  return redisQueue({ address: redisAddressIn(url, "REDIS_URL"), prefix });
}

/** A database of its own for each test. */
export async function postgresSource(t: TestContext, server: string): Promise<{ source: QueueSource; url: string }> {
  const name = `q_${randomBytes(6).toString("hex")}`;
  await sql(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  t.after(() => sql(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = { connectionString: url.href, connectionTimeoutMillis: 2_000 };
  return { source: postgresQueue({ pool, where: `${url.host}/${name}` }), url: url.href };
}

export async function sql(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
