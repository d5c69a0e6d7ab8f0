// F6: Redis is flushed, killed, full and hanging in the middle of work: the store is the truth, and a queue only hints.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../queues/redis-server.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, plant, released } from "../support/story.ts";
import { identitySecrets, type Town } from "../support/town.ts";
import { type Backend, backends } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { castOf, crowdGroups, startCrowdedTown } from "./history/crowd.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { lived } from "./history/story.ts";

const seed = givenSeed();
/** Stories that are under way when it happens. */
const atOnce = 3;

const troubles = ["flushed", "restarted", "full", "hanging"] as const;
type Trouble = (typeof troubles)[number];

/** Over when it resolves. */
async function befall(redis: RedisServer, trouble: Trouble, chance: Chance): Promise<void> {
  const forMs = 200 + chance.int(1_500);
  switch (trouble) {
    case "flushed":
      for (let time = 0; time < 3; time += 1) {
        await tell(redis, "FLUSHALL");
        await sleep(chance.int(500));
      }
      return;
    case "restarted":
      await redis.kill();
      await sleep(forMs);
      return redis.start();
    case "full":
      await tell(redis, "CONFIG", "SET", "maxmemory", "1");
      await sleep(forMs);
      return tell(redis, "CONFIG", "SET", "maxmemory", "0");
    case "hanging":
      return tell(redis, "DEBUG", "SLEEP", String(forMs / 1_000));
  }
}

/** As an operator types it. */
async function tell({ url }: RedisServer, command: string, ...args: readonly string[]): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => null });
  client.on("error", () => undefined);
  try {
    await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

async function startBot(town: Town, redis: RedisServer, clock: JumpClock) {
  const { botToken, appToken, apiUrl } = town.slack;
  const { databaseUrl } = town;
  const named = (name: string): string | undefined => (name === "REDIS_URL" ? redis.url : undefined);
  const secrets = { botToken, appToken, signingSecret: null, apiUrl, identity: identitySecrets, databaseUrl, named };
  return town.startBot({ secrets, clock });
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await sleep(50))
    if (Date.now() > end) throw new Error(`${what} did not come, seed ${seed}`);
}

async function throughTroubles(t: TestContext, backend: Backend) {
  const chance = chanceOf(seed);
  const redis = await startRedis(process.env);
  t.after(() => redis.stop());
  const record = await backend.open(t);
  const town = await startCrowdedTown(t, record);
  const clock = new JumpClock();
  const aheadMs = () => clock.now() - Date.now();
  const recorder = new Recorder({ town, part: "F6", seed, backend: record, aheadMs });
  recorder.members(crowdGroups);
  const bot = await startBot(town, redis, clock);
  recorder.bot("serving");
  const rounds = chance.shuffled<Trouble>(sized<readonly Trouble[]>([...troubles, ...troubles, ...troubles], troubles));
  const tookMs: number[] = [];
  for (const [round, trouble] of rounds.entries()) {
    await until("the queue", () => bot.queue().kind === "ready");
    const names = Array.from({ length: atOnce }, (_, index) => `q-${round}-${index}x`);
    for (const name of names) plant(town.cluster, name);
    await released(town.cluster, names.at(-1) ?? "");
    const began = performance.now();
    const befalls = sleep(chance.int(1_500)).then(() => befall(redis, trouble, chance));
    const cards = await Promise.all(
      names.map((name, lane) => lived(recorder, name, `Redis ${trouble}, seed ${seed}`, castOf(lane))),
    );
    await befalls;
    tookMs.push(performance.now() - began);
    for (const card of cards) assert.match(card.text, /is done and verified/, `Redis ${trouble}, seed ${seed}`);
    clock.jump(breathMs);
    recorder.clockMoved();
  }
  await town.stopBot();
  return { findings: await mustHold(await recorder.history()), rounds: rounds.length, tookMs };
}

for (const backend of backends) {
  test(`F6, R26 on ${backend.name} with Redis: flushed, restarted, full and hanging, and every request reaches its end`, async (t) => {
    const { findings, rounds, tookMs } = await throughTroubles(t, backend);
    report(t, {
      ...{ part: "F6", backend: `${backend.name} and Redis`, seed },
      figures: [
        atLeast("troubles of Redis", rounds, tookMs.length),
        count("lost, doubled or untold (I1 to I8)", 0, findings),
        within("three requests, asked to done, longest", 30_000, Math.max(...tookMs)),
      ],
    });
  });
}
