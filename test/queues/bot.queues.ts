// The whole bot with its jobs on Redis: a rollback is countersigned and done, also while Redis is away, which is told; doctor sees both.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Patient } from "../../src/cli/doctor/finding.ts";
import { checkQueue } from "../../src/cli/doctor/queue.ts";
import { typedJobs } from "../../src/config/typed-jobs.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, hurried, plant, until } from "../support/story.ts";
import { ana, ben, finn, identitySecrets, startTown } from "../support/town.ts";
import { startRedis } from "./redis-server.ts";

test("a change is countersigned and done by way of Redis, and without it", async (t) => {
  const redis = await startRedis(process.env);
  t.after(() => redis.stop());
  const town = await startTown(t);
  plant(town.cluster, "queued");
  const { botToken, appToken, apiUrl } = town.slack;
  const secrets = { botToken, appToken, signingSecret: null, apiUrl, identity: identitySecrets };
  const bot = await town.startBot({
    secrets: { ...secrets, named: (name) => (name === "REDIS_URL" ? redis.url : undefined) },
  });
  const changed = async (command: string): Promise<void> => {
    const card = await ask(town, command, "queued");
    await town.vote(ben, card, "approve");
    await town.vote(finn, card, "approve");
    await until(town, card, "is done and verified");
  };
  await changed("scale shop/queued 3");
  assert.equal(bot.queue().kind, "ready");
  await redis.kill();
  await changed("scale shop/queued 4");
  assert.equal(bot.queue().kind, "away");
});

test("Redis that is gone is said in status and told once, and so is its return", async (t) => {
  const redis = await startRedis(process.env);
  t.after(() => redis.stop());
  const clock = new JumpClock();
  const town = await startTown(t, {
    config: (text) => text.replace("  port: 0 # health", '  tell: "#general"\n  port: 0 # health'),
  });
  const { slack } = town;
  const { botToken, appToken, apiUrl } = slack;
  const secrets = { botToken, appToken, signingSecret: null, apiUrl, identity: identitySecrets };
  await town.startBot({
    clock,
    secrets: { ...secrets, named: (name) => (name === "REDIS_URL" ? redis.url : undefined) },
  });
  const told = (word: string) =>
    slack.messages("#general").filter(({ text }) => text.startsWith(word) && text.includes("The queue"));
  await redis.kill();
  await hurried(
    clock,
    slack.waitUntil(() => told("Away: ")[0], "that it is away", 60_000),
  );
  await slack.as(ana).command("#payments", "/ops", "status");
  const said = await slack.waitUntil(() => slack.ephemerals(ana).at(-1), "an answer to status");
  assert.match(JSON.stringify(said.blocks), /The queue between replicas.{1,80} is away since.*Redis at .* is away/);
  await redis.start();
  await hurried(
    clock,
    slack.waitUntil(() => told("Back: ")[0], "that it is back", 60_000),
  );
  assert.equal(told("Away: ").length, 1);
  assert.equal(told("Back: ").length, 1);
});

test("doctor looks at a real Redis", async (t) => {
  const redis = await startRedis(process.env, ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
  t.after(() => redis.stop());
  const patient = { config: { jobs: typedJobs() }, secrets: { named: () => redis.url } } as unknown as Patient;
  const findings = await checkQueue(patient);
  assert.deepEqual(
    findings.map(({ level }) => level),
    ["fail"],
  );
  assert.match(findings[0]?.saw ?? "", /throws keys away when it is full \(maxmemory-policy allkeys-lru\)/);
});
