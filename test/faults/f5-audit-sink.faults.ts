// F5, B1: every way in which the disk of the record can fail: nothing is changed meanwhile, people are told, and it goes on by itself.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CrashingBot } from "../support/crashing-bot.ts";
import { type DiskFault, diskFaults } from "../support/failing-sqlite.ts";
import { plant, released } from "../support/story.ts";
import { ana, ben, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";
import { embeddedRecord as embedded } from "./history/backends.ts";
import { givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { count, report, within } from "./history/report.ts";
import { cardOf, live, lived, says } from "./history/story.ts";

const seed = givenSeed();
const toldWithinMs = 3_000;
/** What decides; a busy machine is not a silent bot. */
const patienceMs = 20_000;
const names = Object.keys(diskFaults) as readonly DiskFault[];

interface Here {
  readonly town: Town;
  readonly recorder: Recorder;
  readonly switchFile: string;
}

async function arrive(t: TestContext): Promise<Here & { readonly stop: () => Promise<void> }> {
  const town = await startTown(t);
  for (const name of names) for (const when of ["ask", "run"]) plant(town.cluster, `${when}-${name.toLowerCase()}`);
  await released(town.cluster, `run-${names.at(-1)?.toLowerCase()}`);
  const switchFile = join(town.directory, "disk");
  const preload = new URL("../support/failing-sqlite.ts", import.meta.url).href;
  const bot = new CrashingBot(town, Date.now, {}, { FAULT_DISK: switchFile, NODE_OPTIONS: `--import=${preload}` });
  t.after(() => bot.end());
  await bot.start();
  const recorder = new Recorder({ town, part: "F5", seed, backend: embedded });
  recorder.members({ "payments-leads": [ben], platform: [finn, ana] });
  recorder.bot("serving");
  return { town, recorder, switchFile, stop: () => bot.stop() };
}

/** Asks something and gives how long the answer took, and the answer. */
async function answered(recorder: Recorder, words: string): Promise<{ readonly ms: number; readonly text: string }> {
  const { slack } = recorder.town;
  const before = slack.ephemerals(eve).length;
  const began = performance.now();
  await recorder.command(eve, words, "#general");
  const told = await slack.waitUntil(() => slack.ephemerals(eve)[before], `an answer to ${words}`, patienceMs);
  return { ms: performance.now() - began, text: told.text + JSON.stringify(told.blocks) };
}

const cannot = /store can't be written/;

test("F5, B1: the sink fails in every way: 0 mutating calls, told in time, recovered without a restart", async (t) => {
  const { town, recorder, switchFile, stop } = await arrive(t);
  const toldMs: number[] = [];
  const recoveredMs: number[] = [];
  let during = 0;
  for (const fault of names) {
    const [asks, runs] = [`ask-${fault.toLowerCase()}`, `run-${fault.toLowerCase()}`];
    await t.test(fault, async () => {
      await live(recorder, runs, { voters: [ben] });
      await says(town, runs, /waits to be/);
      const before = writesOf(town.cluster).length;
      writeFileSync(switchFile, fault);
      // The deciding vote and a new request meet the broken disk together.
      const card = cardOf(town, runs);
      assert.ok(card !== undefined);
      const voting = recorder.vote(finn, card, "approve");
      const told = await answered(recorder, `restart shop/${asks}`);
      assert.match(told.text, cannot);
      toldMs.push(told.ms);
      assert.notEqual(await voting, "ok", "a vote that was not recorded was not taken");
      await sleep(300);
      during += writesOf(town.cluster).length - before;
      assert.equal(cardOf(town, asks), undefined);
      rmSync(switchFile);
      const mended = performance.now();
      while (cannot.test((await answered(recorder, "freezes")).text)) await sleep(50);
      while (cannot.test((await answered(recorder, "restart shop/no-such-thing")).text)) await sleep(50);
      recoveredMs.push(performance.now() - mended);
      assert.match((await lived(recorder, runs, `after ${fault}`)).text, /is done and verified/);
    });
  }
  await stop();
  await mustHold(await recorder.history());
  assert.equal(during, 0, "mutating calls while the sink was down");
  report(t, {
    part: "F5",
    ...{ backend: embedded.name, seed },
    figures: [
      count("ways to fail", names.length, toldMs.length),
      count("mutating calls while the sink was down", 0, during),
      within("the person is told, longest", toldWithinMs, Math.max(...toldMs)),
      within("works again by itself, longest", 5_000, Math.max(...recoveredMs)),
    ],
  });
});
