// `countersign migrate`, `move`, `audit` and `doctor` on a real PostgreSQL.
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import { signCheckpoint } from "../../src/audit/checkpoint.ts";
import { LogTree } from "../../src/audit/log-tree.ts";
import { openSigner } from "../../src/audit/signer.ts";
import { directoryWitness } from "../../src/audit/witness.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { openStore } from "../../src/store/open.ts";
import { freshDatabase, sql, storeAt } from "../postgres/fresh.ts";
import {
  manualClock,
  random,
  requestId,
  sampleEvent,
  sampleGrant,
  sampleMessage,
  sampleRequest,
  sampleReview,
  silent,
  temporaryDirectory,
} from "../store/samples.ts";
import { runCli } from "./capture.ts";
import { configText } from "./config.ts";

/** A stopped bot's directory with something in most tables, and a checkpoint outside. */
async function stopped(t: TestContext, records = 1_500) {
  const directory = temporaryDirectory(t);
  const [data, outside, file] = [join(directory, "data"), join(directory, "outside"), join(directory, "c.yaml")];
  writeFileSync(file, configText({ dataDirectory: data, checkpoints: outside }));
  const store = await openStore({
    ...{ directory: data, clock: manualClock(), random, log: silent, seal: sealRecord, minFreeBytes: 0 },
  });
  const secret = { ...sampleRequest().plan, sensitive: true };
  await store.transact(async (tx) => {
    await tx.requests.insert(sampleRequest());
    await tx.requests.insert(sampleRequest({ id: requestId("2"), plan: secret, says: "” \u0000 \u2028 ü \\ '" }));
    await tx.grants.insert(sampleGrant());
    await tx.reviews.insert(sampleReview("a:1"));
    await tx.outbox.put(sampleMessage());
    await tx.jobs.put({ id: "a", kind: "execute", request: requestId("1"), dueAt: 5 });
    await tx.seen.mark("event", Number.MAX_SAFE_INTEGER);
    await tx.settings.set("halted", { by: "U1" });
    await tx.locks.take(["a:shop"], requestId("1"));
    for (let index = 0; index < records; index += 1)
      await tx.audit.append(sampleEvent({ details: { index, text: "\u0007\u202e" } }));
  });
  const signer = openSigner({ folder: join(data, "keys"), random });
  const tree = new LogTree(store, signer);
  await tree.catchUp();
  await directoryWitness(outside).keep(signCheckpoint({ size: records, root: tree.tree.root() }, signer), records);
  return { data, outside, file, store, secret };
}

test("migrate shows what it would do, does it, and does nothing twice", async (t) => {
  const { file, store } = await stopped(t, 1);
  await store.close();
  const env = { DATABASE_URL: await freshDatabase(t) };
  const shown = await runCli(["migrate", "--dry-run", "--config", file], env);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /^-- 0001-first-tables\nCREATE TABLE requests/);
  assert.match(shown.out, /TEXT COLLATE "C"/);
  assert.deepEqual(await sql(env.DATABASE_URL, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), []);
  const done = await runCli(["migrate", "--config", file], env);
  assert.equal(done.code, 0, done.err);
  for (const { name } of migrations) assert.ok(done.out.includes(`applied ${name}`), name);
  const again = await runCli(["migrate", "--config", file], env);
  assert.match(again.out, /is up to date: nothing was done/);
  assert.match((await runCli(["migrate", "--dry-run", "--config", file], env)).out, /nothing would be done/);
  await sql(env.DATABASE_URL, "INSERT INTO migrations VALUES ('0099-tomorrow', 0)");
  const newer = await runCli(["migrate", "--config", file], env);
  assert.equal(newer.code, 1);
  assert.match(newer.err, /newer version \(0099-tomorrow\)/);
});

test("a migration that fails leaves nothing of itself behind, and the next try goes on from there", async (t) => {
  const { file, store } = await stopped(t, 1);
  await store.close();
  const env = { DATABASE_URL: await freshDatabase(t) };
  await sql(env.DATABASE_URL, "CREATE TABLE sign_ins (id int)");
  const failed = await runCli(["migrate", "--config", file], env);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /sign_ins/);
  assert.deepEqual(await sql(env.DATABASE_URL, "SELECT name FROM migrations"), [{ name: "0001-first-tables" }]);
  assert.deepEqual(await sql(env.DATABASE_URL, "SELECT tablename FROM pg_tables WHERE tablename = 'links'"), []);
  await sql(env.DATABASE_URL, "DROP TABLE sign_ins");
  assert.equal((await runCli(["migrate", "--config", file], env)).code, 0);
});

test("move copies every table, proves that the record is the same, and puts the old file aside", async (t) => {
  const { data, file, store, secret } = await stopped(t);
  const env = { DATABASE_URL: await freshDatabase(t) };
  const running = await runCli(["move", "--config", file], env);
  assert.equal(running.code, 1);
  assert.match(running.err, /A bot runs on .*: stop it first/);
  const lines = (await store.audit.list({ afterSeq: -1, limit: 10_000 })).map((record) => record.hash);
  await store.close();
  const shown = await runCli(["move", "--dry-run", "--config", file], env);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /audit +1500/);
  assert.match(shown.out, /Nothing was changed/);
  assert.equal(existsSync(join(data, "store.db")), true);
  const moved = await runCli(["move", "--config", file], env);
  assert.equal(moved.code, 0, moved.err);
  assert.match(moved.out, /every row was compared, and the record verifies there as it did here/);
  assert.equal(existsSync(join(data, "store.db")), false);
  assert.equal(existsSync(join(data, "store.db.moved")), true);

  const copy = await storeAt(t, env.DATABASE_URL, { directory: data, clock: manualClock() });
  assert.deepEqual(
    (await copy.audit.list({ afterSeq: -1, limit: 10_000 })).map((record) => record.hash),
    lines,
  );
  assert.deepEqual(await copy.requests.get(requestId("1")), sampleRequest());
  const kept = await copy.requests.get(requestId("2"));
  assert.deepEqual([kept?.plan, kept?.says], [secret, "” \u0000 \u2028 ü \\ '"], "what is encrypted opens there too");
  assert.deepEqual(await copy.grants.get(requestId("1")), sampleGrant());
  assert.deepEqual(await copy.settings.get("halted"), { by: "U1" });
  assert.equal((await copy.transact((tx) => tx.audit.append(sampleEvent()))).seq, 1_500, "and it goes on where it was");
  assert.equal(await copy.transact((tx) => tx.seen.mark("event", 9)), false);
  await copy.transact((tx) => tx.outbox.put(sampleMessage({ key: "next" })));
  assert.deepEqual(
    (await copy.outbox.due(Number.MAX_SAFE_INTEGER, 10)).map(({ id }) => id),
    [1, 2],
    "numbers go on too",
  );

  const verified = await runCli(["audit", "verify", "--config", file], env);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /1501/);
  const gone = await runCli(["move", "--config", file], env);
  assert.equal(gone.code, 1);
  assert.match(gone.err, /was moved before: it stands as store\.db\.moved/);
});

test("move names what is wrong: a database that is not empty, a record that does not verify, no store, no address", async (t) => {
  const { data, file, store } = await stopped(t, 20);
  await store.close();
  const url = await freshDatabase(t);
  const other = await storeAt(t, url);
  await other.transact((tx) => tx.audit.append(sampleEvent()));
  const full = await runCli(["move", "--config", file], { DATABASE_URL: url });
  assert.equal(full.code, 1);
  assert.match(full.err, /is not empty \(1 rows in audit\), and it does not hold what this store holds/);
  const unset = await runCli(["move", "--config", file], {});
  assert.equal(unset.code, 1);
  assert.match(unset.err, /DATABASE_URL is not set/);
  const words = await runCli(["move", "now", "--config", file], { DATABASE_URL: url });
  assert.equal(words.code, 2);

  const empty = await freshDatabase(t);
  const db = new DatabaseSync(join(data, "store.db"));
  db.exec("UPDATE audit SET line = replace(line, 'write.intended', 'write.done') WHERE seq = 7");
  db.close();
  const altered = await runCli(["move", "--config", file], { DATABASE_URL: empty });
  assert.equal(altered.code, 1);
  assert.match(altered.err, /is not moved: .*7/);
  assert.deepEqual(await sql(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), []);
});

test("a move whose end was cut off is finished by doing it again", async (t) => {
  const { data, file, store } = await stopped(t, 20);
  await store.close();
  const env = { DATABASE_URL: await freshDatabase(t) };
  cpSync(join(data, "store.db"), join(data, "kept.db"));
  assert.equal((await runCli(["move", "--config", file], env)).code, 0);
  // As if the process had died between the commit and the renaming.
  cpSync(join(data, "kept.db"), join(data, "store.db"));
  const again = await runCli(["move", "--config", file], env);
  assert.equal(again.code, 0, again.err);
  assert.match(again.out, /already: every row was compared/);
  assert.equal(existsSync(join(data, "store.db")), false);
});

test("doctor looks at the database, and nothing that is printed holds its password", async (t) => {
  const { file, store } = await stopped(t, 1);
  await store.close();
  const url = await freshDatabase(t);
  const password = new URL(url).password;
  const good = await runCli(["doctor", "--config", file], { DATABASE_URL: url });
  assert.match(good.out, /ok {4}database: 127\.0\.0\.1:\d+\/cs_\w+ is PostgreSQL \d+\.\d+\./);
  assert.match(good.out, /look {2}what the database promises: It has no synchronous standby/);
  assert.match(good.out, /ok {4}clock against the database/);
  const wrong = new URL(url);
  wrong.password = `${password}x`;
  const bad = await runCli(["doctor", "--config", file], { DATABASE_URL: wrong.href });
  assert.match(bad.out, /MEND {2}database: .* did not take the password of countersign: look at DATABASE_URL/);
  for (const { out, err } of [good, bad]) assert.equal(`${out}${err}`.includes(password), false);
  assert.ok(readFileSync(file, "utf8").length > 0);
});
