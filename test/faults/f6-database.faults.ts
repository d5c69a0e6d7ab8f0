// F6: PostgreSQL dies in the middle of work and comes back, or a standby takes over: with all that was acknowledged, or without.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { checkpointsIn, verifierFrom } from "../../src/audit/files.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { sql } from "../postgres/fresh.ts";
import { demandStandby } from "../postgres/standby.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { breathMs, plant, released } from "../support/story.ts";
import { type Town, writesOf } from "../support/town.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { castOf, crowdGroups, peopleOf, startCrowdedTown } from "./history/crowd.ts";
import { type FailingDatabase, startFailingDatabase } from "./history/failing-database.ts";
import { allSent } from "./history/idle.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, report, within } from "./history/report.ts";
import { sized } from "./history/size.ts";
import { lived } from "./history/story.ts";

const seed = givenSeed();
/** Stories that are under way when it happens. */
const atOnce = 3;

interface Scene {
  readonly database: FailingDatabase;
  readonly town: Town;
  readonly recorder: Recorder;
  readonly chance: Chance;
  /** Slack's pace is refilled, and what a dead connection held is over. */
  breathe(): void;
}

async function scene(t: TestContext, name: string): Promise<Scene> {
  const database = await startFailingDatabase(t, name);
  const town = await startCrowdedTown(t, database.record);
  const clock = new JumpClock();
  const aheadMs = () => clock.now() - Date.now();
  const recorder = new Recorder({ town, part: "F6", seed, backend: database.record, aheadMs });
  recorder.members(crowdGroups);
  await town.startBot({ clock });
  recorder.bot("serving");
  const breathe = (): void => {
    clock.jump(breathMs);
    recorder.clockMoved();
  };
  return { database, town, recorder, chance: chanceOf(seed), breathe };
}

interface Asking {
  readonly slack: Town["slack"];
  readonly recorder: Recorder;
}

/** What is said to somebody who asks for a change, once it is a refusal to change anything. */
async function refusedWith({ slack, recorder }: Asking, words: RegExp): Promise<string> {
  const { asker } = peopleOf(0);
  for (let tries = 0; tries < 40; tries += 1) {
    const before = slack.ephemerals(asker).length;
    await recorder.command(asker, "restart shop/after");
    const answer = () => slack.ephemerals(asker)[before];
    const said = JSON.stringify(await slack.waitUntil(answer, "an answer", 20_000));
    if (words.test(said)) return said;
    await sleep(100);
  }
  throw new Error(`nobody was told ${words.source}, seed ${seed}`);
}

/** Stories are begun, it happens at some moment of theirs, and each comes to its end; how long that took from then. */
async function amid(
  { town, recorder, chance, breathe }: Scene,
  names: readonly string[],
  happens: () => Promise<void>,
) {
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  let over = 0;
  const happened = sleep(chance.int(1_500))
    .then(happens)
    .then(() => {
      over = performance.now();
    });
  const cards = await Promise.all(names.map((name, lane) => lived(recorder, name, `seed ${seed}`, castOf(lane))));
  await happened;
  for (const card of cards) assert.match(card.text, /is done and verified/);
  await recorder.readHead();
  breathe();
  return performance.now() - over;
}

/** Every message goes out, and what the cards say then is held to the record. */
async function shownAll({ town, recorder, breathe }: Scene): Promise<void> {
  const hand = setInterval(breathe, 250);
  await allSent(town).finally(() => clearInterval(hand));
  recorder.readCards();
}

const namesOf = (round: number): readonly string[] =>
  Array.from({ length: atOnce }, (_, index) => `db-${round}-${index}x`);

test("F6, B1, R26: PostgreSQL is killed in the middle of work and comes back: all ends, once, and nothing is lost", async (t) => {
  const here = await scene(t, "postgres, restarted");
  const rounds = sized(8, 2);
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    tookMs.push(await amid(here, namesOf(round), () => here.database.restart(here.chance.int(1_500))));
  await shownAll(here);
  await here.town.stopBot();
  const findings = await mustHold(await here.recorder.history());
  report(t, {
    ...{ part: "F6", backend: here.database.record.name, seed },
    figures: [
      atLeast("restarts of the database", rounds, tookMs.length),
      count("lost, doubled or untold (I1 to I8)", 0, findings),
      within("there again, then all that was under way ended, longest", 30_000, Math.max(...tookMs)),
    ],
  });
});

test("F6, B1, R26: a synchronous standby takes over in the middle of work: nothing that was acknowledged is lost", async (t) => {
  const here = await scene(t, "postgres, synchronous standby");
  const rounds = sized(4, 1);
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const standby = await here.database.newStandby();
    await demandStandby(here.database.server());
    tookMs.push(await amid(here, namesOf(round), () => here.database.failOver(standby)));
  }
  await shownAll(here);
  await here.town.stopBot();
  const findings = await mustHold(await here.recorder.history());
  report(t, {
    ...{ part: "F6", backend: here.database.record.name, seed },
    figures: [
      atLeast("failovers", rounds, tookMs.length),
      count("lost, doubled or untold (I1 to I8)", 0, findings),
      within("taken over, then all that was under way ended, longest", 30_000, Math.max(...tookMs)),
    ],
  });
});

test("F6, R33: a standby without the last records takes over: nothing is changed until a person accepts the loss", async (t) => {
  const here = await scene(t, "postgres, asynchronous standby");
  const { database, town, recorder, breathe } = here;
  const { slack, cluster, directory } = town;
  const nothing = async (): Promise<void> => undefined;
  await amid(here, ["kept"], nothing);
  const standby = await database.newStandby();
  const [kept] = await sql(standby.url, "SELECT size FROM audit_head");
  await standby.kill();
  await amid(here, ["lost"], nothing);
  plant(cluster, "after");
  await released(cluster, "after");
  recorder.lost(Number(kept?.size));
  await database.failOver(standby, "killed");
  const began = performance.now();
  await refusedWith({ slack, recorder }, /Nothing is changed now: .*took records away/);
  const noticedMs = performance.now() - began;
  const before = writesOf(cluster).length;
  for (let breath = 0; breath < 8; breath += 1) {
    breathe();
    await refusedWith({ slack, recorder }, /Nothing is changed now/);
  }
  assert.equal(writesOf(cluster).length, before, "nothing was changed meanwhile");
  const now = await refusedWith({ slack, recorder }, /accept [0-9a-f]{12}/);
  writeFileSync(join(directory, "data", "accept-log"), /accept [0-9a-f]{12}/.exec(now)?.[0] ?? "");
  for (let breath = 0; breath < 8; breath += 1) breathe();
  await amid(here, ["after"], nothing);
  await shownAll(here);
  await town.stopBot();
  const history = await recorder.history();
  const findings = await mustHold(history);
  const writes = (name: string): number => history.cluster.filter(({ path }) => path.endsWith(`/${name}`)).length;
  assert.deepEqual(["kept", "lost", "after"].map(writes), [1, 1, 1]);
  const checkpoints = await checkpointsIn(join(directory, "checkpoints"));
  const verifier = await verifierFrom(history.key);
  assert.ok(verifier !== null);
  const verdict = await verifyLog({ lines: history.log, checkpoints, verifier });
  assert.ok(verdict.ok, verdict.says);
  report(t, {
    ...{ part: "F6", backend: database.record.name, seed },
    figures: [
      count("lost beyond what a person accepted, doubled or untold (I1 to I8)", 0, findings),
      within("taken over, then refused to change anything", 5_000, noticedMs),
    ],
  });
});
