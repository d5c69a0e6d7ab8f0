// F5, the store's part: a disk that is full, hangs or is gone acknowledges nothing and stops nobody.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { sealRecord } from "../../src/audit/chain.ts";
import { StoreUnavailable } from "../../src/core/ports/store.ts";
import { lackOf } from "../../src/store/faults.ts";
import { StoreInUse } from "../../src/store/link.ts";
import { openStore } from "../../src/store/open.ts";
import {
  manualClock,
  random,
  requestId,
  sampleEvent,
  sampleRequest,
  silent,
  temporaryDirectory,
  temporaryStore,
} from "./samples.ts";

const big = sampleEvent({ details: { text: "x".repeat(20_000) } });

test("a second process is refused with a sentence, and comes in once the first has gone", async (t) => {
  const directory = temporaryDirectory(t);
  const first = await temporaryStore(t, { directory });
  await first.transact((tx) => tx.audit.append(sampleEvent()));
  await assert.rejects(temporaryStore(t, { directory }), (error: Error) => {
    assert.ok(error instanceof StoreInUse);
    assert.match(error.message, /is in use by another Countersign process: stop that one first/);
    assert.ok(error.message.includes(directory));
    return true;
  });
  await first.close();
  const second = await temporaryStore(t, { directory });
  assert.equal((await second.audit.head())?.seq, 0);
});

test("another process on the same directory is refused with the same sentence", async (t) => {
  const directory = temporaryDirectory(t);
  await temporaryStore(t, { directory });
  const script = fileURLToPath(new URL("./worker-child.ts", import.meta.url));
  const other = spawn(process.execPath, [script, directory], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  other.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(other, "close");
  assert.equal(code, 1);
  assert.match(said, /StoreInUse.*is in use by another Countersign process/);
});

test("a directory that is gone acknowledges nothing", async (t) => {
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { directory });
  renameSync(directory, `${directory}-gone`);
  t.after(() => rmSync(`${directory}-gone`, { recursive: true, force: true }));
  await assert.rejects(
    store.transact((tx) => tx.audit.append(sampleEvent())),
    StoreUnavailable,
  );
  renameSync(`${directory}-gone`, directory);
  assert.equal((await store.transact((tx) => tx.audit.append(sampleEvent()))).seq, 0);
});

test("B6: eight callers get at least 200 durable appends a second", async (t) => {
  const store = await temporaryStore(t);
  const began = performance.now();
  const caller = async () => {
    for (let index = 0; index < 40; index += 1) await store.transact((tx) => tx.audit.append(sampleEvent()));
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  const perSecond = 320 / ((performance.now() - began) / 1000);
  assert.ok(perSecond >= 200, `${perSecond.toFixed(0)} a second`);
});

test("on a full disk nothing is acknowledged, what was stays, and room makes it well again", async (t) => {
  const directory = temporaryDirectory(t);
  const full = await temporaryStore(t, { directory, maxPages: 120 });
  let acknowledged = 0;
  let failed = 0;
  for (let index = 0; index < 40; index += 1) {
    await full
      .transact((tx) => tx.audit.append(big))
      .then(
        () => {
          assert.equal(failed, 0, "nothing of that size goes through after the first failure");
          acknowledged += 1;
        },
        (error: unknown) => {
          assert.ok(error instanceof StoreUnavailable, String(error));
          failed += 1;
        },
      );
  }
  assert.ok(acknowledged > 0 && failed > 0);
  assert.equal((await full.audit.list({ afterSeq: -1, limit: 100 })).length, acknowledged);
  await full.close();
  const roomy = await temporaryStore(t, { directory });
  assert.equal((await roomy.transact((tx) => tx.audit.append(big))).seq, acknowledged);
});

test("in a transaction that asks, a full disk is the same", async (t) => {
  const store = await temporaryStore(t, { maxPages: 120 });
  const plan = { ...sampleRequest().plan, title: "x".repeat(400_000) };
  await assert.rejects(
    store.transact((tx) => tx.requests.insert(sampleRequest({ plan }))),
    StoreUnavailable,
  );
  assert.equal(await store.requests.get(requestId("1")), null);
  await store.transact((tx) => tx.requests.insert(sampleRequest()));
});

test("with too little free space no transaction begins, and the sentence says how much is needed", async (t) => {
  const store = await temporaryStore(t);
  await store.close();
  assert.equal(lackOf({ bavail: 10, bsize: 4096 }, { minFreeBytes: 40_960, directory: "/data" }), null);
  assert.equal(
    lackOf({ bavail: 700, bsize: 4096 }, { minFreeBytes: 67_108_864, directory: "/data" }),
    "only 2 MiB free under /data, 64 MiB are needed: make room",
  );
  const starved = openStore({
    directory: temporaryDirectory(t),
    clock: manualClock(),
    random,
    log: silent,
    seal: sealRecord,
    minFreeBytes: Number.MAX_SAFE_INTEGER,
  });
  await assert.rejects(starved, StoreUnavailable);
});

test("a hanging disk fails what waits within the deadline, stops nobody, writes nothing late, and comes back", async (t) => {
  let hang: (on: boolean) => void = () => undefined;
  const store = await temporaryStore(t, {
    deadlineMs: 600,
    onHangSwitch: (set) => {
      hang = set;
    },
  });
  t.after(() => hang(false));
  await store.transact((tx) => tx.audit.append(sampleEvent({ details: { n: 0 } })));
  hang(true);
  const began = performance.now();
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 5);
  const tries = [
    store.transact((tx) => tx.audit.append(sampleEvent({ details: { n: 1 } }))),
    store.transact((tx) => tx.audit.append(sampleEvent({ details: { n: 2 } }))),
    store.transact(async (tx) => {
      await tx.requests.get(requestId("1"));
      return tx.audit.append(sampleEvent({ details: { n: 3 } }));
    }),
    store.audit.head(),
  ];
  for (const settled of await Promise.allSettled(tries)) {
    assert.equal(settled.status, "rejected");
    if (settled.status === "rejected") assert.ok(settled.reason instanceof StoreUnavailable, String(settled.reason));
  }
  clearInterval(ticking);
  assert.ok(performance.now() - began < 3_000);
  assert.ok(turns > 10, `the main loop went on: ${turns} turns`);
  await assert.rejects(
    store.transact((tx) => tx.audit.append(sampleEvent())),
    StoreUnavailable,
    "at once, while it hangs",
  );
  hang(false);
  for (;;) {
    const back = await store.transact((tx) => tx.audit.append(sampleEvent({ details: { n: 9 } }))).catch(() => null);
    if (back !== null) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const kept = await store.audit.list({ afterSeq: -1, limit: 10 });
  assert.deepEqual(
    kept.map(({ seq, details }) => [seq, details.n]),
    [
      [0, 0],
      [1, 9],
    ],
  );
});

test("a transaction begun before the disk hung cannot go on after it came back", async (t) => {
  let hang: (on: boolean) => void = () => undefined;
  const store = await temporaryStore(t, {
    deadlineMs: 500,
    onHangSwitch: (set) => {
      hang = set;
    },
  });
  t.after(() => hang(false));
  await assert.rejects(
    store.transact(async (tx) => {
      await tx.requests.insert(sampleRequest());
      hang(true);
      await store.audit.head().catch(() => undefined);
      hang(false);
      while ((await store.audit.head().catch(() => "down")) === "down") {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await tx.audit.append(sampleEvent());
    }),
    StoreUnavailable,
  );
  assert.equal(await store.requests.get(requestId("1")), null);
  await store.transact((tx) => tx.requests.insert(sampleRequest()));
  assert.equal((await store.requests.get(requestId("1")))?.revision, 1);
});

test("the directory is 0700 and every file of the store 0600", async (t) => {
  const directory = join(temporaryDirectory(t), "data");
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  const store = await temporaryStore(t, { directory });
  await store.transact((tx) => tx.audit.append(sampleEvent()));
  const mode = (path: string) => (statSync(join(directory, path)).mode & 0o777).toString(8);
  assert.equal(mode("."), "700");
  assert.equal(mode("keys"), "700");
  for (const file of ["store.db", "store.db-wal", "store.lock", "keys/requests.key"])
    assert.equal(mode(file), "600", file);
});

test("a database of a newer version is refused, and one that is no database too", async (t) => {
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { directory });
  await store.close();
  const db = new DatabaseSync(join(directory, "store.db"));
  db.exec("INSERT INTO migrations (name, applied_at) VALUES ('0099-tomorrow', 0)");
  db.close();
  await assert.rejects(temporaryStore(t, { directory }), /newer version \(0099-tomorrow\)/);
  const other = temporaryDirectory(t);
  writeFileSync(join(other, "store.db"), "this is no database, and long enough to be looked at as one\n".repeat(40));
  await assert.rejects(temporaryStore(t, { directory: other }), StoreUnavailable);
});

test("what a sensitive request holds is on the disk only encrypted, and erased at its end", async (t) => {
  const directory = temporaryDirectory(t);
  const store = await temporaryStore(t, { directory });
  const canary = "canary-hunter2";
  const plain = sampleRequest();
  const [change] = plain.plan.changes;
  assert.ok(change?.kind === "object");
  const secret = sampleRequest({
    invocation: { verb: "apply", args: { manifest: canary } },
    plan: {
      ...plain.plan,
      sensitive: true,
      followUp: { verb: "apply", args: { manifest: canary } },
      undo: { kind: "command", invocation: { verb: "apply", args: { manifest: canary } }, says: "put it back" },
      changes: [
        {
          ...change,
          object: { ...change.object, kind: { ...change.object.kind, group: "", kind: "Secret", resource: "secrets" } },
          call: { ...change.call, body: { data: canary } },
          before: { old: canary },
          after: { new: canary },
        },
      ],
    },
  });
  await store.transact((tx) => tx.requests.insert(secret));
  assert.deepEqual(await store.requests.get(secret.id), secret);
  const onDisk = () => Buffer.concat(["store.db", "store.db-wal"].map((file) => readFileSync(join(directory, file))));
  assert.equal(onDisk().includes(canary), false);
  assert.equal(onDisk().includes(Buffer.from(canary).toString("base64").slice(0, -2)), false);

  const ended = { ...secret, revision: 2, state: "done" as const };
  await store.transact((tx) => tx.requests.replace(ended, 1));
  assert.deepEqual(await store.requests.get(secret.id), ended, "its next stage is still to be asked for");
  assert.equal(onDisk().includes(canary), false);
  await store.transact((tx) => tx.requests.replace({ ...ended, revision: 3, followUpAskedAt: 1 }, 2));
  const left = await store.requests.get(secret.id);
  assert.equal(left?.state, "done");
  assert.deepEqual(left.invocation.args, {});
  assert.deepEqual(left.plan.followUp, { verb: "apply", args: {} });
  assert.equal(JSON.stringify(left).includes(canary), false);
  assert.equal(left.plan.digest, secret.plan.digest);
  await store.close();

  const db = new DatabaseSync(join(directory, "store.db"));
  assert.deepEqual({ ...db.prepare("SELECT secret FROM requests").get() }, { secret: null });
  db.close();
});

test("ciphertext moved to another request does not open", async (t) => {
  const directory = temporaryDirectory(t);
  const plan = { ...sampleRequest().plan, sensitive: true };
  const store = await temporaryStore(t, { directory });
  await store.transact(async (tx) => {
    await tx.requests.insert(sampleRequest({ plan }));
    await tx.requests.insert(sampleRequest({ plan, id: requestId("2") }));
  });
  await store.close();
  const db = new DatabaseSync(join(directory, "store.db"));
  db.exec("UPDATE requests SET secret = (SELECT secret FROM requests WHERE id = 'r-0000002') WHERE id = 'r-0000001'");
  db.close();
  const again = await temporaryStore(t, { directory });
  await assert.rejects(again.requests.get(requestId("1")), /r-0000001 do not open with this key/);
  assert.notEqual(await again.requests.get(requestId("2")), null);
});
