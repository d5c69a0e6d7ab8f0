// B3, B5: the command line verifies, exports and proves with nothing but files and the public key.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { auditCommand } from "../../src/audit/cli.ts";
import { vkeyOf } from "../../src/audit/note.ts";
import { checkTlogProof } from "../../src/audit/proof.ts";
import { temporaryDirectory } from "../store/samples.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "./logs.ts";

const signer = newSigner("countersign.dev/log/cli");
const lines = linesOf(Array.from({ length: 12 }, (_, index) => eventNumber(index)));
const nothing = { lines: null, checkpoints: null, key: null };

function files(t: Parameters<typeof temporaryDirectory>[0], shown: readonly string[] = lines) {
  const directory = temporaryDirectory(t);
  const [log, checkpoints, key] = ["log.jsonl", "checkpoints", "audit.vkey"].map((name) => join(directory, name));
  assert.ok(log !== undefined && checkpoints !== undefined && key !== undefined);
  writeFileSync(log, shown.map((line) => `${line}\n`).join(""));
  mkdirSync(join(checkpoints, "000000000000"), { recursive: true });
  for (const size of [5, 11]) {
    writeFileSync(join(checkpoints, "000000000000", `${size}.checkpoint`), checkpointAt(lines, size, signer));
  }
  writeFileSync(key, `${vkeyOf(signer)}\n`);
  return { directory, flags: ["--log", log, "--checkpoints", checkpoints, "--key", key] };
}

test("verify says how many records are whole, and exits 0", async (t) => {
  const { flags } = files(t);
  assert.deepEqual(await auditCommand(["verify", ...flags], nothing), {
    output:
      "12 records are whole, and 2 checkpoints vouch for them. The last 1 are newer than every checkpoint: only the chain vouches for them.\n",
    exitCode: 0,
  });
});

test("verify names the first bad record, and exits 1", async (t) => {
  const { flags } = files(t, lines.toSpliced(7, 1));
  const { output, exitCode } = await auditCommand(["verify", ...flags], nothing);
  assert.equal(output, "Record 7 stands where number 7 belongs, and calls itself 8.\nFirst bad record: 7\n");
  assert.equal(exitCode, 1);
});

test("the key may be given as text, and what is ready without being named is used", async (t) => {
  const { flags } = files(t);
  const [, , , checkpoints = null] = flags;
  const ready = { lines: () => lines, checkpoints, key: vkeyOf(signer) };
  assert.equal((await auditCommand(["verify"], ready)).exitCode, 0);
  assert.equal((await auditCommand(["verify", "--key", vkeyOf(newSigner("other"))], ready)).exitCode, 1);
});

test("export writes the very lines, and never over a file that is there", async (t) => {
  const out = join(temporaryDirectory(t), "out.jsonl");
  const ready = { ...nothing, lines: () => lines };
  assert.deepEqual(await auditCommand(["export", "--out", out], ready), {
    output: `12 records written to ${out}\n`,
    exitCode: 0,
  });
  assert.equal(readFileSync(out, "utf8"), `${lines.join("\n")}\n`);
  assert.equal((await auditCommand(["export", "--out", out], ready)).exitCode, 2);
});

test("B5: prove gives each record of a request with a C2SP tlog-proof that stands by itself", async (t) => {
  const { flags, directory } = files(t);
  const out = join(directory, "proofs");
  const { output, exitCode } = await auditCommand(["prove", "r-0000001", "--out", out, ...flags], nothing);
  assert.equal(exitCode, 0);
  assert.match(
    output,
    /r-0000001-1 {2}write\.done\nr-0000001-6 {2}write\.intended\n1 newer records have no checkpoint yet/,
  );
  assert.deepEqual(readdirSync(out).sort(), [
    "r-0000001-1.json",
    "r-0000001-1.tlog-proof",
    "r-0000001-6.json",
    "r-0000001-6.tlog-proof",
  ]);
  const proof = readFileSync(join(out, "r-0000001-6.tlog-proof"), "utf8");
  const [header, index, ...rest] = proof.split("\n");
  assert.deepEqual([header, index], ["c2sp.org/tlog-proof@v1", "index 6"]);
  assert.equal(rest.indexOf(""), 4, "four hashes from leaf 6 of 11, then a blank line");
  assert.equal(rest.slice(5).join("\n"), checkpointAt(lines, 11, signer));

  const check = (record: string) =>
    auditCommand(
      ["check-proof", join(out, "r-0000001-6.tlog-proof"), join(out, record), "--key", vkeyOf(signer)],
      nothing,
    );
  assert.deepEqual(await check("r-0000001-6.json"), {
    output: "Proved: the record is number 6 of the log's first 11.\n",
    exitCode: 0,
  });
  assert.equal((await check("r-0000001-1.json")).exitCode, 1);
});

test("a proof that was touched in any line proves nothing", async (t) => {
  const { flags, directory } = files(t);
  const out = join(directory, "proofs");
  await auditCommand(["prove", "r-0000002", "--out", out, ...flags], nothing);
  const proof = readFileSync(join(out, "r-0000002-7.tlog-proof"), "utf8");
  const record = lines[7] ?? "";
  assert.equal(checkTlogProof(proof, record, signer).kind, "proved");
  assert.equal(checkTlogProof(proof.replace("index", "extra YWI=\nindex"), record, signer).kind, "proved");
  for (let at = 0; at < proof.length; at += 1) {
    const touched = proof.slice(0, at) + (proof[at] === "B" ? "C" : "B") + proof.slice(at + 1);
    assert.equal(checkTlogProof(touched, record, signer).kind, "not-proved", `at ${at}`);
  }
  assert.equal(checkTlogProof(proof, `${record} `, signer).kind, "not-proved");
});

test("prove refuses a log that does not fit its checkpoint, and a request that it does not hold", async (t) => {
  const { flags, directory } = files(t, lines.with(2, linesOf([eventNumber(55)])[0] ?? ""));
  const out = join(directory, "proofs");
  const unfit = await auditCommand(["prove", "r-0000001", "--out", out, ...flags], nothing);
  assert.deepEqual(
    [unfit.exitCode, unfit.output],
    [1, "the log does not fit its checkpoint of 11 records: verify it first\n"],
  );
  const { flags: whole } = files(t);
  const absent = await auditCommand(["prove", "r-zzzzzzz", "--out", out, ...whole], nothing);
  assert.deepEqual([absent.exitCode, absent.output], [1, "the log holds no record of r-zzzzzzz\n"]);
});

test("what is missing or mistyped is said with the usage, and exits 2", async (t) => {
  const { flags } = files(t);
  const [, log = "", , checkpoints = "", , key = ""] = flags;
  const said = async (...argv: readonly string[]) => {
    const { output, exitCode } = await auditCommand(argv, nothing);
    assert.equal(exitCode, 2, argv.join(" "));
    assert.match(output, /countersign audit verify/);
    return output;
  };
  await said();
  await said("verifi");
  assert.match(await said("verify"), /--log FILE/);
  assert.match(await said("verify", "--log", log), /--checkpoints DIR/);
  assert.match(await said("verify", "--log", log, "--checkpoints", checkpoints), /--key VKEY/);
  assert.match(
    await said("verify", "--log", log, "--checkpoints", checkpoints, "--key", "x"),
    /x is neither a vkey nor a file/,
  );
  assert.match(await said("verify", "--log", `${log}x`, "--checkpoints", checkpoints, "--key", key), /ENOENT/);
  assert.match(await said("verify", "--nonsense"), /Unknown option '--nonsense'/);
  assert.match(await said("prove", "r-1", "--out", "x"), /"r-1" is not a request id/);
  assert.match(await said("prove", "r-0000001"), /--out DIR/);
  assert.match(await said("export"), /--out FILE/);
  assert.match(await said("check-proof", "x"), /a proof and a record/);
});
