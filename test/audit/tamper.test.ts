// T25, F4: whatever is done to a log, the outside checkpoint gives it away, and clean logs raise no alarm.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { recordOf } from "../../src/audit/chain.ts";
import { openCheckpoint } from "../../src/audit/checkpoint.ts";
import { verifyAgainst, verifyLog } from "../../src/audit/verify.ts";
import { canonicalJson, digestOf } from "../../src/core/digest.ts";
import type { Json } from "../../src/core/json.ts";
import { type Tampered, tamperings } from "../support/tamperings.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "./logs.ts";

const signer = newSigner("countersign.dev/log/test");
const size = 16;
const events = Array.from({ length: size }, (_, index) => eventNumber(index));
const lines = linesOf(events);
/** The last one covers the whole log: it is the anchor. */
const anchored = [6, 11, size];
const anchors = anchored.map((at) => checkpointAt(lines, at, signer));

/** Their signatures are looked at once, not at each of the thousands of tamperings. */
const opened = anchors.map((note) => {
  const genuine = openCheckpoint(note, signer);
  assert.ok(genuine.kind === "genuine");
  return genuine.checkpoint;
});

async function mustBeSeen(name: string, tampered: Tampered): Promise<void> {
  const verdict = await verifyAgainst(tampered.lines, { anchors: opened, verifier: signer });
  const of = `${name}: ${verdict.says}`;
  assert.equal(verdict.ok, false, of);
  assert.ok(verdict.firstBad !== null, of);
  if (tampered.exactly === null) assert.ok(verdict.firstBad <= tampered.upTo, `${of} (up to ${tampered.upTo})`);
  else assert.equal(verdict.firstBad, tampered.exactly, of);
}

test("T25, R33: at least 5,000 tamperings are all seen, and the first bad record is named", async () => {
  let seen = 0;
  for (let round = 0; seen < 5_000; round += 1) {
    for (const [name, tamper] of Object.entries(tamperings({ events, anchored }))) {
      const tampered = tamper(round % size, Math.floor(round / size + round * 7) % size);
      if (tampered === null) continue;
      await mustBeSeen(name, tampered);
      seen += 1;
    }
  }
  assert.ok(seen >= 5_000);
});

test("rolling back the log and the checkpoints beside it is seen by whoever holds the newest one", async () => {
  for (let at = 0; at < size; at += 1) {
    const beside = [6, 11].filter((one) => one <= at).map((one) => checkpointAt(lines, one, signer));
    const verdict = await verifyLog({
      lines: lines.slice(0, at),
      checkpoints: [...beside, anchors[2] ?? ""],
      verifier: signer,
    });
    assert.equal(verdict.ok, false);
    assert.equal(verdict.firstBad, anchored.findLast((one) => one <= at) ?? 0);
    assert.match(verdict.says, new RegExp(`ends after ${at} records, but a checkpoint vouches for 16`));
  }
});

test("the heads of two logs swapped, and a head signed by another key, are seen", async () => {
  const other = linesOf(events.map((event) => ({ ...event, channel: "C9" })));
  const foreign = newSigner(signer.name);
  for (const at of [6, 11, size]) {
    const swapped = await verifyLog({ lines, checkpoints: [checkpointAt(other, at, signer)], verifier: signer });
    assert.equal(swapped.ok, false);
    const resigned = await verifyLog({ lines, checkpoints: [checkpointAt(lines, at, foreign)], verifier: signer });
    assert.equal(resigned.ok, false);
    assert.match(resigned.says, /does not count: it is not signed by/);
  }
});

test("two genuine checkpoints of one size with different roots are seen, whichever log is shown", async () => {
  const other = linesOf(events.map((event) => ({ ...event, channel: "C9" })));
  const both = [checkpointAt(lines, size, signer), checkpointAt(other, size, signer)];
  for (const shown of [lines, other]) {
    assert.equal((await verifyLog({ lines: shown, checkpoints: both, verifier: signer })).ok, false);
  }
});

test("200 clean logs raise no alarm", async () => {
  for (let log = 0; log < 200; log += 1) {
    const records = linesOf(Array.from({ length: 1 + (log % 40) }, (_, index) => eventNumber(index, { log })));
    const at = 1 + ((log * 7) % records.length);
    const checkpoints = [at, records.length].map((one) => checkpointAt(records, one, signer));
    const verdict = await verifyLog({ lines: records, checkpoints, verifier: signer });
    assert.ok(verdict.ok, verdict.says);
    assert.equal(verdict.vouched, records.length);
  }
});

test("a log without a checkpoint is not called whole; one that outgrew its checkpoints says how much is open", async () => {
  const none = await verifyLog({ lines, checkpoints: [], verifier: signer });
  assert.deepEqual([none.ok, none.says], [false, "There is no checkpoint, so nothing vouches for the log."]);
  const some = await verifyLog({ lines, checkpoints: anchors.slice(0, 2), verifier: signer });
  assert.equal(some.ok, true);
  assert.match(some.says, /16 records are whole, and 2 checkpoints vouch for them. The last 5 are newer/);
});

test("law: a record's hash covers all that it says, and the same event gives the same record", () => {
  const json = fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean()));
  fc.assert(
    fc.property(json, json, fc.nat(), (details, other, at) => {
      const head = { size: 3, hash: digestOf("before") };
      const one = recordOf({ ...eventNumber(1), details }, head, at);
      assert.deepEqual(recordOf({ ...eventNumber(1), details }, head, at), one);
      const { hash, ...rest } = one;
      assert.equal(digestOf(rest as unknown as Json), hash);
      const [again = ""] = linesOf([{ ...eventNumber(1), details }], head);
      assert.equal(canonicalJson(JSON.parse(again) as Json), again);
      assert.equal(JSON.parse(again).previous, head.hash);
      const differs = canonicalJson(details) !== canonicalJson(other);
      if (differs) assert.notEqual(recordOf({ ...eventNumber(1), details: other }, head, at).hash, hash);
      assert.notEqual(recordOf({ ...eventNumber(1), details }, head, at + 1).hash, hash);
    }),
    { numRuns: 60 },
  );
});

test("control characters stand in the record as JSON escapes", () => {
  const [line = ""] = linesOf([eventNumber(0)]);
  assert.ok(line.includes("\\u0007"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
  assert.doesNotMatch(line, /[\u0000-\u001f]/);
});
