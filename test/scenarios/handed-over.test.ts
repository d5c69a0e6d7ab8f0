// A bot that is told to stop in the middle: what it had not begun, or still watched, is anybody's at once, and done once.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import type { RequestEntry } from "../../demo/cluster/request-log.ts";
import { sealRecord } from "../../src/audit/chain.ts";
import { systemClock } from "../../src/clock.ts";
import type { RequestId } from "../../src/core/ids.ts";
import type { Request } from "../../src/core/request.ts";
import { openStore } from "../../src/store/open.ts";
import { silent } from "../store/samples.ts";
import { JumpClock } from "../support/jump-clock.ts";
import { faultOnce } from "../support/story.ts";
import { approve, ask, cardOf, cardSays, idOf, oneApproval, requestIn, wordsOf } from "../support/talk.ts";
import { ana, ben, startTown, type Town, writesOf } from "../support/town.ts";

const settings = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: {value: x}\n`;
const isCreation = ({ method, path, query }: RequestEntry): boolean =>
  method !== "GET" && path.includes("/configmaps/") && !query.has("dryRun");

/** As the stopped bot left it, and when its jobs are due. */
async function left(town: Town, id: string): Promise<{ readonly request: Request; readonly due: readonly string[] }> {
  const directory = join(town.directory, "data");
  const how = { directory, random: randomBytes, seal: sealRecord };
  const store = await openStore({ ...how, clock: systemClock, log: silent });
  try {
    const request = await store.requests.get(id as RequestId);
    assert.ok(request !== null);
    // The clock of these tests is ahead of the machine's; a lease that is over ends before it.
    const jobs = await store.jobs.due(request.execution?.leaseUntil ?? 0, 100);
    return { request, due: jobs.map(({ kind }) => kind) };
  } finally {
    await store.close();
  }
}

async function asked(town: Town): Promise<string> {
  const { slack } = town;
  await slack.as(ana).command("#general", "/ops", "apply");
  await slack.waitForModal(ana);
  await slack.as(ana).submit({ manifest: ["one", "two", "three"].map(settings).join("---\n") });
  const words = () => wordsOf({ text: "", blocks: slack.openModalOf(ana)?.view.blocks as never });
  return slack.waitUntil(() => (/r-[0-9a-z]{7}/.test(words()) ? words() : undefined), "an answer", 60_000);
}

test("an execution that takes longer than the stop waits is handed over between two changes, and gone on with at once", async (t) => {
  const town = await startTown(t, { config: oneApproval });
  const clock = new JumpClock();
  const bot = await town.startBot({ clock });
  const card = await cardOf(town, requestIn(await asked(town)));
  const first = Promise.withResolvers<void>();
  faultOnce(town.cluster, isCreation, { slowMs: 1_500 }, first.resolve);
  await approve(town, ben, card);
  await first.promise;
  // By the time that the second one arrives the bot has long been stopping.
  faultOnce(town.cluster, isCreation, { slowMs: 1 }, () => clock.jump(6_000));
  await bot.stop();
  assert.equal(writesOf(town.cluster).length, 2);
  const { request, due } = await left(town, idOf(card));
  assert.equal(request.state, "executing");
  assert.ok((request.execution?.leaseUntil ?? 0) <= clock.now(), "nobody waits for its lease");
  assert.ok(due.includes("recover"));
  await town.startBot({ clock });
  await cardSays(town, card, /is done and verified/);
  assert.equal(writesOf(town.cluster).length, 3);
});

test("a result that is still watched is handed over", async (t) => {
  const town = await startTown(t, { config: oneApproval, podReadyMs: 60_000 });
  const clock = new JumpClock();
  const bot = await town.startBot({ clock });
  const card = await ask(town, ana, "restart cart because of a leak");
  await approve(town, ben, card);
  await cardSays(town, card, /being checked/);
  await bot.stop();
  const { request, due } = await left(town, idOf(card));
  assert.equal(request.state, "verifying");
  assert.ok((request.execution?.leaseUntil ?? 0) <= clock.now());
  assert.ok(due.includes("recover"));
});
