// R8, R11, R13, R23, R24, R29, R31: what was true when somebody voted must still be true when it starts.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Message } from "../../demo/slack/records.ts";
import { JumpClock } from "../support/jump-clock.ts";
import {
  ask,
  breathMs,
  errorsOf,
  idOf,
  plant,
  released,
  thread,
  timePasses,
  until,
  writesFor,
} from "../support/story.ts";
import { ana, ben, chloe, finn, startTown, type Town } from "../support/town.ts";

const minute = 60_000;

interface Here {
  readonly town: Town;
  readonly clock: JumpClock;
}

async function arrive(t: TestContext, names: readonly string[], config?: (text: string) => string): Promise<Here> {
  const town = await startTown(t, config === undefined ? {} : { config });
  for (const name of names) plant(town.cluster, name);
  await released(town.cluster, names.at(-1) ?? "");
  const clock = new JumpClock();
  await town.startBot({ clock });
  return { town, clock };
}

const written = (town: Town, card: Message): number => writesFor(town.cluster, idOf(card)).length;

interface Case {
  readonly what: string;
  readonly change: (town: Town) => void;
  readonly back: (town: Town) => void;
  readonly says: RegExp;
}

const leads = "S0PAYLEAD";

const cases: readonly Case[] = [
  {
    what: "R11: an approver who left the group",
    change: ({ slack }) => slack.setUsergroup(leads, { users: [chloe] }),
    back: ({ slack }) => slack.setUsergroup(leads, { users: [ben, chloe] }),
    says: /waits to be countersigned/,
  },
  {
    what: "R11, R13: an approver who was deactivated",
    change: ({ slack }) => slack.setUser(ben, { deleted: true }),
    back: ({ slack }) => slack.setUser(ben, { deleted: false }),
    says: /waits to be countersigned/,
  },
  {
    what: "R13: an approver who became a guest",
    change: ({ slack }) => slack.setUser(ben, { isRestricted: true }),
    back: ({ slack }) => slack.setUser(ben, { isRestricted: false }),
    says: /waits to be countersigned/,
  },
  {
    what: "R13: a requester who was deactivated",
    change: ({ slack }) => slack.setUser(ana, { deleted: true }),
    back: ({ slack }) => slack.setUser(ana, { deleted: false }),
    says: /failed/,
  },
];

test("T8, R11, R13: nothing starts on the word of somebody who no longer counts", async (t) => {
  const { town, clock } = await arrive(
    t,
    cases.map((_, index) => `who-${index}`),
  );
  for (const [index, one] of cases.entries()) {
    await t.test(one.what, async () => {
      clock.jump(breathMs);
      const card = await ask(town, `restart shop/who-${index}`, `who-${index}`);
      await town.vote(ben, card, "approve");
      await until(town, card, "Still needed: 1 of");
      one.change(town);
      clock.jump(6 * minute);
      await town.vote(finn, card, "approve");
      await until(town, card, one.says);
      assert.equal(written(town, card), 0);
      one.back(town);
      clock.jump(6 * minute);
      assert.equal(written(town, card), 0);
    });
  }
});

/** Another policy comes into force: offered by the file at a start, then accepted by whoever runs the machine. */
async function accepted(town: Town, clock: JumpClock, file: string): Promise<void> {
  await town.stopBot();
  writeFileSync(town.configFile, file);
  await town.startBot({ clock });
  await town.stopBot();
  const offered = (await town.records()).filter(({ code }) => code === "policy.offered").at(-1);
  const line = /accept [0-9a-f]{64}/.exec(String(offered?.details.accept))?.[0];
  assert.ok(line !== undefined, "the start told how to accept what the file holds");
  writeFileSync(join(town.directory, "data", "accept-policy"), `${line}\n`);
  await town.startBot({ clock });
}

test("R31: a request under way must satisfy the policy it was asked under and the one in force", async (t) => {
  const { town, clock } = await arrive(t, ["strict", "lax"]);
  const strict = await ask(town, "restart shop/strict", "strict");
  const lax = await ask(town, "restart shop/lax", "lax");
  await town.vote(ben, strict, "approve");
  const policy = readFileSync(town.configFile, "utf8");
  await accepted(town, clock, policy.replace("count: 2", "count: 3"));
  await town.vote(finn, strict, "approve");
  await town.slack.waitUntil(
    () => thread(town, strict).find((said) => said.text.includes("did not start: still needed is 1 of")),
    "the asker was told",
  );
  await until(town, strict, "waits to be countersigned");
  assert.equal(written(town, strict), 0, "two are no longer enough");
  await accepted(town, clock, policy.replace("count: 2", "count: 1"));
  await town.vote(ben, lax, "approve");
  await until(town, lax, "Still needed: 1 of");
  assert.equal(written(town, lax), 0, "one was never enough");
  await town.vote(chloe, strict, "approve");
  await until(town, strict, "is done and verified");
  assert.equal(written(town, strict), 1);
});

test("R24: a freeze that begins after the asking stops the start, and the card says so", async (t) => {
  const stamp = (ms: number): string => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, "Z");
  const freeze = `
  freezes:
    - name: sale
      when: { environments: production }
      between: { from: "${stamp(10 * minute)}", until: "${stamp(20 * minute)}" }
      reason: No changes during the sale.
`;
  const { town, clock } = await arrive(t, ["frozen"], (text) => text.replace("audit:\n", `${freeze.slice(1)}audit:\n`));
  const card = await ask(town, "restart shop/frozen", "frozen");
  await town.vote(ben, card, "approve");
  clock.jump(11 * minute);
  await town.vote(finn, card, "approve");
  await until(town, card, "No changes during the sale");
  assert.equal(written(town, card), 0);
  await timePasses({ town, clock }, 10 * minute);
  await until(town, card, "is done and verified");
  assert.equal(written(town, card), 1);
});

test("R8, R23, R29: halted, it waits and says so; too long, its votes are void; nobody comes, it expires", async (t) => {
  const { town, clock } = await arrive(t, ["halted"]);
  const card = await ask(town, "restart shop/halted", "halted");
  await town.vote(ben, card, "approve");
  await town.slack.as(ana).command("#payments", "/ops", "halt because of a drill");
  await town.slack.waitForMessage((message) => message.text.includes("done and verified"));
  await town.vote(finn, card, "approve");
  await until(town, card, "All execution is halted");
  await timePasses({ town, clock }, 15 * minute);
  await until(town, card, "Still needed: 2 of");
  assert.equal(written(town, card), 0);
  await timePasses({ town, clock }, 50 * minute);
  await town.slack.waitUntil(
    () => thread(town, card).find((said) => said.text.includes("still waits for")),
    "reminded",
  );
  await timePasses({ town, clock }, 60 * minute);
  const over = await until(town, card, "expired");
  assert.doesNotMatch(JSON.stringify(over.blocks), /"cs:(open|cancel)-/, "its buttons are gone");
  assert.equal(written(town, card), 0);
  assert.deepEqual(errorsOf(town), []);
});

test("R11, R29: an approver who leaves between approval and start is asked in vain; the next one is not", async (t) => {
  const free = (text: string): string => text.replace("verbs: halt,", "verbs: [halt, unhalt],");
  const { town, clock } = await arrive(t, ["left"], free);
  const done = (what: string) =>
    town.slack.waitForMessage(({ text }) => text.includes("is done") && text.includes(what));
  const card = await ask(town, "restart shop/left", "left");
  await town.slack.as(ana).command("#payments", "/ops", "halt because of a drill");
  await done("Halt");
  await town.vote(ben, card, "approve");
  await town.vote(finn, card, "approve");
  await until(town, card, "All execution is halted");
  town.slack.setUsergroup(leads, { users: [chloe] });
  await town.slack.as(ana).command("#payments", "/ops", "unhalt because it is over");
  await timePasses({ town, clock }, 6 * minute);
  await until(town, card, "Still needed: 1 of");
  assert.equal(written(town, card), 0);
  assert.match(
    thread(town, card)
      .map(({ text }) => text)
      .join(),
    /ben is no longer in a group/,
  );
  await town.vote(chloe, card, "approve");
  await until(town, card, "is done and verified");
  assert.equal(written(town, card), 1);
});
