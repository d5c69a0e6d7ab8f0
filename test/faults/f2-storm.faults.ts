// F2: many requests, each voted on, denied, cancelled and clicked twice at the same moment: each runs once or not at all.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { replicaFile } from "../postgres/replicas.ts";
import { CrashingBot } from "../support/crashing-bot.ts";
import { plant, released } from "../support/story.ts";
import type { Town } from "../support/town.ts";
import { sharedBackends } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { castOf, crowdGroups, everyLane, lanes, peopleOf, startCrowdedTown } from "./history/crowd.ts";
import { allSent, quiet } from "./history/idle.ts";
import { keep, mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, atMost, count, percentile, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { cardOf, live, says } from "./history/story.ts";

const seed = givenSeed();
/** The storm is for bots that share a record; one alone is asked less. */
const manyOn = (replicas: number): number => sized(replicas > 1 ? 500 : 120, 24);
const batch = lanes * 10;

/** Each in a process of its own, all on one record; the first one makes the keys. */
async function startBots(t: TestContext, town: Town, replicas: number): Promise<readonly CrashingBot[]> {
  const env = { BOT_PACE: "none" };
  const bots: CrashingBot[] = [];
  for (let number = 1; number <= replicas; number += 1) {
    const configFile = number === 1 ? town.configFile : replicaFile(town, `data${number}`);
    const bot = new CrashingBot({ ...town, configFile }, Date.now, {}, env);
    t.after(() => bot.end());
    await bot.start(number);
    bots.push(bot);
  }
  return bots;
}

const mixes = ["approve", "approve", "deny", "cancel"] as const;

/** Four clicks at the same moment: two approvals, one of them twice, and a third vote, a denial or the asker's cancelling. */
async function race(
  recorder: Recorder,
  card: Message,
  of: { readonly lane: number; readonly chance: Chance },
): Promise<void> {
  const { asker, lead, second, admin } = peopleOf(of.lane);
  const mix = of.chance.pick(mixes);
  const forms = await Promise.all([
    recorder.form(lead, card, "approve"),
    recorder.form(admin, card, "approve"),
    recorder.form(second, card, mix === "deny" ? "deny" : "approve"),
  ]);
  const clicks = [
    () => forms[0](1),
    () => forms[1](2),
    mix === "cancel" ? () => recorder.cancel(asker, card) : () => forms[2](1),
  ];
  await Promise.all(of.chance.shuffled(clicks).map((click) => click()));
}

for (const backend of sharedBackends) {
  test(`F2, R19, R26, T29 on ${backend.name}: a storm of clicks, and each request runs exactly once or not at all`, async (t) => {
    const chance = chanceOf(seed);
    const requests = manyOn(backend.replicas);
    const record = await backend.open(t);
    const town = await startCrowdedTown(t, record);
    const recorder = new Recorder({ town, part: "F2", seed, backend: record });
    recorder.members(crowdGroups);
    const bots = await startBots(t, town, backend.replicas);
    recorder.bot("serving");
    let again = 0;
    for (let first = 0; first < requests; first += batch) {
      const names = Array.from({ length: Math.min(batch, requests - first) }, (_, index) => `s-${first + index}x`);
      for (const name of names) plant(town.cluster, name);
      await released(town.cluster, names.at(-1) ?? "");
      const cards = await asked(recorder, names);
      await Promise.all(
        everyLane.map(async (_, lane) => {
          for (const [index, card] of cards.entries())
            if (index % lanes === lane) await race(recorder, card, { lane, chance });
        }),
      );
      await quiet(town);
      again += await ended(recorder, names);
      recorder.collect();
    }
    await quiet(town);
    await allSent(town);
    recorder.readCards();
    await Promise.all(bots.map((bot) => bot.stop()));
    const history = await recorder.history();
    await mustHold(history);
    const ends = history.front.flatMap((event) => (event.kind === "shown" ? [event.end] : []));
    const done = ends.filter((end) => end === "done").length;
    const effects = history.cluster.filter((call) => call.done).length;
    assert.equal(effects, done, "as many effects as requests that are done");
    report(t, {
      part: "F2",
      ...{ backend: backend.name, seed },
      figures: [
        count("requests that ended as they say, once", requests, ends.length),
        count("effects, for requests that are done", done, effects),
        atMost("requests that people voted on again, as too little had counted", Math.ceil(requests / 10), again),
        atLeast("requests denied or cancelled in the race", 1, ends.length - done),
        within("a vote's answer, p50", 500, percentile(recorder.decidedMs, 0.5)),
        within("a vote's answer, p99", 500, percentile(recorder.decidedMs, 0.99)),
      ],
    });
  });
}

/** All asked at once. */
async function asked(recorder: Recorder, names: readonly string[]): Promise<readonly Message[]> {
  const { town } = recorder;
  // One command of a lane after another: a bot that is asked sixty things at once says that it is too much.
  await Promise.all(
    everyLane.map(async ({ asker }, lane) => {
      for (const [index, name] of names.entries())
        if (index % lanes === lane) await answered(recorder, asker, `restart shop/${name}`);
    }),
  );
  await quiet(town);
  return allSay(recorder, names, /waits to be/);
}

/** Each name's card, once it says so; a history of what stood there instead is kept. */
async function allSay(recorder: Recorder, names: readonly string[], words: RegExp): Promise<readonly Message[]> {
  const { town } = recorder;
  const cards = await Promise.allSettled(names.map((name) => says(town, name, words, 90_000)));
  const said = cards.flatMap((card) => (card.status === "fulfilled" ? [card.value] : []));
  if (said.length === names.length) return said;
  const still = names.filter((_, index) => cards[index]?.status === "rejected");
  const told = everyLane.flatMap(({ asker }) => town.slack.ephemerals(asker)).map(({ text }) => text);
  const lastOf = (name: string): string =>
    cardOf(town, name)?.text ?? told.findLast((text) => text.includes(name)) ?? "no card, and nothing told of it";
  const texts = still.map((name) => `${name}: ${lastOf(name)}`);
  const kept = keep(await recorder.unfinished());
  throw new Error(`seed ${seed}, no card of these says ${words.source}, kept in ${kept}: ${texts.join("; ")}`);
}

const end = /is done and verified|was denied|was cancelled|failed|must look|not confirmed|expired/;

/** People vote again where too little had counted, as Slack had told them; how many requests that were. */
async function ended(recorder: Recorder, names: readonly string[]): Promise<number> {
  const { town } = recorder;
  await allSent(town);
  const open = names.filter((name) => /waits to be/.test(cardOf(town, name)?.text ?? ""));
  for (const name of open) {
    const lane = names.indexOf(name) % lanes;
    await live(recorder, name, castOf(lane));
  }
  await allSay(recorder, names, end);
  return open.length;
}

/** Asked, and told what became of it; asked again where Slack itself says that it did not arrive, or cannot say, and nobody answers. */
async function answered(recorder: Recorder, who: string, words: string): Promise<void> {
  const { slack } = recorder.town;
  const before = slack.ephemerals(who).length;
  for (let tries = 1; tries <= 50; tries += 1) {
    const end = await recorder.command(who, words);
    const waitsMs = end === "ok" ? 30_000 : end === "unknown" ? 6_000 : 200;
    const answer = slack.waitUntil(() => slack.ephemerals(who)[before], `an answer to ${words}`, waitsMs);
    if ((await answer.catch(() => null)) !== null) return;
    if (end === "ok") break;
  }
  throw new Error(`nobody answered ${words}, seed ${seed}, kept in ${keep(await recorder.unfinished())}`);
}
