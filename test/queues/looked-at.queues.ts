// What doctor sees of a queue on real servers, and that BullMQ prints nothing by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogFields } from "../../src/core/ports/log.ts";
import { examinePostgresQueue, fits } from "../../src/jobs/bullmq/examine-postgres.ts";
import { defaultLimits } from "../contracts/jobs.ts";
import { silent } from "../store/samples.ts";
import { given, postgresSource, redisSource, sql } from "./beds.ts";
import { startRedis } from "./redis-server.ts";

const needs = { take: async () => undefined, limits: defaultLimits };

test("the schema in the database: not there, made by the queue, made by a newer one", async (t) => {
  const { source, url } = await postgresSource(t, given("TEST_QUEUE_DATABASE_URL"));
  const pool = { connectionString: url };
  assert.deepEqual(await examinePostgresQueue({ pool }), { kind: "none", mayMake: true });
  const queue = await source.open({ ...needs, log: silent });
  await queue.close();
  const made = await examinePostgresQueue({ pool });
  assert.ok(made.kind === "there" && made.mayUse && fits(made) === "yes", JSON.stringify(made));
  await sql(url, "UPDATE bullmq.migration SET min_client_version = 99");
  const newer = await examinePostgresQueue({ pool });
  assert.ok(newer.kind === "there" && fits(newer) === "newer");
});

test("a Redis that throws keys away is told to the log, once, and nothing is printed", async (t) => {
  const redis = await startRedis(process.env, ["--maxmemory-policy", "allkeys-lru"]);
  t.after(() => redis.stop());
  const printed: unknown[] = [];
  for (const name of ["warn", "error", "log"] as const)
    t.mock.method(console, name, (...words: unknown[]) => void printed.push(words));
  const warned: LogFields[] = [];
  const warn = (message: string, fields: LogFields = {}): void => void warned.push({ message, ...fields });
  const queue = await redisSource(`redis://127.0.0.1:${redis.port}`).open({ ...needs, log: { ...silent, warn } });
  await queue.close();
  assert.deepEqual(printed, []);
  assert.equal(warned.length, 1);
  assert.match(JSON.stringify(warned), /throws keys away.*allkeys-lru/);
});
