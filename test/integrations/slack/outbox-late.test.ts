// What arrives late in Slack, or twice, or not at all: in the end one message stands there, and it says the newest.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { message } from "../../../src/core/message.ts";
import type { OutboxReads } from "../../../src/core/ports/store.ts";
import { type Reached, reachSlack } from "../../../src/integrations/slack/connect.ts";
import { makePace } from "../../../src/integrations/slack/outbox/pace.ts";
import { makeSender } from "../../../src/integrations/slack/outbox/run.ts";
import { manualClock, temporaryStore } from "../../store/samples.ts";
import { recordingLog, settingsFor } from "../../support/slack-bench.ts";

const channel = "C0APPROVE";
/** A closed connection's bytes are sent for as long, and then no more. */
const settledMs = 120_000;

async function bench(t: TestContext) {
  const slack = await startLocalSlack({ port: 0, limits: "off" });
  t.after(() => slack.stop());
  const clock = manualClock(Date.now());
  const store = await temporaryStore(t, { clock });
  const reached = await reachSlack(settingsFor(slack, "socket"), { clock, log: recordingLog() });
  const held: (() => Promise<unknown>)[] = [];
  const refused = new Set<string>();
  let holding = false;
  const outbox: Reached["clients"]["outbox"] = {
    call(method, args) {
      if (refused.has(String(args.text))) return Promise.reject(new Error("something that nobody understands"));
      if (!holding) return reached.clients.outbox.call(method, args);
      held.push(() => reached.clients.outbox.call(method, args));
      return Promise.reject(new Error("The operation was aborted due to timeout"));
    },
  };
  const through: Reached = { ...reached, clients: { ...reached.clients, outbox } };
  let isDead = false;
  const marks: OutboxReads = {
    ...store.outbox,
    markLater: (...of) => (isDead ? Promise.reject(new Error("killed")) : store.outbox.markLater(...of)),
  };
  const senderSince = (since: number) => makeSender(through, marks, { heldSince: () => since }, makePace());
  let sender = senderSince(clock.now());
  const put = (text: string, key = "card:r-0000001") =>
    store.transact((tx) =>
      tx.outbox.put({
        ...{ key, living: true, to: { channelId: channel, thread: null }, request: null, lane: "card" },
        message: message(text, [{ kind: "text", text: [text] }]),
      }),
    );
  return {
    slack,
    put,
    store,
    clock,
    refused,
    round: () => sender.round(),
    pass: (ms: number) => clock.set(clock.now() + ms),
    /** Nothing that is sent is answered, and it arrives when the answer's function is called. */
    hold: (whether: boolean) => {
      holding = whether;
    },
    arrive: async () => {
      for (const late of held.splice(0)) await late();
    },
    /** What it sends is on its way, and it marks nothing any more. */
    die: () => {
      holding = true;
      isDead = true;
    },
    /** Another process, or the same one again: it knows the store and nothing else. */
    restart: () => {
      clock.set(clock.now() + 1_000);
      holding = false;
      isDead = false;
      sender = senderSince(clock.now());
    },
    shown: () => slack.messages(channel).map(({ text }) => text),
  };
}

test("an update that nobody answered arrives after a newer one: the newest stands there in the end", async (t) => {
  const { put, round, hold, arrive, pass, shown, store } = await bench(t);
  await put("posted");
  await round();
  await put("waits");
  hold(true);
  await round();
  hold(false);
  await put("is done");
  await round();
  pass(10_000);
  await round();
  assert.deepEqual(shown(), ["is done"]);
  await arrive();
  assert.deepEqual(shown(), ["waits"], "as a network does it");
  pass(settledMs);
  await round();
  assert.deepEqual(shown(), ["is done"]);
  pass(settledMs * 10);
  assert.deepEqual(await store.outbox.due(Number.MAX_SAFE_INTEGER, 10), [], "it is made sure of once");
});

test("an update on its way at the end of its process arrives after the newer one of the next process", async (t) => {
  const { put, round, die, arrive, pass, shown, restart } = await bench(t);
  await put("posted");
  await round();
  await put("waits");
  die();
  await assert.rejects(round());
  await put("is done");
  restart();
  pass(10_000);
  await round();
  assert.deepEqual(shown(), ["is done"]);
  await arrive();
  pass(settledMs);
  await round();
  assert.deepEqual(shown(), ["is done"]);
});

for (const how of ["in the same process", "in the next process"]) {
  test(`a post whose answer was lost is found by a newer form, ${how}: one message, and the newest`, async (t) => {
    const { slack, put, round, pass, shown, restart } = await bench(t);
    await put("is being posted");
    slack.failNext("chat.postMessage", { dropReplyAfterEffect: true });
    await round();
    await put("was cancelled");
    if (how === "in the next process") restart();
    pass(10_000);
    await round();
    assert.deepEqual(shown(), ["was cancelled"]);
    pass(settledMs);
    await round();
    assert.deepEqual(shown(), ["was cancelled"]);
    assert.equal(slack.calls().filter(({ method }) => method === "chat.postMessage").length, 1);
  });
}

test("whoever takes over what another one had in hand makes sure of it, since the other's may arrive after it", async (t) => {
  const { put, store, slack, clock } = await bench(t);
  const reached = await reachSlack(settingsFor(slack, "socket"), { clock, log: recordingLog() });
  const marks = { ...store.outbox, claim: async () => "taken-over" as const };
  const since = clock.now();
  const sender = makeSender(reached, marks, { heldSince: () => since }, makePace());
  await put("posted");
  await sender.round();
  assert.equal((await store.outbox.due(since + settledMs - 1, 10)).length, 0);
  assert.equal((await store.outbox.due(since + settledMs, 10)).length, 1);
});

test("one message that Slack makes nothing of does not hold up the others of its channel", async (t) => {
  const { put, round, pass, shown, refused } = await bench(t);
  await put("first", "one");
  await put("second", "other");
  await round();
  await round();
  refused.add("poison");
  await put("poison", "one");
  for (let turn = 0; turn < 12; turn += 1) {
    await round();
    pass(60_000);
  }
  await put("goes on", "other");
  for (let turn = 0; turn < 40; turn += 1) {
    await round();
    pass(1_500);
  }
  assert.deepEqual(shown(), ["first", "goes on"]);
});

test("what another one has in hand takes nothing of the pace of the rest", async (t) => {
  const { put, store, slack } = await bench(t);
  const clock = manualClock();
  const reached = await reachSlack(settingsFor(slack, "socket"), { clock, log: recordingLog() });
  await put("theirs");
  let isTheirs = true;
  const marks = { ...store.outbox, claim: async () => (isTheirs ? ("refused" as const) : ("claimed" as const)) };
  const sender = makeSender(reached, marks, { heldSince: () => clock.now() }, makePace());
  for (let turn = 0; turn < 20; turn += 1) assert.equal(await sender.round(), 0);
  isTheirs = false;
  assert.equal(await sender.round(), 1);
});
