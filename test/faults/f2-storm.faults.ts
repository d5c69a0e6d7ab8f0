// F2: many requests, each voted on, denied, cancelled and clicked twice at the same moment: each runs once or not at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { defaultUsers, person } from "../../demo/slack/seed.ts";
import type { Bot } from "../../src/main.ts";
import { startReplica } from "../postgres/replicas.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, plant, released } from "../support/story.ts";
import { startTown, type Town } from "../support/town.ts";
import { type OpenedRecord, sharedBackends } from "./history/backends.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { quiet } from "./history/idle.ts";
import { keep, mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, percentile, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { cardOf, says } from "./history/story.ts";

const seed = givenSeed();
/** The storm is for bots that share a record; one alone is asked less. */
const manyOn = (replicas: number): number => sized(replicas > 1 ? 500 : 120, 24);
/** People of a lane vote on one request at a time: Slack shows a person one form. */
const lanes = 6;
const batch = lanes * 10;

const peopleOf = (lane: number) => ({
  asker: `U0ASK000${lane}`,
  lead: `U0LEAD00${lane}`,
  second: `U0SECND0${lane}`,
  admin: `U0ADMIN0${lane}`,
});
const everyLane = Array.from({ length: lanes }, (_, lane) => peopleOf(lane));
const crowd = everyLane.flatMap((of) => Object.values(of));

const withCrowd = (text: string): string =>
  `${text.replace("members: [", `members: [${crowd.join(", ")}, `)}limits:\n  votesPerMinute: 1000\n  commandsPerMinute: 1000\n`;

async function arrive(t: Parameters<typeof startTown>[0], { databaseUrl }: OpenedRecord): Promise<Town> {
  const users = [
    ...defaultUsers,
    ...crowd.map((id) => person({ id, name: id.toLowerCase(), realName: id, title: "" })),
  ];
  const town = await startTown(t, { slack: { users }, config: withCrowd, databaseUrl });
  for (const name of ["#payments", "#platform-approvals"]) {
    const members = town.slack.channel(name)?.members ?? [];
    town.slack.setChannel(name, { members: [...members, ...crowd] });
  }
  town.slack.setUsergroup("S0PAYLEAD", { users: everyLane.flatMap(({ lead, second }) => [lead, second]) });
  town.slack.setUsergroup("S0PLATFRM", { users: everyLane.map(({ admin }) => admin) });
  return town;
}

/** The bots beside the first, on its record. */
async function othersOf(
  town: Town,
  { replicas, clock }: { replicas: number; clock: JumpClock },
): Promise<readonly Bot[]> {
  const names = Array.from({ length: replicas - 1 }, (_, index) => `data${index + 2}`);
  const started = names.map((name) => startReplica(town, town.databaseUrl ?? "", name, { clock }));
  return (await Promise.all(started)).map(({ bot }) => bot);
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
    const town = await arrive(t, record);
    const clock = new JumpClock();
    const ahead = () => clock.now() - Date.now();
    const recorder = new Recorder({ town, part: "F2", seed, backend: record, aheadMs: ahead });
    recorder.members({
      "payments-leads": everyLane.flatMap(({ lead, second }) => [lead, second]),
      platform: everyLane.map(({ admin }) => admin),
    });
    // Bots that share a record hold offices by leases of some seconds: small leaps leave these alive.
    const breathe = (): void => {
      clock.jump(backend.replicas === 1 ? breathMs : 2_500);
      recorder.clockMoved();
    };
    await town.startBot({ clock });
    const others = await othersOf(town, { replicas: backend.replicas, clock });
    t.after(() => Promise.all(others.map((bot) => bot.stop())));
    await town.slack.waitForConnections(backend.replicas);
    recorder.bot("serving");
    for (let first = 0; first < requests; first += batch) {
      const names = Array.from({ length: Math.min(batch, requests - first) }, (_, index) => `s-${first + index}x`);
      for (const name of names) plant(town.cluster, name);
      await released(town.cluster, names.at(-1) ?? "");
      const cards = await asked(recorder, names, breathe);
      await Promise.all(
        everyLane.map(async (_, lane) => {
          for (const [index, card] of cards.entries())
            if (index % lanes === lane) await race(recorder, card, { lane, chance });
        }),
      );
      await quiet(town);
      await shown(recorder, names, breathe);
      recorder.collect();
    }
    await quiet(town);
    await Promise.all([town.stopBot(), ...others.map((bot) => bot.stop())]);
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
        atLeast("requests denied or cancelled in the race", 1, ends.length - done),
        within("a vote's answer, p50", 500, percentile(recorder.decidedMs, 0.5)),
        within("a vote's answer, p99", 500, percentile(recorder.decidedMs, 0.99)),
      ],
    });
  });
}

/** All asked at once. The clock leaps only when that is done: it would leap over the deadlines of whatever is under way. */
async function asked(recorder: Recorder, names: readonly string[], breathe: () => void): Promise<readonly Message[]> {
  const { town } = recorder;
  // One command of a lane after another: a bot that is asked sixty things at once says that it is too much.
  await Promise.all(
    everyLane.map(async ({ asker }, lane) => {
      for (const [index, name] of names.entries())
        if (index % lanes === lane) await answered(recorder, asker, `restart shop/${name}`);
    }),
  );
  await quiet(town);
  return breathing(breathe, () => Promise.all(names.map((name) => says(town, name, /waits to be/, 90_000))));
}

async function shown(recorder: Recorder, names: readonly string[], breathe: () => void): Promise<void> {
  const { town } = recorder;
  const end = /is done and verified|was denied|was cancelled|failed|must look|not confirmed|expired/;
  const all = () => Promise.all(names.map((name) => says(town, name, end, 90_000)));
  await breathing(breathe, all).catch((error: unknown) => {
    const open = names.map((name) => cardOf(town, name)?.text ?? name).filter((text) => !end.test(text));
    throw new Error(`seed ${seed}, kept in ${keep(recorder.unfinished())}: ${open.join("; ")}`, { cause: error });
  });
}

/** Asked, and told what became of it. */
async function answered(recorder: Recorder, who: string, words: string): Promise<void> {
  const { slack } = recorder.town;
  const before = slack.ephemerals(who).length;
  await recorder.command(who, words);
  await slack.waitUntil(() => slack.ephemerals(who)[before], `an answer to ${words}`, 30_000);
}

async function breathing<T>(breathe: () => void, happens: () => Promise<T>): Promise<T> {
  const hand = setInterval(breathe, 100);
  return happens().finally(() => clearInterval(hand));
}
