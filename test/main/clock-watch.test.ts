// A clock that was set is told in a message of its own: gathered with the lines of events, its words would not be in the summary.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutboxMessage } from "../../src/core/outbox.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { jumpRefusal, watchTheClock } from "../../src/main/clock-watch.ts";
import { eventually, HandClock } from "../support/hand-clock.ts";

test("T30: a jump and its end are told once each, apart from the lines of events", async () => {
  const clock = new HandClock();
  const put: OutboxMessage[] = [];
  const outbox = { put: async (message: OutboxMessage) => void put.push(message) };
  const store = {
    audit: { head: async () => null },
    transact: (work: (tx: unknown) => Promise<unknown>) => work({ outbox }),
  } as unknown as Pick<Store, "audit" | "transact">;
  let skewMs = 0;
  const watch = await watchTheClock({
    ...{ clock, store, channelId: "C0AUDITCH", told: () => undefined },
    wrongClock: () => jumpRefusal(skewMs),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const look = async (): Promise<void> => {
    await eventually(() => clock.waits.length > 0);
    clock.advance(1_000);
    await eventually(() => clock.waits.length > 0);
  };
  skewMs = 86_400_000;
  await look();
  await look();
  assert.match(watch.refusal()?.message ?? "", /was set 86400 s ahead/);
  skewMs = 0;
  await look();
  await look();
  assert.equal(watch.refusal(), null);
  assert.deepEqual(
    put.map(({ lane, message }) => [lane, message.summary.slice(0, 30)]),
    [
      ["story", "Nothing is changed now: my mac"],
      ["story", "The clock is right again: chan"],
    ],
  );
  await watch.stop();
});
