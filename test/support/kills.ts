// The points at which tests kill the bot, and the story that must come to its end all the same.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { systemClock } from "../../demo/slack/clock.ts";
import type { Message } from "../../demo/slack/records.ts";
import { auditCommand } from "../../src/audit/cli.ts";
import type { CrashPoint } from "./bot-child.ts";
import { CrashingBot } from "./crashing-bot.ts";
import { faultOnce, idOf, isWriteTo, plant, released, writesFor } from "./story.ts";
import { ana, ben, finn, startTown, type Town } from "./town.ts";

/** The longest lease (of watching a result) and a little more: the next start may take over at once. */
const overALease = 31_000;

export interface Kill {
  readonly name: string;
  /** In the store, at the commit that says so. */
  readonly store?: CrashPoint;
  /** At the cluster: when the write arrives, and whether it takes effect. */
  readonly write?: "takes effect" | "is lost";
  /** At Slack: when the card's posting took effect. */
  readonly card?: true;
}

const at = (when: CrashPoint["when"], word: string, times = 1): Kill => ({
  name: `${when} the commit of ${word}${times > 1 ? ` (the ${times}nd)` : ""}`,
  store: { when, word, times },
});

export const kills: readonly Kill[] = [
  at("before", "request.created"),
  at("after", "request.created"),
  at("before", "request.posted"),
  at("after", "request.posted"),
  { name: "after the card was posted, before that was known", card: true },
  at("before", "vote.cast"),
  at("after", "vote.cast"),
  at("before", "request.approved"),
  at("after", "request.approved"),
  at("before", "execution.claimed"),
  at("after", "execution.claimed"),
  at("before", "write.intended"),
  at("after", "write.intended"),
  { name: "when the write arrived, before it took effect", write: "is lost" },
  { name: "when the write took effect, before its answer", write: "takes effect" },
  at("before", "write.done"),
  at("after", "write.done"),
  at("before", "execution.ended"),
  at("after", "execution.ended"),
];

interface Scene {
  readonly town: Town;
  readonly bot: CrashingBot;
  readonly name: string;
}

const cardOf = ({ town, name }: Scene): Message | undefined =>
  town.slack
    .messages("#platform-approvals")
    .findLast((card) => card.threadTs === undefined && card.text.includes(`${name} `));

const stateOf = (scene: Scene, words: string): Promise<Message> =>
  scene.town.slack.waitUntil(
    () => {
      const card = cardOf(scene);
      return card?.text.includes(words) === true ? card : undefined;
    },
    `${scene.name} ${words}`,
    8_000,
  );

/** The whole story as people live it; whatever was already done is refused, and that is right. */
async function story(scene: Scene): Promise<void> {
  const { town, name } = scene;
  if (cardOf(scene) === undefined) await town.slack.as(ana).command("#payments", "/ops", `restart shop/${name}`);
  await votes(scene);
}

async function votes(scene: Scene): Promise<void> {
  const { town } = scene;
  await stateOf(scene, "");
  for (const voter of [ben, finn]) {
    const card = await town.slack.waitUntil(() => {
      const now = cardOf(scene);
      return now !== undefined && !now.text.includes("is being posted") ? now : undefined;
    }, `${scene.name} posted`);
    if (card.text.includes("waits to be countersigned")) await town.vote(voter, card, "approve").catch(() => undefined);
  }
  await stateOf(scene, "is done and verified");
}

/** Arms the kill; resolves to how many writes of this request were lost on the way. */
async function arm(kill: Kill, { town, bot, name }: Scene): Promise<() => number> {
  if (kill.store !== undefined) await bot.arm(kill.store);
  let lost = 0;
  if (kill.write !== undefined) {
    faultOnce(
      town.cluster,
      isWriteTo(name),
      kill.write === "takes effect" ? { dropReplyAfterEffect: true } : { reset: true },
      () => {
        bot.kill();
        if (kill.write === "is lost") lost = 1;
      },
    );
  }
  if (kill.card === true) {
    town.slack.failNext("chat.postMessage", { dropReplyAfterEffect: true });
    void town.slack.waitForMessage((message) => message.text.includes(`${name} `)).then(() => bot.kill());
  }
  return () => lost;
}

/** One town, one data directory, one kill after the other. */
export async function runKills(t: TestContext, chosen: readonly Kill[]): Promise<void> {
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const town = await startTown(t, { slack: { clock } });
  const nameOf = (index: number): string => `app-${index}x`;
  for (const index of chosen.keys()) plant(town.cluster, nameOf(index));
  await released(town.cluster, nameOf(chosen.length - 1));
  const bot = new CrashingBot(town, clock.now);
  t.after(() => bot.end());
  await bot.start();
  for (const [index, kill] of chosen.entries()) {
    await t.test(`killed ${kill.name}`, async () => {
      const scene = { town, bot, name: nameOf(index) };
      const lost = await arm(kill, scene);
      story(scene).catch(() => undefined);
      await bot.gone();
      ahead += overALease;
      await bot.start();
      await story(scene);
      const card = await stateOf(scene, "is done and verified");
      assert.equal(writesFor(town.cluster, idOf(card)).length - lost(), 1, "written once");
    });
  }
  await bot.stop();
  await recordHolds(town);
}

async function recordHolds(town: Town): Promise<void> {
  const file = join(town.directory, "export.jsonl");
  await town.exportLog(file);
  const key = join(town.directory, "data", "keys", "audit.vkey");
  const verified = await auditCommand(
    ["verify", "--log", file, "--checkpoints", join(town.directory, "checkpoints"), "--key", key],
    { lines: null, checkpoints: null, key: null },
  );
  assert.equal(verified.exitCode, 0, verified.output);
  const records = await town.records();
  for (const done of records.filter((record) => record.code === "write.done")) {
    const before = records.findLast(
      (record) => record.seq < done.seq && record.request === done.request && record.code === "write.intended",
    );
    assert.ok(before !== undefined, `${done.request} was intended before it was written`);
  }
}
