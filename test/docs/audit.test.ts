// docs/audit.md: its program verifies a log that this program wrote, by itself, and sees an altered one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { notRecorded } from "../../src/audit/events/index.ts";
import { vkeyOf } from "../../src/audit/note.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "../audit/logs.ts";
import { detailsFor, headOf, pruned, withoutWords } from "../audit/pruned-logs.ts";
import { temporaryDirectory } from "../store/samples.ts";

const page = readFileSync("docs/audit.md", "utf8");

test("the program in the page verifies a log with nothing but files and the public key", (t) => {
  const directory = temporaryDirectory(t);
  const put = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const signer = newSigner("countersign.dev/log/docs");
  const lines = linesOf(Array.from({ length: 13 }, (_, index) => eventNumber(index, { text: "\u2028 é" })));
  const program = put("verify.mjs", /^```js\n(.*?)^```/ms.exec(page)?.[1] ?? "");
  const [note, key] = [put("11.checkpoint", checkpointAt(lines, 11, signer)), put("audit.vkey", `${vkeyOf(signer)}\n`)];
  const verify = (shown: readonly string[]) =>
    spawnSync(process.execPath, [program, put("log.jsonl", `${shown.join("\n")}\n`), note, key], { encoding: "utf8" });
  const whole = verify(lines);
  assert.equal(
    whole.stdout,
    "13 records are whole, the first 11 vouched for by countersign.dev/log/docs\n",
    whole.stderr,
  );
  assert.match(verify(lines.with(4, (lines[4] ?? "").replace('"index":4', '"index":5'))).stderr, /record 4 is bad/);
  assert.match(verify(lines.slice(0, 10)).stderr, /not that log/);
  const log = [...lines, ...linesOf([pruned(detailsFor(lines, [[2, 4]], signer))], headOf(lines))];
  const without = (...gone: readonly number[]) =>
    verify(log.map((line, seq) => (gone.includes(seq) ? withoutWords(log, seq) : line)));
  const left = "14 records are whole but for the words of 3, the first 11 vouched for by countersign.dev/log/docs\n";
  assert.equal(without(2, 3, 4).stdout, left, without(2, 3, 4).stderr);
  assert.match(without(2, 3, 4, 5).stderr, /record 5 lacks its words, and no pruning covers it/);
  const stretched = log.map((line, seq) => (seq === 13 ? line.replace('"2-4"', '"2-5"') : line));
  assert.match(verify(stretched.with(5, withoutWords(log, 5))).stderr, /record 13 is bad/);
  const forged = pruned({ ...detailsFor(lines, [[2, 4]], signer), records: ["2-5"] });
  const by = [...lines, ...linesOf([forged], headOf(lines))];
  assert.match(verify(by.with(5, withoutWords(log, 5))).stderr, /record 5 lacks its words/);
});

test("the page names all that is not recorded", () => {
  const section = /^## What is not recorded\n(.*?)^## /ms.exec(page)?.[1] ?? "";
  for (const name of Object.keys(notRecorded)) assert.match(section.toLowerCase(), new RegExp(`\\b${name}`));
});
