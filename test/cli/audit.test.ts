// `countersign audit`: through the running bot, from the store that nobody has open, and from files elsewhere.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sealRecord } from "../../src/audit/chain.ts";
import { signCheckpoint } from "../../src/audit/checkpoint.ts";
import { exportLines } from "../../src/audit/export.ts";
import { LogTree } from "../../src/audit/log-tree.ts";
import { vkeyOf } from "../../src/audit/note.ts";
import { openSigner } from "../../src/audit/signer.ts";
import { directoryWitness } from "../../src/audit/witness.ts";
import { controlPath, listenForControl } from "../../src/server/control.ts";
import { openStore } from "../../src/store/open.ts";
import { eventNumber } from "../audit/logs.ts";
import { manualClock, random, silent, temporaryDirectory } from "../store/samples.ts";
import { runCli } from "./capture.ts";
import { configText } from "./config.ts";

/** A data directory with ten records, of which the checkpoint outside vouches for seven. */
async function installation(t: TestContext) {
  const directory = temporaryDirectory(t);
  const [data, outside, file] = [join(directory, "data"), join(directory, "outside"), join(directory, "c.yaml")];
  writeFileSync(file, configText({ dataDirectory: data, checkpoints: outside }));
  const store = await openStore({
    directory: data,
    clock: manualClock(),
    random,
    log: silent,
    seal: sealRecord,
    minFreeBytes: 0,
  });
  const signer = openSigner({ folder: join(data, "keys"), random });
  const witness = directoryWitness(outside);
  const tree = new LogTree(store, signer);
  const sign = async () => {
    await tree.catchUp();
    const size = tree.tree.size;
    const note = signCheckpoint({ size, root: tree.tree.root(size) }, signer);
    await witness.keep(note, size);
    return { note, size, key: vkeyOf(signer) };
  };
  const append = (from: number, until: number) =>
    store.transact(async (tx) => {
      for (let index = from; index < until; index += 1)
        await tx.audit.append(eventNumber(index, { text: "line\u2028separators\u2029 and \r in a name" }));
    });
  await append(0, 7);
  await sign();
  await append(7, 10);
  return { directory, data, outside, file, store, signer, sign };
}

async function withBot(t: TestContext) {
  const made = await installation(t);
  const control = await listenForControl({
    path: controlPath(made.data),
    log: silent,
    source: {
      status: async () => ({
        version: "1",
        startedAt: 0,
        records: 10,
        backlog: { count: 0, oldestCreatedAt: null },
        sealed: null,
      }),
      auditLines: () => exportLines(made.store),
      proving: made.sign,
      prunable: async () => ({ kind: "pruned", records: 7, requests: 2, others: 5 }),
    },
  });
  t.after(async () => {
    await control.close();
    await made.store.close();
  });
  return made;
}

test("while the bot runs, verify reads the log through it", async (t) => {
  const { file } = await withBot(t);
  assert.deepEqual(await runCli(["audit", "verify", "--config", file]), {
    code: 0,
    out: "10 records are whole, and 1 checkpoints vouch for them. The last 3 are newer than every checkpoint: only the chain vouches for them.\n",
    err: "",
  });
});

test("prove has the running bot sign first, so that the newest records are proved too", async (t) => {
  const { file, directory } = await withBot(t);
  const out = join(directory, "proofs");
  const ran = await runCli(["audit", "prove", "r-0000003", "--out", out, "--config", file]);
  assert.deepEqual([ran.code, ran.out], [0, "r-0000003-3  write.intended\nr-0000003-8  write.done\n"]);
  const [record, proof] = ["json", "tlog-proof"].map((end) => join(out, `r-0000003-8.${end}`));
  const checked = await runCli(["audit", "check-proof", proof ?? "", record ?? "", `--config=${file}`]);
  assert.deepEqual([checked.code, checked.out], [0, "Proved: the record is number 8 of the log's first 10.\n"]);
});

test("prune --dry-run says what the running bot would prune; without a bot, or the flag, it says why not", async (t) => {
  const { file } = await withBot(t);
  const asked = await runCli(["audit", "prune", "--dry-run", "--config", file]);
  assert.deepEqual(
    [asked.code, asked.out],
    [
      0,
      "The next pruning would take the documents of 2 requests, the words of 7 records and 5 rows of what else is over. Nothing was changed.\n",
    ],
  );
  const bare = await runCli(["audit", "prune", "--config", file]);
  assert.equal(bare.code, 2);
  assert.match(
    bare.err,
    /The bot prunes by itself, once a day, and nobody has it prune by hand: .*audit prune --dry-run says what would go now/,
  );
  const alone = await installation(t);
  await alone.store.close();
  const none = await runCli(["audit", "prune", "--dry-run", "--config", alone.file]);
  assert.equal(none.code, 1);
  assert.match(none.err, /No bot runs on .*: only a running one knows what is alive, and prunes/);
});

test("when no bot runs the store itself is opened, and closed again", async (t) => {
  const { file, store, directory } = await installation(t);
  await store.close();
  const verified = await runCli(["audit", "verify"], { COUNTERSIGN_CONFIG: file });
  assert.equal(verified.code, 0, verified.err);
  const out = join(directory, "log.jsonl");
  const exported = await runCli(["audit", "export", "--out", out, "--config", file]);
  assert.deepEqual([exported.code, exported.out], [0, `10 records written to ${out}\n`]);
});

test("an exported log verifies elsewhere with nothing but files and the public key, whatever its records hold", async (t) => {
  const { file, outside, data, directory } = await withBot(t);
  const elsewhere = join(directory, "elsewhere");
  mkdirSync(elsewhere);
  const log = join(elsewhere, "log.jsonl");
  await runCli(["audit", "export", "--out", log, "--config", file]);
  const key = readFileSync(join(data, "keys", "audit.vkey"), "utf8").trim();
  const argv = ["audit", "verify", "--log", log, "--checkpoints", outside, "--key", key];
  const ran = await runCli(argv, { COUNTERSIGN_CONFIG: join(directory, "there-is-none.yaml") });
  assert.equal(ran.code, 0, ran.err);
  writeFileSync(log, readFileSync(log, "utf8").replaceAll("\n", "\r\n"));
  assert.equal((await runCli(argv)).code, 0);
  writeFileSync(log, readFileSync(log, "utf8").replace('"index":4', '"index":5'));
  const altered = await runCli(argv);
  assert.deepEqual([altered.code, altered.out.split("\n").at(-2)], [1, "First bad record: 4"]);
});

test("a store that another process holds without answering is said to be in use", async (t) => {
  const { file, store } = await installation(t);
  t.after(() => store.close());
  const ran = await runCli(["audit", "verify", "--config", file]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /is in use by another Countersign process/);
});

test("an installation that never ran is told so, and nothing is made", async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, "c.yaml");
  const [data, outside] = [join(directory, "data"), join(directory, "outside")];
  writeFileSync(file, configText({ dataDirectory: data, checkpoints: outside }));
  mkdirSync(outside);
  mkdirSync(join(data, "keys"), { recursive: true });
  openSigner({ folder: join(data, "keys"), random });
  const ran = await runCli(["audit", "verify", "--config", file]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /There is no store under .*: has the bot ever started/);
  assert.deepEqual(readdirSync(data), ["keys"]);
});

test("wrong words exit with 2 and the usage", async () => {
  const none = { COUNTERSIGN_CONFIG: "" };
  assert.match((await runCli(["audit", "verify", "--config"], none)).err, /--config needs a value/);
  const unknown = await runCli(["audit", "verifi", "--log", "a", "--checkpoints", "b", "--key", "c"]);
  assert.deepEqual([unknown.code, unknown.out], [2, ""]);
  assert.match(unknown.err, /countersign audit verify/);
});
