// PostgreSQL killed and started again, and BullMQ's tables emptied: nothing is lost, nothing is done twice.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { until } from "../contracts/jobs.ts";
import { startServer } from "../postgres/server.ts";
import { postgresSource, queuedBed, sql } from "./beds.ts";
import { loadOn } from "./load.ts";

async function scene(t: TestContext) {
  const server = await startServer(process.env);
  t.after(() => server.stop());
  const { source, url } = await postgresSource(t, server.url);
  const bed = await queuedBed(t, source);
  return { server, url, bed, load: loadOn(bed) };
}

test("PostgreSQL killed and started under load: jobs go on, and the queue is used again", async (t) => {
  const { server, bed, load } = await scene(t);
  const jobs = await bed.start({ handlers: load.handlers });
  await bed.start({ handlers: load.handlers });
  await load.put(40);
  await server.kill();
  await load.put(40);
  await until("it is said to be away", () => jobs.queue().kind === "away");
  await load.allDoneOnce();
  await server.start();
  await until("it is said to be there", () => jobs.queue().kind === "ready");
  await load.put(40);
  await load.allDoneOnce();
});

test("BullMQ's tables emptied under load: what they held is queued again from the store", async (t) => {
  const { url, bed, load } = await scene(t);
  await bed.start({ handlers: load.handlers });
  for (let round = 0; round < 3; round += 1) {
    await load.put(30);
    await sql(url, "TRUNCATE bullmq.job, bullmq.event CASCADE");
  }
  await load.allDoneOnce();
});

test("what was dealt with leaves nothing in the tables, which lie in a schema of their own", async (t) => {
  const { url, bed, load } = await scene(t);
  await bed.start({ handlers: load.handlers });
  await load.put(150);
  await load.allDoneOnce();
  const count = async (table: string): Promise<number> =>
    Number((await sql(url, `SELECT count(*) AS n FROM bullmq.${table}`))[0]?.n);
  await until("no hint is left", async () => (await count("job")) === 0);
  assert.ok((await count("event")) <= 1_000, "old events are removed");
  const [outside] = await sql(url, "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'");
  assert.equal(Number(outside?.n), 0);
});
