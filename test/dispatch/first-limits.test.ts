// Limits come before anything is recorded, and what a person is told is true: after a vote, and while nothing may be changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { refuse } from "../../src/core/refusal.ts";
import { type Handling, handle } from "../../src/dispatch/handle.ts";
import { thanks } from "../../src/dispatch/vote.ts";
import { makePerson, makePolicy, makeRule } from "../approvals/make.ts";
import { sampleRequest } from "../store/samples.ts";
import { startTown } from "../support/town.ts";
import { clustersOf } from "./clusters.ts";

const guest = "U0GUEST01";

test("a guest's refused commands and clicks are counted before they are recorded", async (t) => {
  const town = await startTown(t, {
    config: (text) => `${text}\nlimits: { commandsPerMinute: 2, votesPerMinute: 1 }\n`,
  });
  await town.startBot();
  const { slack } = town;
  for (let said = 1; said <= 5; said += 1) {
    await slack.as(guest).command("#general", "/ops", "halt");
    await slack.waitUntil(() => slack.ephemerals(guest)[said - 1], `answer ${said}`);
  }
  assert.match(slack.ephemerals(guest).at(-1)?.text ?? "", /More than 2 commands in a minute/);
  await town.stopBot();
  const refused = (await town.records()).filter((record) => record.code === "request.refused");
  assert.equal(refused.length, 2);
});

test("a denial that does not stop an approved request is not thanked for as the last approval", () => {
  const approved = sampleRequest({ state: "approved", says: "" });
  assert.doesNotMatch(JSON.stringify(thanks(approved, "deny")), /last one needed/);
  assert.match(JSON.stringify(thanks(approved, "deny")), /does not stop the request/);
  assert.match(JSON.stringify(thanks(approved, "approve")), /last one needed/);
});

test("while the log can't go on, the refusal is its own, with what the operator must do", async () => {
  const why = refuse("audit-unavailable", "Nothing is changed now: the log is shorter.", 'write "accept 12" into F');
  const person = makePerson(guest, []);
  const deps = {
    verbs,
    clusters: clustersOf({ cluster: "a", namespaces: [], objects: [], isDefault: true }),
    people: { person: async () => person, channel: async () => ({ name: "ops" }) },
    clock: { now: () => 0 },
    config: { channels: { defaults: [] }, clusters: [] },
    store: { requests: { list: async () => [] } },
    policy: () => makePolicy([makeRule("all", {}, { kind: "allow" })]),
    sealedBecause: () => why,
  };
  const portsFor = () => ({ clusters: deps.clusters });
  const handling = { deps, portsFor, commandRate: { take: async () => null } } as unknown as Handling;
  const origin = {
    account: person.account,
    channelId: "C1",
    threadTs: null,
    surface: "slash",
    deliveryKey: "k",
  } as const;
  assert.deepEqual(await handle(handling, { origin, text: "halt", document: null }), { kind: "refusal", refusal: why });
});
