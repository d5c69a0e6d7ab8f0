// The outbox on a local Slack: order, pace, living messages, lost replies, files, and what is given up and why.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LocalSlack } from "../../../demo/slack/local-slack.ts";
import { startLocalSlack } from "../../../demo/slack/start.ts";
import { type Message, message } from "../../../src/core/message.ts";
import type { OutboxMessage } from "../../../src/core/outbox.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { type Reached, reachSlack } from "../../../src/integrations/slack/connect.ts";
import { makeSender, type SendingOffice, startOutbox } from "../../../src/integrations/slack/outbox/run.ts";
import type { PeopleFirst } from "../../../src/integrations/slack/people-first.ts";
import { type MemoryOutbox, memoryOutbox } from "../../support/memory-outbox.ts";
import { ANA, realClock, recordingLog, settingsFor } from "../../support/slack-bench.ts";

interface Bench {
  readonly slack: LocalSlack;
  readonly reached: Reached;
  readonly store: MemoryOutbox;
  readonly round: () => Promise<number>;
  /** Time of the outbox only; Slack's own goes on. */
  readonly pass: (ms: number) => void;
  readonly put: (text: string, more?: Partial<OutboxMessage>) => number;
  readonly restart: () => () => Promise<number>;
}

function sinceNow(clock: Pick<Clock, "now">): SendingOffice {
  const since = clock.now();
  return { heldSince: () => since };
}

async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
  const slack = await startLocalSlack({ port: 0, limits: "off" });
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead, wait: realClock.wait };
  const reached = await reachSlack(settingsFor(slack, "socket"), { clock, log: recordingLog() });
  const store = memoryOutbox();
  const sender = makeSender(reached, store, sinceNow(clock));
  try {
    await test({
      slack,
      reached,
      store,
      round: sender.round,
      pass: (ms) => {
        ahead += ms;
      },
      put: (text, more = {}) =>
        store.put(
          {
            key: text,
            living: false,
            to: { channelId: "C0APPROVE", thread: null },
            message: say(text),
            request: null,
            lane: "card",
            ...more,
          },
          clock.now(),
        ),
      restart: () => makeSender(reached, store, sinceNow(clock)).round,
    });
  } finally {
    await slack.stop();
  }
}

const say = (text: string): Message => message(text, [{ kind: "text", text: [text] }]);
const texts = (slack: LocalSlack, channel = "C0APPROVE") => slack.messages(channel).map(({ text }) => text);
const count = (slack: LocalSlack, method: string) => slack.calls().filter((call) => call.method === method).length;

describe("outbox", () => {
  it("rows of a channel are sent in their order, one a second after a short burst", () =>
    onBench(async ({ slack, put, round, pass }) => {
      for (let index = 0; index < 6; index += 1) put(`line ${index}`);
      for (let turn = 0; turn < 6; turn += 1) await round();
      assert.equal(texts(slack).length, 3);
      pass(1_000);
      await round();
      await round();
      assert.equal(texts(slack).length, 4);
      pass(2_000);
      await round();
      await round();
      assert.deepEqual(texts(slack), ["line 0", "line 1", "line 2", "line 3", "line 4", "line 5"]);
    }));

  it("a later row of a living key updates the first one's message; unsent ones become the newest", () =>
    onBench(async ({ slack, store, put, round }) => {
      put("first", { key: "card", living: true });
      await round();
      put("second", { key: "card", living: true });
      put("third", { key: "card", living: true });
      await round();
      assert.deepEqual(texts(slack), ["third"]);
      assert.equal(count(slack, "chat.update"), 1);
      assert.equal(store.waiting().length, 0);
    }));

  it("a living message whose reply was lost, and that says something else by now, stays one message and says that", () =>
    onBench(async ({ slack, put, round, pass }) => {
      slack.failNext("chat.postMessage", { dropReplyAfterEffect: true });
      put("first", { key: "card", living: true });
      await round();
      put("second", { key: "card", living: true });
      pass(5_000);
      await round();
      assert.deepEqual(texts(slack), ["second"]);
      assert.equal(count(slack, "chat.postMessage"), 1);
    }));

  it("nothing is posted any more once another may have claimed it", () =>
    onBench(async ({ slack, reached, store, put, round, pass }) => {
      slack.failNext("chat.postMessage", { error: "internal_error" });
      const row = put("late");
      await round();
      assert.deepEqual(
        store.waiting().map(({ id, attempts }) => [id, attempts]),
        [[row, 1]],
      );
      pass(5_000);
      const { lookup } = reached.clients;
      const slow: Reached["clients"]["lookup"] = {
        call: async (method, args) => {
          const answer = await lookup.call(method, args);
          pass(15_000);
          return answer;
        },
      };
      const clients = { ...reached.clients, lookup: slow };
      await makeSender({ ...reached, clients }, store, sinceNow(reached.clock)).round();
      assert.deepEqual(texts(slack), []);
      assert.equal(store.waiting().length, 1);
      pass(60_000);
      await round();
      assert.deepEqual(texts(slack), ["late"]);
    }));

  it("a reply that was lost is looked up before anything is posted again", () =>
    onBench(async ({ slack, store, put, round, pass }) => {
      slack.failNext("chat.postMessage", { dropReplyAfterEffect: true });
      put("once");
      await round();
      assert.equal(store.waiting().length, 1);
      pass(5_000);
      await round();
      assert.deepEqual(texts(slack), ["once"]);
      assert.equal(store.waiting().length, 0);
      assert.equal(count(slack, "chat.postMessage"), 1);
    }));

  it("what the ended process had posted without marking it is found by the next one", () =>
    onBench(async ({ slack, store, put, round, pass, restart }) => {
      // The post arrived, the process ended before it could mark the row: the row still waits, without any attempt counted.
      const kept = put("posted before the end");
      const [row] = store.waiting();
      await round();
      assert.ok(row);
      store.restore({ ...row, id: kept });
      pass(2_000);
      await restart()();
      assert.deepEqual(texts(slack), ["posted before the end"]);
      assert.equal(store.waiting().length, 0);
      assert.equal(count(slack, "chat.postMessage"), 1);
    }));

  it("Retry-After is obeyed, and the order kept", () =>
    onBench(async ({ slack, put, round, pass }) => {
      slack.failNext("chat.postMessage", { retryAfter: 4 });
      put("one");
      put("two");
      await round();
      pass(3_000);
      await round();
      assert.deepEqual(texts(slack), []);
      pass(1_100);
      await round();
      await round();
      assert.deepEqual(texts(slack), ["one", "two"]);
    }));

  for (const fault of [{ status: 503 }, { reset: true }, { truncate: true }, { error: "internal_error" }] as const) {
    it(`a message is sent exactly once after ${JSON.stringify(fault)}`, () =>
      onBench(async ({ slack, put, round, pass }) => {
        slack.failNext("chat.postMessage", fault);
        put("through");
        await round();
        pass(2_000);
        await round();
        assert.deepEqual(texts(slack), ["through"]);
      }));
  }

  it("a thread by key waits for the message that starts it", () =>
    onBench(async ({ slack, put, round, pass }) => {
      put("reply", { to: { channelId: "C0APPROVE", thread: { key: "root" } }, lane: "story" });
      await round();
      assert.deepEqual(texts(slack), []);
      put("root", { key: "root" });
      await round();
      pass(3_000);
      await round();
      const [root, reply] = slack.messages("C0APPROVE");
      assert.equal(root?.text, "root");
      assert.equal(reply?.threadTs, root?.ts);
    }));

  it("audit lines that wait together become one message, and none is lost", () =>
    onBench(async ({ slack, store, put, round, pass }) => {
      for (let index = 0; index < 25; index += 1)
        put(`event ${index}`, { lane: "audit", to: { channelId: "C0AUDITCH", thread: null } });
      assert.equal(await round(), 0, "more may follow from the same cause");
      pass(500);
      await round();
      const [one, ...others] = slack.messages("C0AUDITCH");
      assert.equal(others.length, 0);
      for (let index = 0; index < 25; index += 1) assert.ok(JSON.stringify(one?.blocks).includes(`event ${index}`));
      assert.equal(store.waiting().length, 0);
    }));

  it("what does not fit is attached whole in the thread, once, also when the message is updated", () =>
    onBench(async ({ slack, put, round }) => {
      const diff = Array.from({ length: 2_000 }, (_, line) => `+ line ${line} of the diff`).join("\n");
      const card = message("card", [
        { kind: "heading", text: "Apply" },
        { kind: "code", text: diff },
      ]);
      put("card", { living: true, message: card });
      await round();
      put("card", { living: true, message: { ...card, summary: "card again" } });
      await round();
      const files = slack.messages("C0APPROVE").flatMap(({ files }) => files);
      assert.equal(files.length, 1);
      assert.equal(slack.file(files[0] ?? "")?.content.toString("utf8"), diff);
      assert.deepEqual(slack.violations(), []);
    }));

  it("a row for one person is shown to that person only", () =>
    onBench(async ({ slack, put, round }) => {
      put("for ana", { to: { channelId: "C0PAYMENT", thread: null, ephemeralTo: ANA } });
      await round();
      assert.deepEqual(texts(slack, "C0PAYMENT"), []);
      assert.deepEqual(
        slack.ephemerals(ANA).map(({ text }) => text),
        ["for ana"],
      );
    }));

  it("a channel that does not exist or is archived drops the row with the reason; others go on", () =>
    onBench(async ({ slack, store, put, round }) => {
      const lost = put("lost", { to: { channelId: "C0NOWHERE", thread: null } });
      const old = put("old", { to: { channelId: "C0OLDROOM", thread: null } });
      put("fine");
      await round();
      assert.match(store.dropped.get(lost) ?? "", /^channel_not_found: /);
      assert.match(store.dropped.get(old) ?? "", /^is_archived: /);
      assert.deepEqual(texts(slack), ["fine"]);
    }));

  it("a public channel that the bot is not in is joined", () =>
    onBench(async ({ slack, reached, put, round, pass }) => {
      const general = slack.channel("#general");
      slack.setChannel("#general", {
        members: (general?.members ?? []).filter((member) => member !== reached.home.botUserId),
      });
      put("hello", { to: { channelId: "C0GENERAL", thread: null } });
      await round();
      pass(1_000);
      await round();
      assert.deepEqual(texts(slack, "C0GENERAL"), ["hello"]);
    }));

  it("a refused token drops nothing: rows wait for the operator", () =>
    onBench(async ({ slack, store, put, round, pass }) => {
      slack.failNext("chat.postMessage", { error: "token_revoked" });
      put("kept");
      await round();
      assert.equal(store.waiting().length, 1);
      pass(31_000);
      await round();
      assert.deepEqual(texts(slack), ["kept"]);
    }));

  it("a living message that somebody deleted is posted anew", () =>
    onBench(async ({ slack, store, put, round }) => {
      put("first", { key: "card", living: true });
      await round();
      const [card] = slack.messages("C0APPROVE");
      await fetch(`${slack.apiUrl}chat.delete`, {
        method: "POST",
        headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
        body: JSON.stringify({ channel: "C0APPROVE", ts: card?.ts }),
      });
      assert.deepEqual(texts(slack), []);
      put("second", { key: "card", living: true });
      await round();
      assert.deepEqual(texts(slack), ["second"]);
      assert.equal((await store.sent("card"))?.ts, slack.messages("C0APPROVE")[0]?.ts);
    }));

  it("it sends nothing while another replica does, nor what another one has in hand", () =>
    onBench(async ({ slack, reached, store, put }) => {
      put("not mine");
      const sender = makeSender(reached, { ...store, claim: async () => "refused" }, sinceNow(reached.clock));
      assert.equal(await sender.round(), 0);
      const idle = startOutbox(reached, store, { heldSince: () => null });
      await store.backlog();
      await idle.stop();
      assert.equal(slack.messages("C0APPROVE").length, 0);
      assert.equal((await store.backlog()).count, 1);
    }));

  it("a channel that Slack is slow with holds up no other", () =>
    onBench(async ({ slack, reached, store, put }) => {
      const answered = Promise.withResolvers<void>();
      const { outbox } = reached.clients;
      const slow: Reached["clients"]["outbox"] = {
        call: async (method, args) => {
          if (args.channel === "C0AUDITCH") await answered.promise;
          return outbox.call(method, args);
        },
      };
      const clients = { ...reached.clients, outbox: slow };
      const sender = makeSender({ ...reached, clients }, store, sinceNow(reached.clock));
      put("slow", { to: { channelId: "C0AUDITCH", thread: null } });
      put("one");
      const [hanging, sent] = await sender.begin();
      assert.equal(await sent, true);
      put("two");
      assert.equal(await sender.round(), 1);
      assert.deepEqual([texts(slack), texts(slack, "C0AUDITCH")], [["one", "two"], []]);
      answered.resolve();
      assert.equal(await hanging, true);
      assert.deepEqual(texts(slack, "C0AUDITCH"), ["slow"]);
    }));

  it("it makes way for who stands before a form, and goes when nobody does", () =>
    onBench(async ({ slack, reached, store, put }) => {
      put("after the vote");
      const [asked, answered] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
      const turn: PeopleFirst["turn"] = async (ms) => {
        asked.resolve(ms);
        await answered.promise;
      };
      let looked = 0;
      const due: typeof store.due = (...of) => {
        looked += 1;
        return store.due(...of);
      };
      const people = { ...reached, peopleFirst: { during() {}, turn } };
      const outbox = startOutbox(people, { ...store, due }, sinceNow(reached.clock));
      try {
        assert.equal(await asked.promise, 250);
        await new Promise(setImmediate);
        assert.deepEqual([looked, store.waiting().length], [0, 1], "nothing is begun before its turn");
        answered.resolve();
        await slack.waitForMessage(({ text }) => text === "after the vote");
      } finally {
        answered.resolve();
        await outbox.stop();
      }
    }));

  it("it runs by itself, tells its backlog, and stops", () =>
    onBench(async ({ slack, reached, store, put }) => {
      put("by itself");
      assert.equal((await store.backlog()).count, 1);
      const outbox = startOutbox(reached, store, sinceNow(reached.clock));
      try {
        await slack.waitForMessage(({ text }) => text === "by itself");
      } finally {
        // Stopping waits for what is under way, so the row is marked after it.
        await outbox.stop();
      }
      assert.deepEqual(await outbox.backlog(), { count: 0, oldestMs: 0 });
      put("after the stop");
      assert.equal(store.waiting().length, 1);
    }));
});
