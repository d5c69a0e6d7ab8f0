// Whole bots on PostgreSQL: one alone, two at once, one taking over from another. What one says, the other knows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkpointsIn, verifierFrom } from "../../src/audit/files.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { freshDatabase, serverUrl, sql } from "../postgres/fresh.ts";
import { startReplica } from "../postgres/replicas.ts";
import { ana, ben, finn, startTown, type Town, writesOf } from "../support/town.ts";

const asked = "rollback checkout because it crashes since 42";

async function card(town: Town) {
  return town.card((message) => message.text.includes("Roll back checkout") && message.text.includes("waits"));
}

async function done(town: Town, ts: string): Promise<void> {
  await town.slack.waitForMessage((one) => one.ts === ts && one.text.includes("is done and verified"), 60_000);
}

/** The log of the database, by the public key and the checkpoints alone. */
async function verified(town: Town, url: string) {
  const lines = (await sql(url, "SELECT line FROM audit ORDER BY seq")).map(({ line }) => String(line));
  const verifier = await verifierFrom(`${town.directory}/data/keys/audit.vkey`);
  assert.ok(verifier !== null);
  const checkpoints = await checkpointsIn(`${town.directory}/checkpoints`);
  return { verdict: await verifyLog({ lines, checkpoints, verifier }), lines };
}

test("the story of a rollback on PostgreSQL: countersigned, done once, verified and recorded", async (t) => {
  const url = await freshDatabase(t);
  const town = await startTown(t);
  const { bot, faults } = await startReplica(town, url, "data");
  t.after(() => bot.stop());
  await town.slack.waitForConnections(1);
  await town.slack.as(ana).command("#payments", "/ops", asked);
  const waiting = await card(town);
  await town.vote(ben, waiting, "approve");
  await town.vote(finn, waiting, "approve");
  await done(town, waiting.ts);
  assert.equal(writesOf(town.cluster).length, 1);
  await bot.stop();
  const { verdict } = await verified(town, url);
  assert.equal(verdict.ok, true, verdict.says);
  assert.deepEqual(faults, []);
});

test("two replicas at once: whichever is asked, one card, one execution, one log", async (t) => {
  const url = await freshDatabase(t);
  const town = await startTown(t);
  const one = await startReplica(town, url, "data");
  const two = await startReplica(town, url, "data2");
  t.after(() => Promise.all([one.bot.stop(), two.bot.stop()]));
  await town.slack.waitForConnections(2);
  for (const verb of ["restart checkout because of a leak", "restart cart because of a leak"])
    await town.slack.as(ana).command("#payments", "/ops", verb);
  await town.slack.as(ana).command("#payments", "/ops", asked);
  const waiting = await card(town);
  await town.vote(ben, waiting, "approve");
  await town.vote(finn, waiting, "approve");
  await done(town, waiting.ts);
  await Promise.all([one.bot.stop(), two.bot.stop()]);
  const rollbacks = writesOf(town.cluster).filter(({ path }) => path.endsWith("/deployments/checkout"));
  assert.equal(rollbacks.length, 1);
  const claimed = await sql(
    url,
    "SELECT request, count(*)::int AS count FROM audit WHERE code = 'execution.claimed' GROUP BY request",
  );
  assert.deepEqual(
    claimed.map(({ count }) => count),
    claimed.map(() => 1),
  );
  const { verdict } = await verified(town, url);
  assert.equal(verdict.ok, true, verdict.says);
  const alarming = [...one.faults, ...two.faults].filter((line) => line.startsWith("error"));
  assert.deepEqual(alarming, []);
});

test("a replica whose database is gone for good still ends", async (t) => {
  const url = await freshDatabase(t);
  const town = await startTown(t);
  const { bot } = await startReplica(town, url, "data");
  await town.slack.waitForConnections(1);
  await sql(serverUrl(), `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await bot.stop();
});

test("what one replica was asked, another carries on after its end", async (t) => {
  const url = await freshDatabase(t);
  const town = await startTown(t);
  const one = await startReplica(town, url, "data");
  t.after(() => one.bot.stop());
  await town.slack.waitForConnections(1);
  await town.slack.as(ana).command("#payments", "/ops", asked);
  const waiting = await card(town);
  await town.vote(ben, waiting, "approve");
  await one.bot.stop();
  const two = await startReplica(town, url, "data2");
  t.after(() => two.bot.stop());
  await town.slack.waitForConnections(1);
  await town.vote(finn, waiting, "approve");
  await done(town, waiting.ts);
  assert.equal(writesOf(town.cluster).length, 1);
});
