// A bot that stands still between its intent and its write, while the world goes on.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { systemClock } from "../../demo/slack/clock.ts";
import { CrashingBot } from "./crashing-bot.ts";
import { ask, idOf, plant, released, until, writesFor } from "./story.ts";
import { ben, finn, startTown, type Town } from "./town.ts";

export interface Standing {
  /** While the process stands still. */
  readonly meanwhile: (town: Town, name: string) => void | Promise<void>;
  readonly ends: string;
  /** Writes that took effect. */
  readonly writes: number;
}

export async function standStill(t: TestContext, { meanwhile, ends, writes }: Standing): Promise<void> {
  const name = "standing";
  const town = await startTown(t);
  plant(town.cluster, name);
  await released(town.cluster, name);
  const bot = new CrashingBot(town, systemClock.now);
  t.after(() => bot.end());
  await bot.start();
  const image = "registry.acme.example/shop/web:v2";
  const card = await ask(town, `set image shop/${name} ${name}=${image}`, name);
  await town.vote(ben, card, "approve");
  await bot.arm({ when: "after", word: "write.intended", times: 1, stands: true });
  await town.vote(finn, card, "approve");
  await bot.standing();
  await meanwhile(town, name);
  bot.signal("SIGCONT");
  await until(town, card, ends, 30_000);
  assert.equal(writesFor(town.cluster, idOf(card)).filter((entry) => entry.code < 300).length, writes);
  await bot.stop();
}
