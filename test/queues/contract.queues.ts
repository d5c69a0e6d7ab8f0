// The contract of jobs with BullMQ's queue, on Redis and on PostgreSQL.
import { jobsContract } from "../contracts/jobs.ts";
import { storeAt } from "../postgres/fresh.ts";
import { given, postgresSource, queuedBed, redisSource } from "./beds.ts";

jobsContract("BullMQ on Redis", async (t) => queuedBed(t, redisSource(given("TEST_REDIS_URL"))));

jobsContract("BullMQ on PostgreSQL", async (t) => {
  const { source } = await postgresSource(t, given("TEST_QUEUE_DATABASE_URL"));
  return queuedBed(t, source);
});

jobsContract("BullMQ and the store on one PostgreSQL", async (t) => {
  const { source, url } = await postgresSource(t, given("TEST_QUEUE_DATABASE_URL"));
  return queuedBed(t, source, { open: (to, options) => storeAt(to, url, options) });
});
