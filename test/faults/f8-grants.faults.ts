// F8, T23: access for a time ends while the bot is dead, by the reaper; and without one, as soon as the bot is back.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_BOT } from "../../demo/cluster/seed/demo.ts";
import { DEMO_REAPER, signInRights } from "../../demo/cluster/seed/rights.ts";
import { startDemoReaper } from "../../demo/reaper.ts";
import { readConfig } from "../../src/cli/settings.ts";
import { silent } from "../store/samples.ts";
import { CrashingBot } from "../support/crashing-bot.ts";
import { clusterNames, startGrantingTown } from "../support/granting.ts";
import { ana, ben, chloe, finn, type Town } from "../support/town.ts";
import { embeddedRecord as embedded } from "./history/backends.ts";
import { givenSeed } from "./history/chance.ts";
import { mustHold } from "./history/keep.ts";
import { Recorder } from "./history/recorder.ts";
import { report, within } from "./history/report.ts";

const seed = givenSeed();
const lengthMs = 60_000;

interface Granted {
  readonly town: Town;
  readonly bot: CrashingBot;
  readonly recorder: Recorder;
  /** By the cluster's clock, which is this machine's. */
  readonly until: number;
}

const bindings = ({ cluster }: Town): number =>
  cluster.objects.list("RoleBinding", "shop").filter(({ metadata }) => metadata.name.startsWith("countersign-grant-"))
    .length;

/** Asked for, countersigned, active; then the bot is killed. */
async function grantedThenKilled(t: TestContext): Promise<Granted> {
  const town = await startGrantingTown(t);
  const bot = new CrashingBot(town, Date.now, clusterNames);
  t.after(() => bot.end());
  const recorder = new Recorder({ town, part: "F8", seed, backend: embedded });
  recorder.members({ "payments-leads": [ben, chloe], platform: [finn, ana] });
  await bot.start();
  recorder.bot("serving");
  await recorder.command(ana, "grant me read-logs on shop for 1m because the load fails");
  const card = await town.card(({ text }) => text.includes("waits to be countersigned"));
  for (const voter of [ben, chloe]) await recorder.vote(voter, card, "approve");
  const isDone = () =>
    town.slack
      .messages(card.channel)
      .find(({ ts }) => ts === card.ts)
      ?.text.includes("is done");
  await town.slack.waitUntil(() => (isDone() === true ? true : undefined), "the grant", 20_000);
  const until = Date.now() + lengthMs;
  bot.kill();
  await bot.gone();
  recorder.bot("down");
  assert.equal(bindings(town), 1);
  return { town, bot, recorder, until };
}

async function gone(town: Town, withinMs: number): Promise<number> {
  const began = performance.now();
  while (bindings(town) > 0 && performance.now() - began < withinMs) await sleep(50);
  assert.equal(bindings(town), 0, `access is still there after ${withinMs} ms`);
  return Date.now();
}

async function backAndWhole({ bot, recorder }: Granted): Promise<void> {
  await bot.start();
  recorder.bot("serving");
  await sleep(2_000);
  await bot.stop();
  await mustHold(await recorder.history());
}

test("F8: the bot dead for the whole time: the reaper ends it, or else the bot's next start does", {
  concurrency: true,
}, async (t) => {
  const byReaper = async (): Promise<number> => {
    const granted = await grantedThenKilled(t);
    const { town, until } = granted;
    const kubeconfig = join(town.directory, "reaper.kubeconfig");
    town.cluster.kubeconfig(DEMO_REAPER, kubeconfig);
    const { access } = readConfig(town.configFile);
    const rights = signInRights(DEMO_BOT, access);
    for (const object of rights) if (JSON.stringify(object).includes(DEMO_REAPER)) town.cluster.objects.put(object);
    const reaper = await startDemoReaper(kubeconfig, access.namespace, silent);
    t.after(() => reaper.stop());
    const goneAt = await gone(town, lengthMs + 60_000);
    assert.ok(goneAt > until - 10_000, "not before its time");
    await backAndWhole(granted);
    return goneAt - until;
  };
  const byStart = async (): Promise<number> => {
    const granted = await grantedThenKilled(t);
    const { town, bot, recorder, until } = granted;
    await sleep(Math.max(0, until + 2_000 - Date.now()));
    assert.equal(bindings(town), 1, "nobody else ended it");
    const began = performance.now();
    await bot.start();
    recorder.bot("serving");
    await gone(town, 60_000);
    const tookMs = performance.now() - began;
    await sleep(1_000);
    await bot.stop();
    await mustHold(await recorder.history());
    return tookMs;
  };
  const [reaper, start] = await Promise.allSettled([byReaper(), byStart()]);
  if (reaper.status === "rejected") throw reaper.reason;
  if (start.status === "rejected") throw start.reason;
  const [reaped, swept] = [reaper.value, start.value];
  report(t, {
    part: "F8",
    ...{ backend: embedded.name, seed },
    figures: [
      within("ended by the reaper after its time, the bot dead", 60_000, Math.max(0, reaped)),
      within("swept by the next start, the start included", 5_000, swept),
    ],
  });
});
