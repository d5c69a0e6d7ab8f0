// F4, T25: logs of every length, anchored anywhere, tampered with in every way: all seen, and the first bad record named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openCheckpoint } from "../../src/audit/checkpoint.ts";
import { verifyAgainst, verifyLog } from "../../src/audit/verify.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "../audit/logs.ts";
import { type Tampered, tamperings } from "../support/tamperings.ts";
import { type Chance, chanceOf, givenSeed } from "./history/chance.ts";
import { atLeast, count, report } from "./history/report.ts";
import { sized } from "./history/size.ts";

const seed = givenSeed();
const signer = newSigner("countersign.dev/log/faults");

function logBy(chance: Chance) {
  const size = 8 + chance.int(56);
  const events = Array.from({ length: size }, (_, index) => eventNumber(index, { log: chance.int(1_000) }));
  const anchored = [...new Set([1 + chance.int(size - 1), 1 + chance.int(size - 1), size])].sort((a, b) => a - b);
  return { events, anchored, lines: linesOf(events) };
}

function named({ exactly, upTo }: Tampered, firstBad: number | null): boolean {
  if (firstBad === null) return false;
  return exactly === null ? firstBad <= upTo : firstBad === exactly;
}

test("F4: every tampering is seen, and no clean log is accused", async (t) => {
  const chance = chanceOf(seed);
  const wanted = sized(20_000, 5_000);
  let [tried, seen, right] = [0, 0, 0];
  while (tried < wanted) {
    const { events, anchored, lines } = logBy(chance);
    const anchors = anchored.map((at) => {
      const note = openCheckpoint(checkpointAt(lines, at, signer), signer);
      assert.ok(note.kind === "genuine");
      return note.checkpoint;
    });
    for (const [name, tamper] of Object.entries(tamperings({ events, anchored }))) {
      for (let again = 0; again < 4; again += 1) {
        const tampered = tamper(chance.int(lines.length), chance.int(lines.length));
        if (tampered === null) continue;
        const verdict = await verifyAgainst(tampered.lines, { anchors, verifier: signer });
        tried += 1;
        if (!verdict.ok) seen += 1;
        if (!verdict.ok && named(tampered, verdict.firstBad)) right += 1;
        else
          t.diagnostic(
            `${name}, seed ${seed}: ${verdict.says}; ${JSON.stringify({ anchored, ...tampered, lines: undefined })}`,
          );
      }
    }
  }
  let accused = 0;
  for (let clean = 0; clean < 200; clean += 1) {
    const { anchored, lines } = logBy(chance);
    const checkpoints = anchored.map((at) => checkpointAt(lines, at, signer));
    if (!(await verifyLog({ lines, checkpoints, verifier: signer })).ok) accused += 1;
  }
  report(t, {
    part: "F4",
    ...{ backend: "none", seed },
    figures: [
      atLeast("tamperings", 5_000, tried),
      count("of them seen", tried, seen),
      count("of them the first bad record named", tried, right),
      count("false alarms in 200 clean logs", 0, accused),
    ],
  });
  assert.deepEqual([seen, right, accused], [tried, tried, 0]);
});
