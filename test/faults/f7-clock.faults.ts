// F7, T30: the clock of the bot's machine jumps by minutes, hours and a day, either way: nothing is early, late or approved anew.
import assert from "node:assert/strict";
import { existsSync, globSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditRecord } from "../../src/core/audit.ts";
import { CrashingBot } from "../support/crashing-bot.ts";
import { clusterNames, startGrantingTown } from "../support/granting.ts";
import { plant, released } from "../support/story.ts";
import { ana, ben, chloe, finn, startTown, type Town, writesOf } from "../support/town.ts";
import { embeddedRecord as embedded } from "./history/backends.ts";
import { chanceOf, givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { atLeast, count, report, within } from "./history/report.ts";
import { cardOf, live, lived, says } from "./history/story.ts";

const seed = givenSeed();
const minute = 60;
const jumps = [10 * minute, -10 * minute, 60 * minute, -60 * minute, 1440 * minute, -1440 * minute] as const;
const groups = { "payments-leads": [ben, chloe], platform: [finn, ana] };

/** Debian's `faketime` puts it there; FAKETIME_LIBRARY names another place. */
function library(): string {
  const found = process.env.FAKETIME_LIBRARY ?? globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0];
  if (found !== undefined && existsSync(found)) return found;
  throw new Error("F7 needs libfaketime: apt-get install faketime, or set FAKETIME_LIBRARY to its libfaketimeMT.so.1");
}

interface Faked {
  readonly bot: CrashingBot;
  /** So many seconds from the truth, from now on. */
  setAhead(seconds: number): void;
}

function fakedBot(t: TestContext, town: Town, more: Readonly<Record<string, string>> = {}): Faked {
  const file = join(town.directory, "faketime");
  const setAhead = (seconds: number): void => {
    // Whole at any moment: it is read at each look at a clock.
    writeFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(`${file}.new`, file);
  };
  setAhead(0);
  const bot = new CrashingBot(town, Date.now, clusterNames, {
    BOT_CLOCK: "own",
    LD_PRELOAD: library(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    // What only ever goes on goes on: libfaketime's two names for it.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
    ...more,
  });
  t.after(() => bot.end());
  return { bot, setAhead };
}

const told = (town: Town, words: string): number =>
  town.slack.messages("#countersign-audit").filter(({ text }) => text.includes(words)).length;
const jumped = "machine's clock was set";
const rightAgain = "The clock is right again";

test("F7, T30: a jump between two votes starts nothing, expires nothing, opens nothing again, and is told", async (t) => {
  const town = await startTown(t);
  const { bot, setAhead } = fakedBot(t, town);
  const order = chanceOf(seed).shuffled(jumps);
  const names = order.map((_, index) => `clock-${index}x`);
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const recorder = new Recorder({ town, part: "F7", seed, backend: embedded });
  recorder.members(groups);
  await bot.start();
  recorder.bot("serving");
  let [early, late] = [0, 0];
  for (const [index, jump] of order.entries()) {
    const name = names[index] ?? "";
    await live(recorder, name, { voters: [ben] });
    const toldOf = async (words: string, aheadMs: number): Promise<void> => {
      const before = told(town, words);
      setAhead(aheadMs);
      await town.slack.waitUntil(() => (told(town, words) > before ? true : undefined), `${words} (${jump} s)`, 20_000);
    };
    await toldOf(jumped, jump);
    const before = writesOf(town.cluster).length;
    await live(recorder, name, { voters: [finn] });
    await says(town, name, /is approved/);
    await sleep(1_500);
    early += writesOf(town.cluster).length - before;
    assert.match(cardOf(town, name)?.text ?? "", /is approved/, "neither expired nor asked anew");
    const right = performance.now();
    // A clock that is set anew before it was seen to be right is one jump.
    const seen = toldOf(rightAgain, 0);
    assert.match((await lived(recorder, name, `a jump of ${jump} s, seed ${seed}`)).text, /is done and verified/);
    late = Math.max(late, performance.now() - right);
    await seen;
  }
  await bot.stop();
  const findings = await mustHold(await recorder.history());
  assert.equal(early, 0, "changes while the clock was wrong");
  report(t, {
    part: "F7",
    ...{ backend: embedded.name, seed },
    figures: [
      atLeast("jumps between votes", 6, order.length),
      count("changes while the clock was wrong", 0, early),
      count("findings", 0, findings),
      within("goes on once it is right, longest", 5_000, late),
    ],
  });
});

test("F7, T30: a process that starts with a clock before its own record opens no approval again", async (t) => {
  const town = await startTown(t);
  const { bot, setAhead } = fakedBot(t, town);
  plant(town.cluster, "again");
  await released(town.cluster, "again");
  const recorder = new Recorder({ town, part: "F7", seed, backend: embedded });
  recorder.members(groups);
  await bot.start();
  recorder.bot("serving");
  await live(recorder, "again", { voters: [ben] });
  bot.kill();
  await bot.gone();
  recorder.bot("down");
  setAhead(-1440 * minute);
  await bot.start();
  recorder.bot("serving");
  await live(recorder, "again", { voters: [finn] });
  await says(town, "again", /is approved/);
  await sleep(1_500);
  assert.equal(writesOf(town.cluster).length, 0, "nothing runs by a clock that lies before its own record");
  bot.kill();
  await bot.gone();
  setAhead(0);
  await bot.start();
  await lived(recorder, "again", `after a start in the past, seed ${seed}`);
  await bot.stop();
});

test("F7, R25, T30: access for a time ends when its time is over, however the bot's clock jumps meanwhile", async (t) => {
  const town = await startGrantingTown(t);
  const { bot, setAhead } = fakedBot(t, town);
  const order = chanceOf(seed + 1).shuffled(jumps);
  const recorder = new Recorder({ town, part: "F7", seed, backend: embedded });
  recorder.members(groups);
  await bot.start();
  recorder.bot("serving");
  const { slack } = town;
  await recorder.command(ana, "grant me read-logs on shop for 1m because the load fails");
  const card = await town.card(({ text }) => text.includes("waits to be countersigned"));
  for (const voter of [ben, chloe]) await recorder.vote(voter, card, "approve");
  const now = () => slack.messages(card.channel).find(({ ts }) => ts === card.ts)?.text ?? "";
  await slack.waitUntil(() => (/is done and verified/.test(now()) ? true : undefined), "the grant", 20_000);
  const activeAt = Date.now();
  const bindings = () =>
    town.cluster.objects
      .list("RoleBinding", "shop")
      .filter(({ metadata }) => metadata.name.startsWith("countersign-grant-"));
  let early = 0;
  for (const jump of order) {
    setAhead(jump);
    await sleep(3_000);
    early += bindings().length === 1 ? 0 : 1;
    setAhead(0);
    await sleep(1_200);
  }
  // The rest of the minute goes by with a clock that is a day behind.
  setAhead(-1440 * minute);
  while (bindings().length > 0 && Date.now() - activeAt < 120_000) await sleep(100);
  const goneAt = Date.now();
  setAhead(0);
  await sleep(2_000);
  await bot.stop();
  const history = await recorder.history();
  await mustHold(history);
  const active = history.log
    .map((line) => JSON.parse(line) as AuditRecord)
    .find(({ code }) => code === "grant.activated");
  const offMs = goneAt - Number(active?.details.until);
  assert.equal(early, 0, "ended before its time");
  assert.ok(bindings().length === 0, "it ended");
  report(t, {
    part: "F7",
    ...{ backend: embedded.name, seed },
    figures: [
      atLeast("jumps during a grant", 6, order.length),
      count("times that it was gone early", 0, early),
      within("its end against its time", 5_000, Math.abs(offMs)),
    ],
  });
});
