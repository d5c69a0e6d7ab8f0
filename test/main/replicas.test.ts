// What replicas know of each other: an office has one holder, changes are read again, a view that is too old denies.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Changes } from "../../src/core/ports/store.ts";
import { holdOffice, ownOffice } from "../../src/main/office.ts";
import { followOthers, nobodyElse } from "../../src/main/others.ts";
import { manualClock, silent, temporaryStore } from "../store/samples.ts";

const turns = async (): Promise<void> => {
  for (let count = 0; count < 20; count += 1) await new Promise((resolve) => setImmediate(resolve));
};

test("an office is held while it is prolonged, and lost in time when the store no longer answers", async (t) => {
  const clock = manualClock();
  const store = await temporaryStore(t, { clock });
  let isAway = false;
  const transact: typeof store.transact = (work) => (isAway ? Promise.reject(new Error("away")) : store.transact(work));
  const began = clock.now();
  const office = holdOffice("outbox", { store: { transact }, clock, log: silent });
  while (office.heldSince() === null) await turns();
  assert.equal(office.heldSince(), began);
  clock.set(began + 4_000);
  await turns();
  // Transactions run one after another: once this one is through, the prolonging one is too.
  await store.transact(async (tx) => tx.jobs.end(["none"], "nobody"));
  await turns();
  isAway = true;
  clock.set(began + 13_999);
  await turns();
  assert.equal(office.heldSince(), began, "prolonged once");
  clock.set(began + 14_000);
  assert.equal(office.heldSince(), null, "two seconds before the lease is over");
  isAway = false;
  await office.stop();
  assert.equal(office.heldSince(), null);
  assert.equal(ownOffice(clock).heldSince(), clock.now());
});

test("what another replica changed is read again within a second; a view older than ten seconds denies (B8)", async () => {
  const clock = manualClock();
  let changes: Changes = { links: 0, settings: 0 };
  let isAway = false;
  const read = { links: 0, settings: 0 };
  const others = await followOthers({
    store: { changes: async () => (isAway ? Promise.reject(new Error("away")) : changes) },
    ...{ clock, log: silent },
    again: {
      links: async () => {
        read.links += 1;
      },
      settings: async () => {
        read.settings += 1;
      },
    },
  });
  assert.deepEqual(read, { links: 1, settings: 1 });
  const second = async () => {
    clock.set(clock.now() + 1_000);
    await turns();
  };
  await second();
  assert.deepEqual(read, { links: 1, settings: 1 }, "nothing moved");
  changes = { links: 1, settings: 0 };
  await second();
  assert.deepEqual(read, { links: 2, settings: 1 });
  isAway = true;
  for (let count = 0; count < 10; count += 1) await second();
  assert.equal(others.refusal(), null);
  await second();
  assert.equal(others.refusal()?.code, "store-unavailable");
  assert.match(others.refusal()?.message ?? "", /last seen 11 s ago/);
  isAway = false;
  await second();
  assert.equal(others.refusal(), null);
  await others.stop();
  assert.equal(nobodyElse.refusal(), null);
});

test("what could not be read again is tried again, not taken for read", async () => {
  const clock = manualClock();
  let changes: Changes = { links: 0, settings: 0 };
  let tries = 0;
  const others = await followOthers({
    store: { changes: async () => changes },
    ...{ clock, log: silent },
    again: {
      links: async () => {
        tries += 1;
        if (tries === 2) throw new Error("away");
      },
      settings: async () => undefined,
    },
  });
  changes = { links: 1, settings: 0 };
  for (let count = 0; count < 3; count += 1) {
    clock.set(clock.now() + 1_000);
    await turns();
  }
  assert.equal(tries, 3);
  await others.stop();
});
