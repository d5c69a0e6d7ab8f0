// R27, R28: one target, several requests; and results that are only called done when they were read back.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import {
  ask,
  breathMs,
  faultOnce,
  hurried,
  idOf,
  isWriteTo,
  plant,
  released,
  shop,
  until,
  writesFor,
} from "../support/story.ts";
import { ben, finn, startTown } from "../support/town.ts";

const broken = "registry.acme.example/shop/checkout:v2.42.0";

test("R27, R28: a second request waits for the holder by name; a rollback ends the watching; a stuck rollout is not done", async (t) => {
  const town = await startTown(t);
  for (const name of ["locked", "watched", "stuck", "endless"]) plant(town.cluster, name);
  await released(town.cluster, "endless");
  const clock = new JumpClock();
  await town.startBot({ clock });
  const approved = async (command: string, name: string): Promise<Message> => {
    clock.jump(breathMs);
    const card = await ask(town, command, name);
    await town.vote(ben, card, "approve");
    await town.vote(finn, card, "approve");
    return card;
  };
  await t.test("R27: it waits, its card names who holds the target, and then it runs", async () => {
    faultOnce(town.cluster, isWriteTo("locked"), { slowMs: 1_200 });
    const first = await approved("restart shop/locked", "locked");
    const second = await ask(town, "scale shop/locked 2", "locked");
    await town.vote(ben, second, "approve");
    await town.vote(finn, second, "approve");
    await until(town, second, `Waiting for ${idOf(first)}, which holds the target`);
    assert.equal(writesFor(town.cluster, idOf(second)).length, 0);
    await until(town, first, "is done and verified");
    await until(town, second, "is done and verified");
  });
  await t.test("R27: a rollback supersedes a rollout that is still watched", async () => {
    const release = await approved(`set image shop/watched watched=${broken}`, "watched");
    await until(town, release, "carried out and being checked");
    const back = await approved("rollback shop/watched", "watched");
    await until(town, release, `Superseded by ${idOf(back)}`);
    await until(town, back, "is done and verified");
  });
  await t.test("R28: a rollout over its progress deadline has failed", async () => {
    town.cluster.objects.edit(shop("stuck"), { spec: { progressDeadlineSeconds: 1 } });
    const card = await approved(`set image shop/stuck stuck=${broken}`, "stuck");
    const end = await until(town, card, / failed/);
    assert.match(JSON.stringify(end.blocks), /progress deadline/i);
  });
  await t.test("R28: a rollout that never ends is not confirmed", async () => {
    const card = await approved(`set image shop/endless endless=${broken}`, "endless");
    await until(town, card, "carried out and being checked");
    clock.jump(20 * 60_000);
    await hurried(clock, until(town, card, "its result is not confirmed"));
  });
});
