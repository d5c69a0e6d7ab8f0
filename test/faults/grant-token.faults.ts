// F1 for tokens: a bot killed at any step between the intent and the binding gives one working token, which nothing holds in the clear.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../../demo/slack/clock.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { CrashPoint } from "../support/bot-child.ts";
import { CrashingBot } from "../support/crashing-bot.ts";
import { bindingOf, clusterNames, clusterNamesOf, plantCatalogue, withCatalogue } from "../support/granting.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { approve, ask, cardSays, idOf } from "../support/talk.ts";
import { ana, ben, chloe, startTown, type Town } from "../support/town.ts";

/** The longest lease and a little more: the next start may take over at once. */
const overALease = 31_000;

const points: readonly CrashPoint[] = [
  { when: "after", word: "/token", times: 1 },
  { when: "before", word: "grant_tokens", times: 1 },
  { when: "after", word: "grant_tokens", times: 1 },
  { when: "before", word: "grant.activated", times: 1 },
  { when: "after", word: "grant.activated", times: 1 },
];

test("R28, T28: killed while a token is made, the bot goes on to a grant whose one token ends with it", async (t) => {
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const town = await startTown(t, { slack: { clock }, config: withCatalogue });
  plantCatalogue(town.cluster);
  const bot = new CrashingBot(town, clock.now, clusterNames);
  t.after(() => bot.end());
  await bot.start();
  const ids: string[] = [];
  for (const point of points)
    await t.test(`killed ${point.when} the commit of ${point.word}`, async () => {
      const card = await ask(town, ana, "grant me read-logs on shop for 10m --as token because of an alarm");
      await approve(town, ben, card);
      await bot.arm(point);
      approve(town, chloe, card).catch(() => undefined);
      await bot.gone();
      assert.deepEqual(clearTokens(town), []);
      ahead += overALease;
      await bot.start();
      await cardSays(town, card, /is done and verified/);
      ids.push(idOf(card));
    });
  await bot.stop();
  const hand = new JumpClock();
  hand.jump(ahead);
  const last = await town.startBot({ clock: hand, clusterNamesOf });
  for (const id of ids) {
    const made = await last.handOverKubeconfig(id as RequestId, ana);
    assert.ok("kubeconfig" in made, JSON.stringify(made));
    const born = Date.parse(bindingOf(town.cluster, id)?.metadata.creationTimestamp ?? "");
    assert.ok(made.expiresAt <= born + 600_000, `${id} outlives its grant by ${made.expiresAt - born - 600_000} ms`);
    const token = /"token": "([^"]+)"/.exec(made.kubeconfig)?.[1] ?? "";
    const pods = `${town.cluster.url}/api/v1/namespaces/shop/pods`;
    assert.equal((await fetch(pods, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  }
  assert.deepEqual(clearTokens(town), []);
});

function clearTokens({ directory }: Town): readonly string[] {
  const names = readdirSync(directory, { recursive: true }).map(String);
  return names
    .filter((name) => name.includes("store.db"))
    .filter((name) => readFileSync(join(directory, name), "latin1").includes("eyJ"));
}
