// T24, R30, B1: break-glass is impossible while the audit log can't be written, or is sealed; nobody is half told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { noSpans } from "../../src/core/ports/spans.ts";
import type { Origin } from "../../src/core/ports/surface.ts";
import { refuse } from "../../src/core/refusal.ts";
import type { Deps } from "../../src/dispatch/deps.ts";
import { makeDispatch } from "../../src/dispatch/dispatch.ts";
import { makePerson } from "../approvals/make.ts";
import { clustersOf } from "../dispatch/clusters.ts";
import { silent } from "../store/samples.ts";
import { breakStore, mendStore } from "../support/failing-store.ts";
import { breakGlass, withGlass } from "../support/glass.ts";
import { plant, released, writesFor } from "../support/story.ts";
import { ask, cardSays, idOf, tell, wordsOf } from "../support/talk.ts";
import { ana, startTown, writesOf } from "../support/town.ts";

test("T24: with the audit sink down break-glass is refused in words, nothing runs, nobody is told; then it works", async (t) => {
  const town = await startTown(t, { config: withGlass() });
  t.after(mendStore);
  plant(town.cluster, "one");
  await released(town.cluster, "one");
  await town.startBot();
  const card = await ask(town, ana, "restart shop/one");
  const id = idOf(card);
  for (const how of ["full", "stands still"] as const) {
    breakStore(how, "breakglass.used");
    assert.match(
      await breakGlass(town, ana, { id, target: "one" }),
      /store can't be written now, so I do nothing/,
      how,
    );
    mendStore();
    // A disk that stood still is believed again once it has answered what it still owed.
    while ((await tell(town, ana, "reviews")).includes("store can't be written"));
  }
  assert.equal(writesOf(town.cluster).length, 0);
  const alarms = () => town.slack.messages("#payments").filter((message) => wordsOf(message).includes("Break-glass"));
  assert.equal(alarms().length, 0);
  assert.match(await breakGlass(town, ana, { id, target: "one" }), /starts without/);
  await cardSays(town, card, /is done and verified/);
  assert.equal(writesFor(town.cluster, id).length, 1);
  await town.stopBot();
  assert.equal((await town.records()).filter((record) => record.code === "breakglass.used").length, 1);
});

test("T24: while the log is sealed break-glass is refused with that reason", async () => {
  const why = refuse("audit-unavailable", "Nothing is changed now: the log is shorter.", "accept it");
  const person = makePerson("U0ANA0001", []);
  const config = { channels: { defaults: [] }, clusters: [], limits: { votesPerMinute: 9, commandsPerMinute: 9 } };
  const deps = {
    verbs,
    clusters: clustersOf({ cluster: "a", namespaces: [], objects: [], isDefault: true }),
    people: { person: async () => person, channel: async () => ({ name: "ops", isDirect: false }) },
    clock: { now: () => 0, wait: async () => {} },
    random: (count: number) => new Uint8Array(count),
    config,
    inForce: () => config,
    policy: () => ({
      rules: [{ name: "own", effect: { kind: "allow" }, replaces: null, match: anything }],
      freezes: [],
    }),
    log: silent,
    channels: { approvals: "C1", audit: "C2" },
    store: {
      requests: { list: async () => [], get: async () => assert.fail("nothing is looked at") },
      transact: async (work: (tx: unknown) => Promise<unknown>) =>
        work({
          seen: { mark: async () => true },
          audit: { append: async (event: object) => ({ ...event, seq: 0 }) },
          outbox: { put: async () => {} },
        }),
    },
    sealedBecause: () => why,
    recordSealedBecause: () => why,
    spans: noSpans,
    nudge: () => undefined,
  } as unknown as Deps;
  const { surface } = makeDispatch(deps, { credentialsIn: async () => [] });
  const origin: Origin = {
    account: person.account,
    channelId: "C1",
    threadTs: null,
    surface: "slash",
    deliveryKey: "k",
  };
  for (const text of ["breakglass r-4k7m2qx because x", "breakglass r-4k7m2qx --id r-4k7m2qx --target a --token 1.x"]) {
    const surfaceOf = text.includes("--token") ? "form" : "slash";
    const reply = await surface.command({ origin: { ...origin, surface: surfaceOf }, text, document: null });
    assert.deepEqual(reply, { kind: "refusal", refusal: why });
  }
});

const anything = {
  ...{ verbs: [], verbKinds: [], groups: [], clusters: [], environments: [], namespaces: [], kinds: [], names: [] },
  ...{ labels: {}, risks: [], args: {} },
};
