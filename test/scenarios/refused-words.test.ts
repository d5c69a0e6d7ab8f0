// Commands that cannot be understood get a sentence that says what to type instead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ana, breachesOf, startTown } from "../support/town.ts";

const cases = [
  { typed: "rollbck checkout", says: "“rollbck” is no verb that I know." },
  { typed: "restart chekout", says: "chekout" },
  { typed: "top", says: "pods|nodes is missing" },
  { typed: "status nowhere", says: "nowhere" },
  { typed: "can-i scale checkout 5", says: "I don't know what “5” means after can-i." },
] as const;

test("whoever mistypes is told what to type instead", async (t) => {
  const town = await startTown(t);
  await town.startBot();
  for (const [count, { typed, says }] of cases.entries()) {
    await town.slack.as(ana).command("#payments", "/ops", typed);
    const answer = await town.slack.waitUntil(() => town.slack.ephemerals(ana).at(count), `an answer to ${typed}`);
    assert.ok(answer.text.includes(says), `${typed}: ${answer.text}`);
  }
  assert.deepEqual(town.faults, []);
  assert.deepEqual(breachesOf(town.slack), []);
});
