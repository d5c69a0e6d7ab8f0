// F5 and F6, the database's part: cut, restarted, hanging, busy. No effect without its record, nothing twice, well again by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chainStart, hashedAgain } from "../../src/audit/chain.ts";
import { type Store, StoreUnavailable } from "../../src/core/ports/store.ts";
import type { Loss } from "../../src/store/store-on.ts";
import { type FreshOptions, freshDatabase, sql, storeAt } from "../postgres/fresh.ts";
import { startProxy } from "../postgres/proxy.ts";
import { startServer } from "../postgres/server.ts";
import { requestId, sampleEvent, sampleGrant, sampleMessage, sampleRequest, temporaryDirectory } from "./samples.ts";

const quick: FreshOptions = {
  connections: 3,
  connectWithinMs: 1_000,
  answerWithinMs: 1_000,
  lockWithinMs: 800,
  idleWithinMs: 1_500,
};

const append = (store: Store, details = {}) => store.transact((tx) => tx.audit.append(sampleEvent({ details })));
const count = async (url: string, table: string) =>
  Number((await sql(url, `SELECT count(*)::int AS count FROM ${table}`))[0]?.count);

async function throughProxy(t: Parameters<typeof startProxy>[0], options: FreshOptions = quick) {
  const url = await freshDatabase(t);
  const proxy = await startProxy(t, url);
  return { url, proxy, store: await storeAt(t, proxy.url, options) };
}

test("a connection cut in the middle of a transaction leaves nothing of it, and the next one goes through", async (t) => {
  const { url, proxy, store } = await throughProxy(t);
  await assert.rejects(
    store.transact(async (tx) => {
      await tx.requests.insert(sampleRequest());
      await tx.audit.append(sampleEvent());
      proxy.cut();
      await tx.requests.get(requestId("1"));
    }),
    StoreUnavailable,
  );
  assert.deepEqual([await count(url, "requests"), await count(url, "audit")], [0, 0]);
  assert.equal((await append(store)).seq, 0);
});

test("work that is done in the same round as a cut one is not acknowledged either", async (t) => {
  const { url, proxy, store } = await throughProxy(t);
  const first = append(store, { n: 1 });
  const second = store.transact(async (tx) => {
    await tx.requests.get(requestId("1"));
    proxy.cut();
    await tx.requests.get(requestId("1"));
  });
  const settled = await Promise.allSettled([first, second]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(await count(url, "audit"), 0);
});

test("what cannot be written fails whatever would have been committed with it, each with a reason", async (t) => {
  const url = await freshDatabase(t);
  const store = await storeAt(t, url);
  await store.transact((tx) => tx.grants.insert(sampleGrant()));
  const settled = await Promise.allSettled([
    append(store, { n: 1 }),
    store.transact((tx) => tx.grants.insert(sampleGrant())),
    append(store, { n: 2 }),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  for (const one of settled)
    assert.match(String(one.status === "rejected" && one.reason), /refused a statement: duplicate key/);
  assert.equal((await append(store)).seq, 0);
});

test("a commit that never reached the server is looked up: nothing was written, and nothing is done again", async (t) => {
  const { url, proxy, store } = await throughProxy(t);
  let runs = 0;
  proxy.cutAt("COMMIT\0", "before");
  await assert.rejects(
    store.transact(async (tx) => {
      runs += 1;
      return tx.audit.append(sampleEvent());
    }),
    /did not answer to a commit: nothing was written/,
  );
  assert.deepEqual([runs, await count(url, "audit")], [1, 0]);
  assert.equal((await append(store)).seq, 0);
});

test("a commit whose answer was lost is looked up: it counts, and nothing is done again", async (t) => {
  const { url, proxy, store } = await throughProxy(t);
  let runs = 0;
  proxy.cutAt("COMMIT\0", "after");
  const record = await store.transact(async (tx) => {
    runs += 1;
    return tx.audit.append(sampleEvent());
  });
  assert.deepEqual([record.seq, runs, await count(url, "audit")], [0, 1, 1]);
  assert.equal((await append(store)).seq, 1);
});

for (const when of ["before", "after"] as const) {
  test(`a lost commit that appended no record is looked up by its transaction: cut ${when} the server heard it`, async (t) => {
    const { url, proxy, store } = await throughProxy(t);
    proxy.cutAt("COMMIT\0", when);
    const put = store.transact((tx) => tx.jobs.put({ id: "a", kind: "execute", request: requestId("1"), dueAt: 1 }));
    if (when === "before") await assert.rejects(put, /nothing was written/);
    else await put;
    assert.equal(await count(url, "jobs"), when === "before" ? 0 : 1);
  });
}

test("what became of a commit that cannot be looked up is said to be unknown", async (t) => {
  const { url, proxy, store } = await throughProxy(t);
  await append(store);
  proxy.cutAt("COMMIT\0", "after", "refuse");
  await assert.rejects(append(store), /whether it was written is not known/);
  assert.equal(await count(url, "audit"), 2, "and that was right: it was");
});

test("a database that is killed and comes back: what was acknowledged is there, and no restart of ours is needed", async (t) => {
  const server = await startServer(process.env);
  t.after(() => server.stop());
  const url = await freshDatabase(t, server.url);
  const store = await storeAt(t, url, quick);
  const acknowledged: string[] = [];
  let isOver = false;
  let refused = 0;
  const writer = async (number: number): Promise<void> => {
    while (!isOver) {
      try {
        const { seq, hash } = await append(store, { number });
        acknowledged.push(`${seq} ${hash}`);
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable, String(error));
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const writers = Promise.all([0, 1, 2, 3].map(writer));
  for (let kill = 1; kill <= 2; kill += 1) {
    const target = acknowledged.length + 30;
    while (acknowledged.length < target) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.kill();
    await assert.rejects(store.audit.head(), StoreUnavailable);
    await server.start();
  }
  const target = acknowledged.length + 30;
  while (acknowledged.length < target) await new Promise((resolve) => setTimeout(resolve, 5));
  isOver = true;
  await writers;
  assert.ok(refused > 0);
  const records = await store.audit.list({ afterSeq: -1, limit: 100_000 });
  const kept = new Set(records.map(({ seq, hash }) => `${seq} ${hash}`));
  assert.deepEqual(
    acknowledged.filter((one) => !kept.has(one)),
    [],
  );
  let previous: string = chainStart;
  for (const [index, record] of records.entries()) {
    assert.deepEqual([record.seq, record.previous, record.hash], [index, previous, hashedAgain(record).hash]);
    previous = record.hash;
  }
});

/** As a standby would be that never got what came after `size` records; every connection there was is gone. */
async function takeOver(url: string, size: number): Promise<void> {
  await sql(url, `DELETE FROM audit WHERE seq >= ${size}`);
  const [last] = await sql(url, `SELECT line::json->>'hash' AS hash FROM audit WHERE seq = ${size - 1}`);
  await sql(url, `UPDATE audit_head SET size = ${size}, hash = '${String(last?.hash)}'`);
  const others = "datname = current_database() AND pid <> pg_backend_pid()";
  await sql(url, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE ${others}`);
}

test("R33: a database that went back is noticed before anything is written into it, and told once", async (t) => {
  const url = await freshDatabase(t);
  const losses: Loss[] = [];
  const store = await storeAt(t, url, { ...quick, wentBack: (loss) => void losses.push(loss) });
  for (let n = 0; n < 5; n += 1) await append(store, { n });
  await takeOver(url, 3);
  const tries = await Promise.allSettled([append(store, { n: 5 }), append(store, { n: 6 })]);
  for (const one of tries)
    assert.match(String(one.status === "rejected" && one.reason), /held 5 records, and now holds 3/);
  assert.deepEqual([losses.map(({ size }) => size), await count(url, "audit")], [[3], 3]);
  // Whoever was told decides; what is written from then on, such as that it was refused, is written.
  assert.equal((await append(store, { n: 7 })).seq, 3);
  assert.equal(losses.length, 1);
});

test("R33: a database whose last record is another one by now is noticed too, and one that merely restarted is not", async (t) => {
  const url = await freshDatabase(t);
  const losses: Loss[] = [];
  const shared = { ...quick, directory: temporaryDirectory(t) };
  const store = await storeAt(t, url, { ...shared, wentBack: (loss) => void losses.push(loss) });
  const other = await storeAt(t, url, shared);
  for (let n = 0; n < 5; n += 1) await append(store, { n });
  for (let n = 5; n < 8; n += 1) await append(other, { n });
  await takeOver(url, 8);
  assert.equal((await append(store, { n: 8 })).seq, 8);
  assert.deepEqual(losses, []);
  await takeOver(url, 6);
  await append(other, { n: 9 }).catch(() => undefined);
  for (let n = 0; n < 5; n += 1) await append(other, { n });
  await assert.rejects(append(store, { n: 8 }), /now holds 11 without the last of them/);
  assert.deepEqual(
    losses.map(({ size }) => size),
    [11],
  );
});

test("a network that swallows everything fails what waits within the deadline, stops nobody, and comes back", async (t) => {
  const { proxy, store } = await throughProxy(t);
  await append(store, { n: 0 });
  proxy.hang(true);
  const began = performance.now();
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 5);
  const tries = [append(store, { n: 1 }), append(store, { n: 2 }), store.audit.head()];
  for (const settled of await Promise.allSettled(tries)) {
    assert.equal(settled.status, "rejected");
    if (settled.status === "rejected") assert.ok(settled.reason instanceof StoreUnavailable, String(settled.reason));
  }
  clearInterval(ticking);
  assert.ok(performance.now() - began < 8_000);
  assert.ok(turns > 10, `the main loop went on: ${turns} turns`);
  proxy.hang(false);
  for (;;) {
    const back = await append(store, { n: 9 }).catch(() => null);
    if (back !== null) break;
  }
  const kept = await store.audit.list({ afterSeq: -1, limit: 10 });
  assert.deepEqual(
    kept.map(({ details }) => details.n),
    [0, 9],
  );
});

/** Somebody else's session that holds what `text` locks until it is let go. */
async function holding(
  t: Parameters<typeof freshDatabase>[0],
  url: string,
  text: string,
): Promise<() => Promise<void>> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  await client.query(`BEGIN; ${text}`);
  const free = () => client.end().catch(() => undefined);
  t.after(free);
  return free;
}

test("a statement that takes too long fails within its time, and so does a read that finds the pool exhausted", async (t) => {
  const url = await freshDatabase(t);
  const store = await storeAt(t, url, quick);
  const free = await holding(t, url, "LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE");
  const reads = await Promise.allSettled(Array.from({ length: 12 }, () => store.jobs.next()));
  for (const read of reads) {
    assert.equal(read.status, "rejected");
    if (read.status === "rejected") assert.ok(read.reason instanceof StoreUnavailable, String(read.reason));
  }
  await assert.rejects(
    store.transact((tx) => tx.jobs.put({ id: "a", kind: "execute", request: requestId("1"), dueAt: 1 })),
    StoreUnavailable,
  );
  await free();
  assert.equal(await store.jobs.next(), null, "nothing of it was kept");
  await append(store);
});

test("who finds the others writing for too long is refused with that reason, and nothing of theirs is lost", async (t) => {
  const url = await freshDatabase(t);
  const store = await storeAt(t, url, quick);
  const free = await holding(t, url, "SELECT * FROM audit_head FOR UPDATE");
  await assert.rejects(append(store), /others wrote for too long/);
  await free();
  assert.equal((await append(store)).seq, 0);
});

test("a replica that stands still in the middle of a transaction holds the others up only so long", async (t) => {
  const url = await freshDatabase(t);
  const directory = temporaryDirectory(t);
  const stopped = await storeAt(t, url, { ...quick, directory });
  const other = await storeAt(t, url, { ...quick, directory });
  let goOn: () => void = () => undefined;
  const stands = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let enter: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    enter = resolve;
  });
  const standing = stopped.transact(async (tx) => {
    await tx.requests.insert(sampleRequest());
    enter();
    await stands;
    await tx.audit.append(sampleEvent());
  });
  standing.catch(() => undefined);
  await inside;
  let waited = 0;
  for (;;) {
    const record = await append(other).catch(() => null);
    if (record !== null) break;
    waited += 1;
    assert.ok(waited < 20, "it was never let in");
  }
  goOn();
  await assert.rejects(standing, StoreUnavailable);
  assert.deepEqual([await count(url, "requests"), await count(url, "audit")], [0, 1]);
  assert.equal((await append(stopped)).seq, 1, "and it is well again by itself");
});

test("a commit that waits for a synchronous standby is not acknowledged because a timeout ended the waiting", async (t) => {
  const server = await startServer(process.env);
  t.after(() => server.stop());
  const url = await freshDatabase(t, server.url);
  const store = await storeAt(t, url, quick);
  await append(store);
  // A standby that is not there: commits wait for it for ever, and PostgreSQL answers a cancelled wait with success.
  await sql(server.url, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  await sql(server.url, "SELECT pg_reload_conf()");
  // A reload takes hold at a moment of the server's own; the first commit after it is the one that waits.
  let told = "";
  for (let commits = 0; told === "" && commits < 200; commits += 1)
    told = await append(store).then(
      () => "",
      (error: unknown) => String(error),
    );
  assert.match(told, /whether it was written is not known/);
  await sql(server.url, "ALTER SYSTEM RESET synchronous_standby_names");
  await sql(server.url, "SELECT pg_reload_conf()");
  for (;;) if ((await append(store).catch(() => null)) !== null) break;
  const records = await store.audit.list({ afterSeq: -1, limit: 10 });
  for (const [index, record] of records.entries()) assert.equal(record.seq, index);
});

test("a record that stands where the next one must go fails the write, and a write that changes nothing where it must does too", async (t) => {
  const url = await freshDatabase(t);
  const store = await storeAt(t, url);
  await append(store);
  await sql(url, "UPDATE audit SET seq = 1 WHERE seq = 0");
  await assert.rejects(append(store), /refused a statement/);
  await sql(url, "UPDATE audit SET seq = 0 WHERE seq = 1");
  await sql(url, "DELETE FROM counters WHERE name = 'outbox'");
  await assert.rejects(
    store.transact(async (tx) => {
      await tx.audit.append(sampleEvent());
      await tx.outbox.put(sampleMessage());
    }),
    /0 rows changed instead of 1/,
  );
  assert.equal(await count(url, "audit"), 1, "and nothing of that work stays");
});
