// What docs/operations.md says of a restored backup and of a new signing key: answers go on, changes wait for a person, nothing runs twice.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { checkpointsIn, verifierFrom } from "../../src/audit/files.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { storedLines } from "../../src/store/at-rest.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { ask, until } from "../support/story.ts";
import { ana, ben, finn, startTown, type Town, writesOf } from "../support/town.ts";

/** What the bot says to a change now. */
async function saysTo(town: Town, command: string): Promise<string> {
  const before = town.slack.ephemerals(ana).length;
  await town.slack.as(ana).command("#payments", "/ops", command);
  const answer = await town.slack.waitUntil(() => town.slack.ephemerals(ana)[before], `an answer to ${command}`);
  return answer.text + JSON.stringify(answer.blocks);
}

/** As a person who has found out why: the line that the refusal names, into the file that it names. */
function accept(town: Town, refusal: string): void {
  const line = /accept [0-9a-f]{12}/.exec(refusal)?.[0];
  assert.ok(line, refusal);
  writeFileSync(join(town.directory, "data", "accept-log"), `${line}\n`);
}

async function accepted(town: Town, clock: JumpClock): Promise<void> {
  const hand = setInterval(() => clock.jump(5_000), 50);
  const isDone = () => readdirSync(join(town.directory, "data")).includes("accept-log.done");
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(hand);
}

test("a restored backup changes nothing until a person accepts it, and what ran after it does not run again", async (t) => {
  const clock = new JumpClock();
  const town = await startTown(t);
  const data = join(town.directory, "data");
  const backup = join(town.directory, "backup");
  await town.startBot({ clock });
  const card = await ask(town, "rollback checkout because it crashes", "checkout");
  await town.vote(ben, card, "approve");
  await town.stopBot();
  cpSync(data, backup, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  await town.startBot({ clock });
  await town.vote(finn, card, "approve");
  await until(town, card, "is done and verified");
  assert.equal(writesOf(town.cluster).length, 1);
  await town.stopBot();
  rmSync(data, { recursive: true });
  renameSync(backup, data);

  await town.startBot({ clock });
  const refusal = await saysTo(town, "restart checkout because it hangs");
  assert.match(
    refusal,
    /Nothing is changed now: a checkpoint outside vouches for \d+ records, and the log holds fewer/,
  );
  assert.match(await saysTo(town, "status checkout"), /checkout/, "who asks is answered");
  accept(town, refusal);
  await accepted(town, clock);
  const standing = town.slack.messages(card.channel).find((one) => one.ts === card.ts) as Message;
  await town.vote(finn, standing, "approve").catch(() => undefined);
  const next = await ask(town, "restart checkout because it is to be seen that changes go on", "checkout");
  await town.vote(ben, next, "approve");
  await town.stopBot();
  const rollbacks = writesOf(town.cluster).filter(({ path }) => path.endsWith("/deployments/checkout"));
  assert.ok(rollbacks.length <= 2, "the restart may have run, the rollback has not run again");
  const records = await town.records();
  assert.equal(records.filter(({ code }) => code === "write.done").length, rollbacks.length - 1);
  assert.ok(records.some(({ code, details }) => code === "setting.changed" && details.setting === "audit-log"));
});

test("a new signing key signs the whole log once a person has accepted it; the old checkpoints stay with the old key", async (t) => {
  const clock = new JumpClock();
  const town = await startTown(t);
  const keys = join(town.directory, "data", "keys");
  const old = join(town.directory, "old-key");
  await town.startBot({ clock });
  await ask(town, "rollback checkout because it crashes", "checkout");
  await town.stopBot();
  mkdirSync(old);
  for (const name of ["audit.pem", "audit.vkey"]) renameSync(join(keys, name), join(old, name));

  await town.startBot({ clock });
  const refusal = await saysTo(town, "restart checkout because it hangs");
  assert.match(refusal, /the log was signed with the key .* and this one is/);
  accept(town, refusal);
  await accepted(town, clock);
  await ask(town, "restart checkout because changes go on", "checkout");
  await town.stopBot();

  const checkpoints = join(town.directory, "checkpoints");
  const aside = readdirSync(checkpoints).find((name) => name.startsWith("abandoned-")) ?? "";
  const verdictBy = async (vkey: string, directory: string) => {
    const verifier = await verifierFrom(vkey);
    assert.ok(verifier);
    const lines = storedLines(join(town.directory, "data"));
    return verifyLog({ lines, checkpoints: await checkpointsIn(directory), verifier });
  };
  assert.equal((await verdictBy(join(keys, "audit.vkey"), checkpoints)).ok, true);
  assert.equal((await verdictBy(join(old, "audit.vkey"), join(checkpoints, aside))).ok, true);
  assert.equal((await verdictBy(join(old, "audit.vkey"), checkpoints)).ok, false);
});
