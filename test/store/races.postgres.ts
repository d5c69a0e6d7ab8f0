// T29: several processes on one database. Whatever they race for, exactly one wins; the log never forks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chainStart, hashedAgain } from "../../src/audit/chain.ts";
import { localClock } from "../../src/clock.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { migrateDatabase } from "../../src/store/postgres/migrate-alone.ts";
import { freshDatabase, settingsFor, sql, storeAt } from "../postgres/fresh.ts";
import { race } from "../postgres/races.ts";
import { isCard, manualClock, sampleEvent, sampleMessage, sampleRequest, temporaryDirectory } from "./samples.ts";

const rounds = 40;

for (const what of ["request", "vote", "seen", "lock", "message", "setting"]) {
  test(`of three processes that race for the same ${what}, exactly one wins each of ${rounds} times`, async (t) => {
    const url = await freshDatabase(t);
    const directory = temporaryDirectory(t);
    const store = await storeAt(t, url, { directory });
    await store.transact(async (tx) => {
      await tx.requests.insert(sampleRequest());
      for (let round = 1; round <= rounds; round += 1)
        await tx.outbox.put(sampleMessage({ key: `${round}`, living: false }));
    });
    const said = await race(t, { url, directory, what, count: rounds, processes: 3 });
    const wins = said.flat().map((line) => Number(line.replace("won ", "")));
    assert.deepEqual(
      wins.toSorted((a, b) => a - b),
      Array.from({ length: rounds }, (_, round) => round),
    );
    if (what === "vote") assert.equal((await store.audit.list({ code: "vote.cast", limit: 1000 })).length, rounds);
  });
}

test("thousands of appends by four processes make one chain: no fork, no gap, nothing acknowledged is missing", async (t) => {
  const url = await freshDatabase(t);
  const directory = temporaryDirectory(t);
  const store = await storeAt(t, url, { directory });
  const said = await race(t, { url, directory, what: "append", count: 125, processes: 4 });
  const acknowledged = said.flat();
  assert.equal(acknowledged.length, 4_000);
  const records = await store.audit.list({ afterSeq: -1, limit: 10_000 });
  assert.equal(records.length, 4_000);
  const kept = new Set(records.map(({ seq, hash }) => `${seq} ${hash}`));
  assert.deepEqual(
    acknowledged.filter((line) => !kept.has(line)),
    [],
  );
  let previous: string = chainStart;
  for (const [index, record] of records.entries()) {
    assert.deepEqual([record.seq, record.previous, record.hash], [index, previous, hashedAgain(record).hash]);
    previous = record.hash;
  }
  const jobs = await sql(url, "SELECT count(*)::int AS count FROM jobs JOIN audit ON audit.seq = jobs.due_at");
  assert.equal(jobs[0]?.count, 4_000, "a record and its job are there together");
});

test("F1: replicas that are killed while they append lose nothing acknowledged, and hold nobody up", async (t) => {
  const url = await freshDatabase(t);
  const directory = temporaryDirectory(t);
  const store = await storeAt(t, url, { directory });
  const acknowledged: string[] = [];
  for (const killAt of [5, 23, 61]) {
    const said = await race(t, { url, directory, what: "append", count: 10_000, processes: 2, killAt });
    acknowledged.push(...said.flat().filter((line) => /^\d+ sha256:[0-9a-f]{64}$/.test(line)));
  }
  assert.ok(acknowledged.length >= 178);
  const next = await store.transact((tx) => tx.audit.append(sampleEvent()));
  const records = await store.audit.list({ afterSeq: -1, limit: 100_000 });
  assert.equal(records.length, next.seq + 1);
  const kept = new Set(records.map(({ seq, hash }) => `${seq} ${hash}`));
  assert.deepEqual(
    acknowledged.filter((line) => !kept.has(line)),
    [],
  );
  const jobs = await sql(url, "SELECT count(*)::int AS count FROM jobs JOIN audit ON audit.seq = jobs.due_at");
  assert.equal(jobs[0]?.count, next.seq, "a record and its job are there together or not at all");
});

test("an office has one holder among replicas; whoever holds it keeps it, and its end or its time frees it", async (t) => {
  const url = await freshDatabase(t);
  const directory = temporaryDirectory(t);
  const clock = manualClock();
  const [one, two] = [await storeAt(t, url, { directory, clock }), await storeAt(t, url, { directory, clock })];
  const take = (store: Store, ms: number) => store.transact((tx) => tx.leases.take("outbox", clock.now() + ms));
  const first = await Promise.all([take(one, 10), take(two, 10)]);
  assert.equal(first.filter((won) => won).length, 1);
  const [holder, other] = first[0] ? [one, two] : [two, one];
  assert.deepEqual([await take(holder, 20), await take(other, 20)], [true, false]);
  await other.transact((tx) => tx.leases.free("outbox"));
  assert.equal(await take(other, 20), false, "what another holds is not freed");
  clock.set(clock.now() + 20);
  assert.deepEqual([await take(other, 20), await take(holder, 20)], [true, false], "its time was over");
  await other.transact((tx) => tx.leases.free("outbox"));
  assert.equal(await take(holder, 20), true);
});

test("replicas that start at once on an empty database migrate it once, and all open it", async (t) => {
  const url = await freshDatabase(t);
  const options = { settings: settingsFor(url), name: "DATABASE_URL", local: localClock };
  const done = await Promise.all(Array.from({ length: 12 }, () => migrateDatabase(options, 0)));
  assert.deepEqual(
    done.flat().toSorted(),
    migrations.map(({ name }) => name),
    "each by one of them",
  );
  // Their keys too are made by one of them.
  await race(t, { url, what: "open", count: 0, processes: 4 });
  const applied = await sql(url, "SELECT name FROM migrations");
  assert.equal(new Set(applied.map(({ name }) => name)).size, applied.length);
  assert.deepEqual(await sql(url, "SELECT id FROM audit_head"), [{ id: "1" }]);
});

test("a newer version of a card waits while another process has the older one in hand: it could arrive after it", async (t) => {
  const url = await freshDatabase(t);
  const shared = { directory: temporaryDirectory(t), clock: manualClock() };
  const [one, other] = [await storeAt(t, url, shared), await storeAt(t, url, shared)];
  const now = shared.clock.now();
  const put = (living: boolean) => one.transact((tx) => tx.outbox.put(sampleMessage({ key: "card", living })));
  const newest = async (): Promise<number> =>
    (await other.outbox.due(shared.clock.now(), 10)).at(-1)?.id ?? assert.fail();
  await put(true);
  const older = await newest();
  assert.equal(await one.outbox.claim([older], now + 90), "claimed");
  await put(true);
  await put(true);
  assert.equal(await other.outbox.claim([await newest()], now + 90), "refused", "it is still being sent");
  await one.outbox.markSent([older], { key: "card", channelId: "C1", ts: "1.0", sentAt: now }, isCard);
  assert.equal(await other.outbox.claim([await newest()], now + 90), "claimed");
  await put(true);
  shared.clock.set(now + 91);
  assert.equal(await one.outbox.claim([await newest()], now + 200), "taken-over", "whoever had it is gone");
  await put(false);
  assert.equal(
    await other.outbox.claim([await newest()], now + 200),
    "claimed",
    "a message of its own waits for nobody",
  );
});
