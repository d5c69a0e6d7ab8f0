// B2, R32: what is not recorded is a list; everything else that a person types is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonObject, listAt, textAt } from "../../src/core/json.ts";
import { ask, idOf, plant, released } from "../support/story.ts";
import { ana, dev, startTown } from "../support/town.ts";

/** B2: the verbs whose use leaves no record. Health and metrics are not typed. */
const notRecorded: readonly string[] = ["help"];

const reads: readonly (readonly [verb: string, text: string])[] = [
  ["help", "help"],
  ["whoami", "whoami"],
  ["status", "status"],
  ["approvals", "approvals"],
  ["can-i", "can-i restart"],
  ["history", "history shop/checkout"],
  ["get", "get pods -n shop"],
  ["describe", "describe shop/checkout"],
  ["events", "events -n shop"],
];

test("B2, R32: reads are recorded but for the list, refused ones too; so is every refused attempt", async (t) => {
  const town = await startTown(t);
  plant(town.cluster, "theirs");
  await released(town.cluster, "theirs");
  await town.startBot();
  const { slack } = town;
  for (const [, text] of reads) await slack.as(ana).command("#payments", "/ops", text);
  const card = await ask(town, "restart shop/theirs", "theirs");
  const refused: readonly (readonly [user: string, text: string])[] = [
    [dev, `cancel ${idOf(card)}`],
    [dev, "delete namespace/shop"],
    [ana, "restart shop/nothing-of-that-name"],
    ["U0GUEST01", "restart shop/theirs"],
    ["U0GUEST01", "status"],
  ];
  for (const [user, text] of refused) {
    const before = slack.ephemerals(user).length;
    await slack.as(user).command("#payments", "/ops", text);
    await slack.waitUntil(() => slack.ephemerals(user)[before], `an answer to ${text}`);
  }
  await town.stopBot();
  const records = await town.records();
  const noted = records
    .filter((record) => record.code === "read.batch")
    .flatMap((record) => listAt(record.details, "reads"))
    .filter(isJsonObject);
  const verbs = new Set(noted.map((note) => textAt(note, "verb")));
  const missing = reads.map(([verb]) => verb).filter((verb) => !verbs.has(verb));
  assert.deepEqual(missing, notRecorded);
  const attempts = records.filter((record) => record.code === "request.refused");
  for (const [user, text] of refused) {
    const command = text.split(" ")[0];
    const found = attempts.find(({ details }) => details.command === command && details.userId === user);
    assert.ok(found !== undefined, `${user}: ${text}`);
  }
});
