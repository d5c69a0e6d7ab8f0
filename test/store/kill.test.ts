// F1, the store's part: kill -9 at random moments loses nothing that was acknowledged.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chainStart, hashedAgain } from "../../src/audit/chain.ts";
import { temporaryDirectory, temporaryStore } from "./samples.ts";

const child = fileURLToPath(new URL("./worker-child.ts", import.meta.url));

/** Lets a process append until it has acknowledged so many, kills it there, and gives what it had acknowledged. */
async function appendAndKill(directory: string, after: number): Promise<readonly string[]> {
  const process_ = spawn(process.execPath, [child, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(process_, "exit");
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: process_.stdout })) {
    if (line !== "open") acknowledged.push(line);
    if (acknowledged.length >= after) process_.kill("SIGKILL");
  }
  await ended;
  // The last line may have been cut in the middle of being written.
  return acknowledged.filter((line) => /^\d+ sha256:[0-9a-f]{64}$/.test(line));
}

test("kill -9 while appending loses nothing acknowledged, tears nothing, and the chain goes on", async (t) => {
  const directory = temporaryDirectory(t);
  const acknowledged: string[] = [];
  for (let kill = 0; kill < 4; kill += 1) {
    acknowledged.push(...(await appendAndKill(directory, 3 + Math.floor(Math.random() * 60))));
  }
  const store = await temporaryStore(t, { directory });
  const records = await store.audit.list({ afterSeq: -1, limit: 100_000 });
  const kept = new Map(records.map((record) => [record.seq, record.hash as string]));
  for (const line of acknowledged) {
    const [seq, hash] = line.split(" ");
    assert.equal(kept.get(Number(seq)), hash, `record ${seq} was acknowledged`);
  }
  let previous: string = chainStart;
  for (const [index, record] of records.entries()) {
    assert.equal(record.seq, index);
    assert.equal(record.previous, previous);
    assert.equal(hashedAgain(record).hash, record.hash);
    previous = record.hash;
  }
  const jobs = await store.jobs.due(Number.MAX_SAFE_INTEGER, 100_000);
  assert.equal(jobs.length, records.length, "a record and its job are there together or not at all");
  assert.ok(acknowledged.length >= 12);
});
