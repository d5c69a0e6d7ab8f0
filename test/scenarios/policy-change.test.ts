// A changed policy: the file only offers it, the policy before it decides who countersigns it, and requests under way satisfy both.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import { digestOf } from "../../src/core/digest.ts";
import { isJsonObject } from "../../src/core/json.ts";
import type { People } from "../../src/core/ports/people.ts";
import { openStore } from "../../src/store/open.ts";
import { runCli } from "../cli/capture.ts";
import { fastClock } from "../support/fast-clock.ts";
import { until } from "../support/story.ts";
import { ask, cardSays, idOf, tell } from "../support/talk.ts";
import { ana, ben, chloe, dev, eve, finn, startTown, type Town, writesOf } from "../support/town.ts";

const twoOfTwo = "        count: 2\n        from: [payments-leads, platform]";

function change(town: Town, from: string, to: string): void {
  const text = readFileSync(town.configFile, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(town.configFile, text.replace(from, to));
}

async function policyEvents(town: Town): Promise<readonly string[]> {
  const records = await town.records();
  return records
    .filter(({ code }) => code.startsWith("policy."))
    .map(({ code, details }) => `${code} ${details.by ?? ""}`.trim());
}

test("R31, T31: a weaker policy in the file rules only once it is countersigned under the one before it", async (t) => {
  const town = await startTown(t);
  const bot = await town.startBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  await bot.reload();
  assert.match(await tell(town, ana, "policy"), /holds another one.*Type|policy apply because/s);

  const before = await ask(town, ana, "scale shop/payments 5");
  await town.vote(ben, before, "approve");
  await until(town, before, "Still needed: 1 of");

  const card = await ask(town, ana, "policy apply because one is enough for us");
  const says = await cardSays(town, card, /waits/);
  assert.match(says, /policy-change/);
  assert.match(says, /-\s+count: 2/);
  assert.match(says, /\+\s+count: 1/);
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await cardSays(town, card, /is done and verified/);
  assert.match(await tell(town, ana, "policy"), /holds this same policy/);

  await town.vote(chloe, before, "approve");
  await cardSays(town, before, /is done and verified/);
  const after = await ask(town, ana, "scale shop/payments 4");
  await town.vote(ben, after, "approve");
  await cardSays(town, after, /is done and verified/);
  await town.stopBot();
  assert.deepEqual(await policyEvents(town), [
    "policy.loaded the first start",
    "policy.offered",
    `policy.loaded ${idOf(card)}`,
  ]);
});

test("T31: a request under way that one person approved still needs two when the policy has become stricter", async (t) => {
  const town = await startTown(t, {
    config: (text) => text.replace(twoOfTwo, twoOfTwo.replace("count: 2", "count: 1")),
  });
  const bot = await town.startBot();
  await tell(town, ana, "halt because we change the rules");
  const general = town.slack.channel("#general")?.id ?? "";
  const halted = () => town.slack.messages(general).find((one) => /is done and verified: Halt all/.test(one.text));
  await town.slack.waitUntil(halted, "the halt", 60_000);
  const waiting = await ask(town, ana, "scale shop/payments 5");
  await town.vote(ben, waiting, "approve");
  change(town, twoOfTwo.replace("count: 2", "count: 1"), twoOfTwo);
  await bot.reload();
  const card = await ask(town, ana, "policy apply because two are better");
  await town.vote(ben, card, "approve");
  await cardSays(town, card, /is done and verified/);
  const unhalt = await ask(town, ana, "unhalt because the rules are in force");
  await town.vote(ben, unhalt, "approve");
  await town.vote(finn, unhalt, "approve");
  await cardSays(town, unhalt, /is done and verified/);
  await until(town, waiting, "Still needed: 1 of");
  await town.vote(finn, waiting, "approve");
  await cardSays(town, waiting, /is done and verified/);
});

test("R31: after a restart the last accepted policy rules, whatever the file holds", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  await town.stopBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  await town.startBot();
  const card = await ask(town, ana, "scale shop/payments 5");
  await town.vote(ben, card, "approve");
  await until(town, card, "Still needed: 1 of");
  await town.stopBot();
  assert.deepEqual(await policyEvents(town), ["policy.loaded the first start", "policy.offered"]);
});

test("a wrong file is refused whole, with its line, and the policy in force goes on", async (t) => {
  const town = await startTown(t);
  const bot = await town.startBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 0"));
  await bot.reload();
  const said = await tell(town, ana, "policy apply because I can't count");
  assert.match(said, /countersign\.yaml:\d+: policy\.rules\[\d\]\.approvals/);
  assert.match(said, /the policy in force goes on/);
  await town.stopBot();
  assert.deepEqual(await policyEvents(town), ["policy.loaded the first start"]);
});

test("T31: no rule lets one person change the policy alone", async (t) => {
  const alone = "    - name: no-namespace-deletes";
  const town = await startTown(t, {
    config: (text) =>
      text.replace(
        alone,
        `    - name: my-policy\n      when: { verbs: policy apply, groups: security }\n      allow: true\n      replaces: two-people\n${alone}`,
      ),
  });
  await town.startBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  assert.match(await tell(town, eve, "policy apply because I own it"), /never done on one person's word/);
});

test("R31, T31: what was decided under a policy that ends before the claim is decided again under the next one", async (t) => {
  const town = await startTown(t);
  let looks = 0;
  const [held, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isArmed = false;
  const knownOf = (people: People): People => ({
    ...people,
    // Whose request it is is looked up when it is acted for, when it is decided again, and within its claim.
    async person(userId) {
      if (isArmed && userId === dev && ++looks === 3) {
        held.resolve();
        await goOn.promise;
      }
      return people.person(userId);
    },
  });
  const bot = await town.startBot({ knownOf, clock: fastClock(4) });
  const scaling = await ask(town, dev, "scale shop/payments 5");
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 3"));
  await bot.reload();
  const stricter = await ask(town, ana, "policy apply because two are too few");
  await town.vote(ben, stricter, "approve");
  await town.vote(ben, scaling, "approve");
  isArmed = true;
  await town.vote(chloe, scaling, "approve");
  await held.promise;
  isArmed = false;
  await town.vote(finn, stricter, "approve");
  await cardSays(town, stricter, /is done and verified/);
  goOn.resolve();
  const told = `${idOf(scaling)} did not start: still needed is 1 of`;
  await town.slack.waitForMessage((message) => message.text.includes(told), 60_000);
  assert.deepEqual(writesOf(town.cluster), [], "nothing was written on the word of two");
  await cardSays(town, scaling, /waits to be countersigned/);
  await town.vote(finn, scaling, "approve");
  await cardSays(town, scaling, /is done and verified/);
});

test("T31: a policy that an earlier version accepted can be changed, though this version reads it to another digest", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  await town.stopBot();
  await acceptedByAnEarlierVersion(town);
  await town.startBot({ clock: fastClock(4) });
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 3"));
  const card = await ask(town, ana, "policy apply because two are too few");
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await cardSays(town, card, /is done and verified/);
});

async function acceptedByAnEarlierVersion(town: Town): Promise<void> {
  const directory = join(town.directory, "data");
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const store = await openStore({ directory, clock: systemClock, random: randomBytes, log, seal: sealRecord });
  const stored = await store.settings.get("policy");
  assert.ok(isJsonObject(stored));
  await store.transact((tx) => tx.settings.set("policy", { ...stored, digest: digestOf("of an earlier version") }));
  await store.close();
}

test("replay shows which recorded requests another policy would have decided otherwise", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  const card = await ask(town, ana, "scale shop/payments 5");
  assert.match(await tell(town, ana, "delete namespace/shop"), /Namespaces are not deleted/);
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  const running = await runCli(["policy", "replay", town.configFile, "--since", "1h"]);
  await town.stopBot();
  const atRest = await runCli(["policy", "replay", town.configFile]);
  for (const { code, out } of [running, atRest]) {
    assert.equal(code, 0);
    assert.match(out, /2 recorded requests of the last (1h|30d).*: 1 would have differed, 1 of them with less/);
    assert.match(
      out,
      new RegExp(`weaker {3}.* ${idOf(card)} scale .*needs 2 of payments-leads or platform → needs 1 of`, "s"),
    );
  }
  const wrong = await runCli(["policy", "replay", town.configFile, "--since", "a while"]);
  assert.deepEqual([wrong.code, /“a while” is not a duration/.test(wrong.err)], [2, true]);
});

test("R10: who asks for a changed policy does not countersign it, and who is in no group of its rule does not either", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  const card = await ask(town, ben, "policy apply because one is enough");
  for (const user of [ben, dev]) {
    await town.press(user, card, "open-approve");
    await town.slack.waitForModal(user);
  }
  await cardSays(town, card, /waits/);
  await town.stopBot();
  const refused = (await town.records()).filter(({ code }) => code === "vote.refused");
  assert.deepEqual(
    refused.map(({ details }) => details.refusal),
    ["own-request", "not-eligible"],
  );
});

test("R31: whoever runs the machine can accept the file's policy, and that is an event told in the audit channel", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  change(town, twoOfTwo, twoOfTwo.replace("count: 2", "count: 1"));
  await town.stopBot();
  await town.startBot();
  await town.stopBot();
  const offered = (await town.records()).find(({ code }) => code === "policy.offered");
  const line = /accept [0-9a-f]{64}/.exec(String(offered?.details.accept))?.[0];
  assert.ok(line !== undefined);
  const file = join(town.directory, "data", "accept-policy");
  writeFileSync(file, `${line.slice(0, "accept ".length + 12)}\n`);
  await town.startBot();
  await town.stopBot();
  assert.ok(existsSync(file), "the first digits accept nothing: two states of the file may share them");
  writeFileSync(file, `${line}\n`);
  await town.startBot();
  const card = await ask(town, ana, "scale shop/payments 5");
  await town.vote(ben, card, "approve");
  await cardSays(town, card, /is done and verified/);
  await town.stopBot();
  assert.ok(!existsSync(file), "it is used once");
  assert.equal(
    (await policyEvents(town)).at(-1),
    "policy.loaded somebody on the bot's machine, without countersignature",
  );
});
