// How those who run the bot hear of its parts: once, whichever of several processes says it first.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Config } from "../../src/core/config.ts";
import type { PartHealth } from "../../src/core/ports/health.ts";
import { refuse } from "../../src/core/refusal.ts";
import type { News } from "../../src/health/step.ts";
import { makeBell } from "../../src/main/base.ts";
import type { Workspace } from "../../src/main/slack.ts";
import { tellOperators } from "../../src/main/tell-operators.ts";
import { manualClock, temporaryStore } from "../store/samples.ts";

const part = (name: string): PartHealth => ({
  kind: "cluster",
  name,
  title: `Cluster ${name}`,
  says: "gone",
  since: 0,
});
const away = (name: string): News => ({ kind: "away", part: part(name), says: "gone", since: 0 });

function parts(tell: string | null) {
  const config = { operations: { tell } } as Config;
  const base = { config, clock: manualClock(), bell: makeBell() };
  const people = {
    channelId: async (name: string) =>
      name === "#ops" ? "C0OPS" : refuse("no-such-target", `There is no ${name}.`, "Invite me."),
  };
  return { base, workspace: { people, channels: { audit: "C0AUDIT" } } as unknown as Workspace };
}

test("two processes that see the same say it once; what only one sees is said besides", async (t) => {
  const store = await temporaryStore(t, { clock: manualClock() });
  const { base, workspace } = parts("#ops");
  const [one, other] = [
    await tellOperators(base, { store, workspace }),
    await tellOperators(base, { store, workspace }),
  ];
  await one([away("a"), away("b")]);
  await other([away("b")]);
  await other([away("b"), away("c")]);
  const rows = await store.outbox.due(Number.MAX_SAFE_INTEGER, 10);
  assert.deepEqual(
    rows.map(({ message, to }) => [to.channelId, message.summary]),
    [
      ["C0OPS", "Away: Cluster a, Cluster b."],
      ["C0OPS", "Away: Cluster c."],
    ],
  );
});

test("without a channel of their own they hear in the audit channel; a channel that is not there is said at the start", async (t) => {
  const store = await temporaryStore(t, { clock: manualClock() });
  const { base, workspace } = parts(null);
  await (await tellOperators(base, { store, workspace }))([away("a")]);
  assert.equal((await store.outbox.due(Number.MAX_SAFE_INTEGER, 10))[0]?.to.channelId, "C0AUDIT");
  const wrong = parts("#nowhere");
  await assert.rejects(tellOperators(wrong.base, { store, workspace: wrong.workspace }), /There is no #nowhere/);
});
