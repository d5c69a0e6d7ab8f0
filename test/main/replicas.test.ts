// What replicas know of each other: an office has one holder, changes are read again, a view that is too old denies.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { Changes, Store, Tx } from "../../src/core/ports/store.ts";
import { holdOffice, ownOffice } from "../../src/main/office.ts";
import { followOthers, nobodyElse } from "../../src/main/others.ts";
import { type Seat, seats, takeSeat } from "../../src/main/seat.ts";
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

/** The leases of one database, as several processes have them. */
function sharedLeases(clock: Clock) {
  const held = new Map<string, { readonly by: number; readonly until: number }>();
  const leasesOf = (by: number): Tx["leases"] => ({
    take: async (name, until) => {
      const now = held.get(name);
      if (now !== undefined && now.by !== by && now.until > clock.now()) return false;
      held.set(name, { by, until });
      return true;
    },
    free: async (name) => {
      if (held.get(name)?.by === by) held.delete(name);
    },
  });
  return (by: number): Pick<Store, "transact"> => ({
    transact: (work) => work({ leases: leasesOf(by) } as unknown as Tx),
  });
}

test("in Socket Mode five replicas have a seat; the sixth is refused with the reason, until a seat is free", async () => {
  const clock = manualClock();
  const storeOf = sharedLeases(clock);
  const sit = (by: number): Promise<Seat> => takeSeat({ store: storeOf(by), clock, log: silent });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      clock.set(clock.now() + 1_000);
      await turns();
    }
  };
  const taken = await Promise.all(seats.map((_, index) => sit(index)));
  const refused = assert.rejects(sit(9), /this one would be the sixth: Slack allows an app ten sockets/);
  await pass(17_000);
  await refused;
  await taken[2]?.stop();
  const late = await sit(9);
  for (const seat of [...taken, late]) await seat.stop();
});

test("a dead replica's seat is another's within the time that a start waits; whoever wakes up without a seat ends", async () => {
  const clock = manualClock();
  const storeOf = sharedLeases(clock);
  let isAway = false;
  const away: Pick<Store, "transact"> = {
    transact: (work) => (isAway ? Promise.reject(new Error("away")) : storeOf(0).transact(work)),
  };
  const first = await takeSeat({ store: away, clock, log: silent });
  const rest = await Promise.all([1, 2, 3, 4].map((by) => takeSeat({ store: storeOf(by), clock, log: silent })));
  isAway = true;
  const waiting = takeSeat({ store: storeOf(9), clock, log: silent });
  for (let second = 0; second < 14; second += 1) {
    clock.set(clock.now() + 1_000);
    await turns();
  }
  const late = await waiting;
  isAway = false;
  for (let second = 0; second < 6; second += 1) {
    clock.set(clock.now() + 1_000);
    await turns();
  }
  assert.match(await first.lost, /another replica has taken this one's seat/);
  for (const seat of [first, late, ...rest]) await seat.stop();
});
