// B3 and the anchor: the log's head is signed in time, and never when the log does not continue what was signed before.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { fileAcceptance, lineFor } from "../../src/audit/acceptance.ts";
import { recordOf } from "../../src/audit/chain.ts";
import { openCheckpoint } from "../../src/audit/checkpoint.ts";
import { Checkpointer } from "../../src/audit/checkpointer.ts";
import { exportLines } from "../../src/audit/export.ts";
import { checkpointsIn } from "../../src/audit/files.ts";
import type { Signer } from "../../src/audit/note.ts";
import { openSigner } from "../../src/audit/signer.ts";
import { verifyLog } from "../../src/audit/verify.ts";
import { auditView } from "../../src/audit/view.ts";
import { directoryWitness } from "../../src/audit/witness.ts";
import { canonicalJson } from "../../src/core/digest.ts";
import type { Json } from "../../src/core/json.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { manualClock, random, sampleEvent, silent, temporaryDirectory, temporaryStore } from "../store/samples.ts";

interface Place {
  readonly data: string;
  readonly outside: string;
}

const place = (t: TestContext): Place => ({
  data: temporaryDirectory(t),
  outside: join(temporaryDirectory(t), "second"),
});

/** A process's life on the two directories: store, key and checkpointer. */
async function start(t: TestContext, at: Place, over: { readonly signer?: Signer } = {}) {
  const clock = manualClock();
  let checkpointer: Checkpointer | null = null;
  const store = await temporaryStore(t, {
    directory: at.data,
    clock,
    committed: (wrote) => checkpointer?.appended(wrote.audit),
  });
  const signer = over.signer ?? openSigner({ folder: join(at.data, "keys"), random });
  const witness = directoryWitness(at.outside);
  const told: number[] = [];
  const made = new Checkpointer({
    store,
    signer,
    witness,
    clock,
    log: silent,
    acceptance: fileAcceptance({ file: join(at.data, "audit-accept"), witness, clock }),
    tell: async (_, size) => {
      told.push(size);
    },
  });
  checkpointer = made;
  await made.start();
  const stop = async () => {
    await made.close();
    await store.close();
  };
  return { store, signer, witness, checkpointer: made, told, clock, stop };
}

async function append(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await store.transact((tx) => tx.audit.append(sampleEvent({ details: { index } })));
  }
}

const sizesIn = async (at: Place, signer: Signer) =>
  (await checkpointsIn(at.outside)).map((note) => {
    const opened = openCheckpoint(note, signer);
    return opened.kind === "genuine" ? opened.checkpoint.size : opened.why;
  });

const codes = async (store: Store) => (await store.audit.list({ limit: 10 })).map(({ code }) => code);

test("B3: a hundred records make a checkpoint without waiting for the minute", async (t) => {
  const at = place(t);
  const { store, signer, checkpointer, witness } = await start(t, at);
  await append(store, 250);
  await checkpointer.check();
  const sizes = await sizesIn(at, signer);
  assert.equal(sizes.at(-1), 250);
  assert.ok(sizes.length >= 2 && sizes.every((size, index) => index === 0 || size > (sizes[index - 1] ?? 0)));
  assert.ok(Number(sizes[0]) <= 200, "the first was made on the way");
  const verdict = await auditView({ store, witness, verifier: signer }).verify();
  assert.ok(verdict.ok, verdict.says);
  await checkpointer.close();
});

test("B3: a minute makes a checkpoint of what is new, and none when nothing is", async (t) => {
  const at = place(t);
  const { store, signer, clock, checkpointer, told } = await start(t, at);
  assert.deepEqual(await sizesIn(at, signer).catch(() => []), []);
  await append(store, 3);
  clock.set(clock.now() + 60_000);
  while ((await checkpointsIn(at.outside).catch(() => [])).length === 0)
    await new Promise((resolve) => setImmediate(resolve));
  await checkpointer.check();
  clock.set(clock.now() + 60_000);
  await checkpointer.check();
  assert.deepEqual(await sizesIn(at, signer), [3]);
  assert.deepEqual(told, [3]);
  await checkpointer.close();
});

test("what another replica signs while this one looks is no fork, and no missing checkpoint", async (t) => {
  const at = place(t);
  const { store, signer, witness, clock, checkpointer: other } = await start(t, at);
  let meanwhile: (() => Promise<void>) | null = null;
  const once = async (): Promise<void> => {
    const work = meanwhile;
    meanwhile = null;
    await work?.();
  };
  const signMore = async (): Promise<void> => {
    await append(store, 5);
    await other.check();
  };
  const acceptance = fileAcceptance({ file: join(at.data, "audit-accept"), witness, clock });
  const mine = (over: Partial<ConstructorParameters<typeof Checkpointer>[0]>) =>
    new Checkpointer({
      ...{ store, signer, witness, acceptance, clock, log: silent },
      tell: async () => undefined,
      ...over,
    });
  // The first signature of all, made between this one's two questions.
  meanwhile = signMore;
  const first = mine({
    store: {
      ...store,
      settings: { get: (name) => store.settings.get(name).then((found) => once().then(() => found)) },
    },
  });
  await first.check();
  assert.equal(first.refusal(), null);
  meanwhile = signMore;
  const second = mine({
    witness: { ...witness, latest: () => witness.latest().then((found) => once().then(() => found)) },
  });
  await second.check();
  assert.equal(second.refusal(), null);
  meanwhile = signMore;
  const third = mine({ witness: { ...witness, latest: () => once().then(() => witness.latest()) } });
  await third.check();
  assert.equal(third.refusal(), null, "what it vouches for is read after it");
  assert.deepEqual(await codes(store).then((all) => all.includes("checkpoint.refused")), false);
  await other.close();
});

test("several replicas keep the same checkpoint at once: it is there once and whole, and nothing is left beside it", async (t) => {
  const at = place(t);
  const witness = directoryWitness(at.outside);
  await Promise.all(Array.from({ length: 20 }, () => witness.keep("a note\n", 7)));
  assert.deepEqual(readdirSync(join(at.outside, "000000000000")), ["000000000007.checkpoint"]);
  assert.equal(await witness.latest(), "a note\n");
});

test("the channel is told at most once a minute, the second place gets every checkpoint", async (t) => {
  const at = place(t);
  const { store, signer, clock, checkpointer, told } = await start(t, at);
  for (let round = 0; round < 4; round += 1) {
    await append(store, 1);
    clock.set(clock.now() + 20_000);
    await checkpointer.check();
  }
  assert.deepEqual(await sizesIn(at, signer), [1, 2, 3, 4]);
  assert.deepEqual(told, [1, 4]);
  await checkpointer.close();
});

test("a clean stop leaves nothing unvouched, and the next start goes on from there", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 7);
  await first.stop();
  assert.deepEqual(await sizesIn(at, first.signer), [7]);
  const second = await start(t, at);
  assert.equal(second.checkpointer.refusal(), null);
  await append(second.store, 2);
  await second.stop();
  assert.deepEqual(await sizesIn(at, second.signer), [7, 9]);
});

test("until the first check nothing may be changed", async (t) => {
  const at = place(t);
  const { store, signer, witness, clock } = await start(t, at);
  const fresh = new Checkpointer({
    ...{ store, signer, witness, clock, log: silent, tell: async () => undefined },
    acceptance: fileAcceptance({ file: join(at.data, "audit-accept"), witness, clock }),
  });
  assert.equal(fresh.refusal()?.code, "audit-unavailable");
  await fresh.check();
  assert.equal(fresh.refusal(), null);
});

/** Changes the database behind the bot's back. */
function meddle(at: Place, sql: string, ...values: readonly string[]): void {
  const db = new DatabaseSync(join(at.data, "store.db"));
  for (const statement of sql.split(";")) db.prepare(statement).run(...(statement.includes("?") ? values : []));
  db.close();
}

const rollBackTo = (size: number, hash: string) =>
  `DELETE FROM audit WHERE seq >= ${size};UPDATE audit_head SET size = ${size}, hash = '${hash}'`;

test("R33: a restored backup is refused: nothing is signed, it is recorded, changes stop, and reads go on", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 20);
  const fifth = (await first.store.audit.list({ afterSeq: 4, limit: 1 }))[0];
  await first.stop();
  meddle(at, rollBackTo(6, fifth?.hash ?? ""));

  const second = await start(t, at);
  const refusal = second.checkpointer.refusal();
  assert.equal(refusal?.code, "audit-unavailable");
  assert.match(refusal?.message ?? "", /vouches for 20 records, and the log holds fewer/);
  assert.match(refusal?.hint ?? "", /audit-accept/);
  assert.deepEqual((await codes(second.store)).at(-1), "checkpoint.refused");
  await append(second.store, 200);
  await second.checkpointer.check();
  assert.equal(second.checkpointer.refusal()?.code, "audit-unavailable", "a fork that grew longer is one still");
  assert.deepEqual(await sizesIn(at, second.signer), [20], "nothing more was signed");
  await second.checkpointer.close();
});

test("a log rewritten with its chain computed anew is refused at the next start", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 3);
  const records = await first.store.audit.list({ afterSeq: -1, limit: 10 });
  await first.stop();
  let head = { size: 0, hash: "" };
  for (const record of records) {
    const forged = recordOf({ ...record, channel: "C666" }, head, record.at);
    meddle(at, `UPDATE audit SET line = ? WHERE seq = ${record.seq}`, canonicalJson(forged as unknown as Json));
    head = { size: head.size + 1, hash: forged.hash };
  }
  meddle(at, "UPDATE audit_head SET hash = ? WHERE id = 1", head.hash);
  const second = await start(t, at);
  assert.match(second.checkpointer.refusal()?.message ?? "", /the first 3 records are not those/);
  await second.checkpointer.close();
});

test("a record altered in place is refused, and that no person can accept", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 3);
  await first.stop();
  meddle(at, `UPDATE audit SET line = replace(line, '"index":1', '"index":8') WHERE seq = 1`);
  const second = await start(t, at);
  const why = "record 1 of the log is missing or was altered";
  assert.ok(second.checkpointer.refusal()?.message.includes(why));
  writeFileSync(join(at.data, "audit-accept"), lineFor(why));
  await second.checkpointer.check();
  assert.ok(second.checkpointer.refusal()?.message.includes(why));
  await second.checkpointer.close();
});

test("another key is refused, although the log is whole", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 3);
  await first.stop();
  for (const file of ["audit.pem", "audit.vkey"]) rmSync(join(at.data, "keys", file));
  const second = await start(t, at);
  assert.match(second.checkpointer.refusal()?.message ?? "", /was signed with the key .* and this one is/);
  await second.checkpointer.close();
});

test("a second place that lost its checkpoints is refused", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 3);
  await first.stop();
  rmSync(at.outside, { recursive: true });
  const second = await start(t, at);
  assert.match(second.checkpointer.refusal()?.message ?? "", /the second place holds none/);
  await second.checkpointer.close();
});

test("a checkpoint outside that is not ours is refused", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 3);
  await first.stop();
  const [folder = ""] = readdirSync(at.outside);
  writeFileSync(join(at.outside, folder, "000000000009.checkpoint"), "nonsense");
  const second = await start(t, at);
  assert.match(second.checkpointer.refusal()?.message ?? "", /does not count: it is not a signed note/);
  await second.checkpointer.close();
});

test("a person's acceptance names the very fork; then the old checkpoints stand aside and signing goes on", async (t) => {
  const at = place(t);
  const first = await start(t, at);
  await append(first.store, 20);
  await first.stop();
  const head = (await temporaryHead(t, at))[5] ?? "";
  meddle(at, rollBackTo(6, head));
  const second = await start(t, at);
  const accept = join(at.data, "audit-accept");
  writeFileSync(accept, "accept 000000000000\n");
  await second.checkpointer.check();
  assert.notEqual(second.checkpointer.refusal(), null, "another fork's acceptance is none");
  const line = /write "(accept [0-9a-f]{12})"/.exec(second.checkpointer.refusal()?.hint ?? "")?.[1] ?? "";
  writeFileSync(accept, `${line}\n`);
  await second.checkpointer.check();
  assert.equal(second.checkpointer.refusal(), null);
  assert.deepEqual((await codes(second.store)).slice(-2), ["checkpoint.refused", "setting.changed"]);
  assert.deepEqual(await sizesIn(at, second.signer), [8]);
  const aside = readdirSync(at.outside).find((name) => name.startsWith("abandoned-")) ?? "";
  assert.equal((await checkpointsIn(join(at.outside, aside))).length, 1, "the evidence is kept");
  const verdict = await verifyLog({
    lines: exportLines(second.store),
    checkpoints: await checkpointsIn(at.outside),
    verifier: second.signer,
  });
  assert.ok(verdict.ok, verdict.says);
  await second.stop();
  const third = await start(t, at);
  assert.equal(third.checkpointer.refusal(), null, "the file was used up, and all is well");
  await third.checkpointer.close();
});

async function temporaryHead(t: TestContext, at: Place): Promise<readonly string[]> {
  const store = await temporaryStore(t, { directory: at.data });
  const hashes = (await store.audit.list({ afterSeq: -1, limit: 100 })).map(({ hash }) => hash);
  await store.close();
  return hashes;
}

test("when no checkpoint can be kept for five minutes, changes stop; when it can again, they go on", async (t) => {
  const at = place(t);
  const { store, checkpointer, clock } = await start(t, at);
  await append(store, 1);
  writeFileSync(at.outside, "a file where the directory should be");
  await checkpointer.check();
  assert.equal(checkpointer.refusal(), null);
  clock.set(clock.now() + 300_000);
  await checkpointer.check();
  assert.match(checkpointer.refusal()?.message ?? "", /no checkpoint could be kept for five minutes/);
  // The clock put back makes it no shorter: for how long is not known, so changes stay stopped.
  clock.set(clock.now() - 3_600_000);
  assert.match(checkpointer.refusal()?.message ?? "", /no checkpoint could be kept for five minutes/);
  rmSync(at.outside);
  await checkpointer.check();
  assert.equal(checkpointer.refusal(), null);
  await checkpointer.close();
});

test("the signing key is made once with mode 0600, and its public half lies beside it", async (t) => {
  const folder = join(temporaryDirectory(t), "keys");
  const first = openSigner({ folder, random });
  assert.equal((statSync(join(folder, "audit.pem")).mode & 0o777).toString(8), "600");
  assert.match(
    readFileSync(join(folder, "audit.vkey"), "utf8"),
    /^countersign\.dev\/log\/[0-9a-f]{16}\+[0-9a-f]{8}\+\S+\n$/,
  );
  const again = openSigner({ folder, random });
  assert.deepEqual([again.name, again.id], [first.name, first.id]);
  writeFileSync(join(folder, "audit.vkey"), "other+00000000+AAAA\n");
  assert.throws(() => openSigner({ folder, random }), /is not a vkey/);
});

/** A process that runs on while a standby takes over which got the first five records and no more. */
async function overtaken(t: TestContext) {
  const at = place(t);
  const clock = manualClock();
  const primary = await temporaryStore(t, { directory: at.data, clock });
  const standby = await temporaryStore(t, { clock });
  const signer = openSigner({ folder: join(at.data, "keys"), random });
  const witness = directoryWitness(at.outside);
  const acceptance = fileAcceptance({ file: join(at.data, "audit-accept"), witness, clock });
  let now = primary;
  const store: Store = {
    ...primary,
    audit: {
      list: (filter) => now.audit.list(filter),
      lines: (filter) => now.audit.lines(filter),
      head: () => now.audit.head(),
    },
    settings: { get: (name) => now.settings.get(name) },
    transact: (work) => now.transact(work),
  };
  const tell = async (): Promise<void> => undefined;
  const checkpointer = new Checkpointer({ store, signer, witness, acceptance, clock, log: silent, tell });
  for (const one of [primary, standby]) await append(one, 5);
  await checkpointer.check();
  const key = await primary.settings.get("signing-key-id");
  await standby.transact((tx) => tx.settings.set("signing-key-id", key));
  const takeOver = async (grownBy: number): Promise<void> => {
    now = standby;
    clock.set(clock.now() + 1_000);
    await append(standby, grownBy);
  };
  const accept = async (): Promise<void> => {
    const line = /write "(accept [0-9a-f]{12})"/.exec(checkpointer.refusal()?.hint ?? "")?.[1] ?? "";
    writeFileSync(join(at.data, "audit-accept"), `${line}\n`);
    await checkpointer.check();
  };
  return { at, store, standby, signer, checkpointer, takeOver, accept };
}

for (const [grownBy, says] of [
  [0, /vouches for 8 records, and the log holds fewer/],
  [3, /the first 8 records are not those that the checkpoint outside vouches for/],
  [9, /the first 8 records are not those that the checkpoint outside vouches for/],
] as const) {
  test(`R33: a log that went back under a running process and grew by ${grownBy} again waits for a person, and for no start anew`, async (t) => {
    const { at, store, signer, checkpointer, takeOver, accept } = await overtaken(t);
    await append(store, 3);
    await checkpointer.check();
    await takeOver(grownBy);
    for (let round = 0; round < 3; round += 1) {
      await checkpointer.check();
      assert.match(checkpointer.refusal()?.message ?? "", says);
    }
    assert.deepEqual(await sizesIn(at, signer), [5, 8], "nothing more was signed");
    await accept();
    assert.equal(checkpointer.refusal(), null);
    const checkpoints = await checkpointsIn(at.outside);
    const verdict = await verifyLog({ lines: exportLines(store), checkpoints, verifier: signer });
    assert.ok(verdict.ok, verdict.says);
  });
}

const loss = { why: "the database held 8 records, and now holds 5", size: 5 };

test("R33: what no checkpoint vouched for is missed too, at once, until a person accepts that it is gone", async (t) => {
  const { store, checkpointer, takeOver, accept } = await overtaken(t);
  await append(store, 3);
  await takeOver(0);
  checkpointer.doubt(loss);
  assert.match(checkpointer.refusal()?.message ?? "", /is still being checked/);
  for (let round = 0; round < 3; round += 1) {
    await checkpointer.check();
    assert.ok(checkpointer.refusal()?.message.includes(loss.why));
  }
  await accept();
  assert.equal(checkpointer.refusal(), null);
});

test("a loss that is noticed while a round is under way is not forgotten when that round finds all well", async (t) => {
  const { store, checkpointer } = await overtaken(t);
  await append(store, 3);
  const round = checkpointer.check();
  checkpointer.doubt(loss);
  await round;
  assert.notEqual(checkpointer.refusal(), null);
  await checkpointer.check();
  assert.ok(checkpointer.refusal()?.message.includes(loss.why));
});

test("R33: a person's acceptance holds for every replica", async (t) => {
  const { standby, checkpointer, takeOver } = await overtaken(t);
  await takeOver(0);
  checkpointer.doubt(loss);
  await checkpointer.check();
  assert.notEqual(checkpointer.refusal(), null);
  const details = { setting: "audit-log", why: loss.why, abandoned: "elsewhere" };
  await standby.transact((tx) => tx.audit.append(sampleEvent({ code: "setting.changed", details })));
  await checkpointer.check();
  assert.equal(checkpointer.refusal(), null);
});
