// For `node --test --test-global-setup=test/queues/global.ts`: one Redis and one PostgreSQL for all test files of a run.

import { findPrograms } from "../postgres/programs.ts";
import { startServer } from "../postgres/server.ts";
import { findRedis, startRedis } from "./redis-server.ts";

const stops: (() => Promise<void>)[] = [];

/** Throws with all that is missing: nothing of this tier is skipped. */
export async function globalSetup(): Promise<void> {
  const missing: string[] = [];
  for (const find of [findRedis, findPrograms]) {
    try {
      find(process.env);
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (missing.length > 0) throw new Error(missing.join("\n"));
  const redis = await startRedis(process.env);
  stops.push(() => redis.stop());
  const postgres = await startServer(process.env);
  stops.push(() => postgres.stop());
  Object.assign(process.env, { TEST_REDIS_URL: redis.url, TEST_QUEUE_DATABASE_URL: postgres.url });
}

export async function globalTeardown(): Promise<void> {
  for (const stop of stops.toReversed()) await stop();
}
