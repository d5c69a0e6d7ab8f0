// F1: kill -9 at every named point and at random moments; the story comes to its end all the same, once, and truthfully.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../demo/slack/clock.ts";
import { CrashingBot } from "../support/crashing-bot.ts";
import { arm, type Kill, kills } from "../support/kills.ts";
import { breathMs, plant, released } from "../support/story.ts";
import { ana, ben, finn, startTown } from "../support/town.ts";
import { type Backend, backends } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { allSent } from "./history/idle.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, percentile, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { live, lived } from "./history/story.ts";

const seed = givenSeed();
const groups = { "payments-leads": [ben], platform: [finn, ana] };

/** Every point and random moments, in a random order. */
function chosen(chance: Chance): readonly Kill[] {
  const named = sized(
    kills,
    kills.filter(({ name }) => miniature.test(name)),
  );
  const longestMs = 1_200;
  const random = Array.from({ length: sized(23, 3) }, (): Kill => {
    const afterMs = chance.int(longestMs);
    return { name: `after ${afterMs} ms`, afterMs };
  });
  return chance.shuffled([...named, ...random]);
}

const miniature = /after the commit of (request.approved|write.intended)|the write|the card/;

const slowMs = 10_000;
/** After that every card that was on its way when a bot was killed has been made sure of. */
const doubtedMs = 125_000;

interface Timed {
  readonly servingMs: number[];
  readonly settledMs: number[];
}

for (const backend of backends) {
  test(`F1, R26, B1 on ${backend.name}: killed anywhere, nothing acknowledged is lost and nothing is done twice`, async (t) => {
    const all = chosen(chanceOf(seed));
    // Two towns: while one bot starts, the other's story goes on.
    const half = Math.ceil(all.length / 2);
    const timed: Timed = { servingMs: [], settledMs: [] };
    const findings = await Promise.all(
      [all.slice(0, half), all.slice(half)].map((some, lane) => killed(t, { backend, some, lane, timed })),
    );
    report(t, {
      part: "F1",
      ...{ backend: backend.name, seed },
      figures: [
        atLeast("kills (of 80 on both)", sized(40, 8), timed.servingMs.length),
        atLeast("named points", sized(15, 5), new Set(all.filter((kill) => kill.afterMs === undefined)).size),
        count(
          "lost, doubled or untold (I1 to I8)",
          0,
          findings.reduce((sum, some) => sum + some, 0),
        ),
        within("killed, then serving, p50", 3_000, percentile(timed.servingMs, 0.5)),
        within("killed, then serving, longest", 3_000, percentile(timed.servingMs, 1)),
        within("serving, then reconciled, longest", 10_000, percentile(timed.settledMs, 1)),
      ],
    });
  });
}

interface Lane {
  readonly backend: Backend;
  readonly some: readonly Kill[];
  readonly lane: number;
  readonly timed: Timed;
}

/** One town, one record, one kill after the other. */
async function killed(t: TestContext, { backend, some, lane, timed }: Lane): Promise<number> {
  const record = await backend.open(t);
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const { databaseUrl } = record;
  const town = await startTown(t, { databaseUrl, slack: { clock: { ...systemClock, now } } });
  const nameOf = (index: number): string => `app-${lane}-${index}x`;
  for (const index of some.keys()) plant(town.cluster, nameOf(index));
  await released(town.cluster, nameOf(some.length - 1));
  const bot = new CrashingBot(town, now);
  t.after(() => bot.end());
  const recorder = new Recorder({ town, part: "F1", seed, backend: record, aheadMs: () => ahead, isSlackAhead: true });
  recorder.members(groups);
  await bot.start();
  recorder.bot("serving");
  for (const [index, kill] of some.entries()) {
    const scene = { town, bot, name: nameOf(index) };
    await arm(kill, scene);
    // Whoever waits for a card when the bot dies goes on below, and not a second time beside it.
    const dying = new AbortController();
    live(recorder, scene.name, { stop: dying.signal }).catch(() => undefined);
    await inTime(bot.gone(), `killed ${kill.name}`);
    dying.abort();
    recorder.bot("down");
    const began = performance.now();
    // Where a dead bot's claims live on, their end is leapt to; embedded they end with it.
    ahead += backend.leasesMs;
    recorder.clockMoved();
    await bot.start();
    recorder.bot("serving");
    timed.servingMs.push(performance.now() - began);
    const card = await lived(recorder, scene.name, `killed ${kill.name}, seed ${seed}`);
    assert.match(card.text, /is done and verified/, `killed ${kill.name}, seed ${seed}`);
    const settledMs = performance.now() - began;
    timed.settledMs.push(settledMs);
    if (settledMs > slowMs) t.diagnostic(`${Math.round(settledMs)} ms until reconciled: killed ${kill.name}`);
    await recorder.readHead();
  }
  const leap = (ms: number): void => {
    ahead += ms;
    recorder.clockMoved();
    bot.leap(ms);
  };
  leap(doubtedMs);
  const hand = setInterval(() => leap(breathMs), 250);
  await allSent(town).finally(() => clearInterval(hand));
  recorder.readCards();
  await bot.stop();
  return mustHold(await recorder.history());
}

/** A point that is never reached would otherwise be waited for forever. */
async function inTime(happens: Promise<void>, what: string): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not ${what} within 30 s, seed ${seed}`)), 30_000).unref();
  });
  await Promise.race([happens, late]);
}
