// B13 as laws: whatever is pruned, every older proof and checkpoint holds, and nothing of what is left can be changed unseen.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openCheckpoint } from "../../src/audit/checkpoint.ts";
import { checkTlogProof, tlogProof } from "../../src/audit/proof.ts";
import { proveRequest } from "../../src/audit/prove.ts";
import { numbersIn, parseSpans, type Span, spansOf, spanText, without } from "../../src/audit/pruning/spans.ts";
import { leafHash, MerkleTree } from "../../src/audit/tree.ts";
import { verifyConsistency } from "../../src/audit/tree-verify.ts";
import { verifyAgainst, verifyLog } from "../../src/audit/verify.ts";
import type { RequestId } from "../../src/core/ids.ts";
import { checkpointAt, eventNumber, linesOf, newSigner } from "./logs.ts";
import { detailsFor, headOf, pruned, withoutWords } from "./pruned-logs.ts";

const signer = newSigner("countersign.dev/log/laws");

interface Story {
  /** As it was written, word for word. */
  readonly whole: readonly string[];
  /** As it stands after its prunings. */
  readonly left: readonly string[];
  readonly gone: ReadonlySet<number>;
}

/** A log in which events and prunings follow each other; each pruning takes any records of before it but other prunings. */
function storyOf(chapters: readonly { readonly events: number; readonly take: readonly number[] }[]): Story {
  let lines: string[] = [];
  const prunings = new Set<number>();
  const gone = new Set<number>();
  for (const { events, take } of chapters) {
    const from = lines.length === 0 ? undefined : headOf(lines);
    lines = [
      ...lines,
      ...linesOf(
        Array.from({ length: events }, (_, index) => eventNumber(lines.length + index)),
        from,
      ),
    ];
    const free = lines.map((_, seq) => seq).filter((seq) => !prunings.has(seq) && !gone.has(seq));
    const taken = [...new Set(take.map((index) => free[index % free.length] ?? 0))].sort((one, other) => one - other);
    if (taken.length === 0) continue;
    prunings.add(lines.length);
    lines.push(...linesOf([pruned(detailsFor(lines, spansOf(taken), signer))], headOf(lines)));
    for (const seq of taken) gone.add(seq);
  }
  return { whole: lines, gone, left: lines.map((line, seq) => (gone.has(seq) ? withoutWords(lines, seq) : line)) };
}

const stories = fc
  .array(fc.record({ events: fc.integer({ min: 1, max: 9 }), take: fc.array(fc.nat(30), { maxLength: 8 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map(storyOf);

test("every checkpoint and every proof of before holds on any log after any prunings, and it verifies", async () => {
  await fc.assert(
    fc.asyncProperty(stories, fc.nat(60), async ({ whole, left, gone }, at) => {
      const size = 1 + (at % whole.length);
      const checkpoints = [checkpointAt(whole, size, signer), checkpointAt(whole, whole.length, signer)];
      const verdict = await verifyLog({ lines: left, checkpoints, verifier: signer });
      assert.ok(verdict.ok, verdict.says);
      assert.deepEqual([verdict.pruned, verdict.vouched], [gone.size, whole.length]);
      const [before, after] = [treeOf(whole), treeOf(left)];
      const proof = after.consistencyProof(size);
      const claim = { from: size, to: whole.length, fromRoot: before.root(size), toRoot: after.root(), proof };
      assert.ok(verifyConsistency(claim));
      for (const [index, line] of whole.slice(0, size).entries()) {
        const note = checkpoints[0] ?? "";
        const old = tlogProof(before, { index, size, note });
        assert.equal(old, tlogProof(after, { index, size, note }));
        assert.equal(checkTlogProof(old, line, signer).kind, "proved");
      }
    }),
    { numRuns: 60 },
  );
});

test("what is left of a request's records is still proved, and of a pruned one it says why it cannot be", async () => {
  const { whole, left, gone } = storyOf([
    { events: 9, take: [0, 5] },
    { events: 3, take: [] },
  ]);
  assert.deepEqual([...gone], [0, 5]);
  const checkpoints = [checkpointAt(whole, whole.length, signer)];
  const prove = (request: string) =>
    proveRequest({ request: request as RequestId, lines: left, checkpoints, verifier: signer });
  const one = await prove("r-0000001");
  assert.ok(one.kind === "proved");
  assert.deepEqual(
    one.records.map(({ seq }) => seq),
    [1, 6, 11],
  );
  const none = await prove("r-0000009");
  assert.ok(none.kind === "refused");
  assert.match(none.why, /holds no record of r-0000009; 2 records were pruned: name the archive .* --archive DIR/);
});

test("every change of a single byte of what is left is seen", async () => {
  const { whole, left } = storyOf([
    { events: 5, take: [1, 2, 4] },
    { events: 2, take: [0] },
  ]);
  const note = openCheckpoint(checkpointAt(whole, whole.length, signer), signer);
  assert.ok(note.kind === "genuine");
  const anchored = { anchors: [note.checkpoint], verifier: signer };
  assert.ok((await verifyAgainst(left, anchored)).ok);
  let tried = 0;
  for (const [seq, line] of left.entries()) {
    for (let at = 0; at < line.length; at += 1) {
      const other = line[at] === "0" ? "1" : "0";
      const changed = left.with(seq, `${line.slice(0, at)}${other}${line.slice(at + 1)}`);
      const verdict = await verifyAgainst(changed, anchored);
      assert.ok(!verdict.ok && verdict.firstBad !== null, `record ${seq}, byte ${at}: ${verdict.says}`);
      tried += 1;
    }
  }
  assert.ok(tried > 2_000, String(tried));
});

test("words taken away on top of any prunings are found, and the first of them is named", async () => {
  await fc.assert(
    fc.asyncProperty(stories, fc.nat(60), async ({ whole, left, gone }, at) => {
      const seq = at % whole.length;
      fc.pre(!gone.has(seq));
      const checkpoints = [checkpointAt(whole, whole.length, signer)];
      const shown = left.with(seq, withoutWords(whole, seq));
      const verdict = await verifyLog({ lines: shown, checkpoints, verifier: signer });
      assert.equal(verdict.ok, false);
      // Of a pruning that lost its words, what it covered is not covered any more: the first of that is named.
      assert.ok(verdict.firstBad !== null && (verdict.firstBad === seq || gone.has(verdict.firstBad)), verdict.says);
    }),
    { numRuns: 100 },
  );
});

test("a pruned record that no checkpoint vouches for is a finding, however well its pruning is signed", async () => {
  const { whole, left } = storyOf([{ events: 5, take: [3] }]);
  const verdict = await verifyLog({ lines: left, checkpoints: [checkpointAt(whole, 3, signer)], verifier: signer });
  assert.deepEqual([verdict.ok, verdict.firstBad], [false, 3]);
  assert.match(verdict.says, /Record 3 was pruned, and no checkpoint vouches for it/);
});

const spanLists = fc.uniqueArray(fc.nat(40)).map((all) => spansOf(all.sort((one, other) => one - other)));

test("spans are written and read without loss, and taking some from others leaves what is in none of them", () => {
  fc.assert(
    fc.property(spanLists, spanLists, spanLists, (spans, one, other) => {
      assert.deepEqual(parseSpans(spans.map(spanText)), spans);
      const others: readonly Span[] = [...other, ...one];
      const taken = new Set(numbersIn(others));
      assert.deepEqual(
        [...numbersIn(without(spans, others))],
        [...numbersIn(spans)].filter((number) => !taken.has(number)),
      );
    }),
  );
  for (const wrong of [["1-1"], ["01"], ["3-2"], ["1", "2"], ["5", "1"], ["1-3", "2"], [""], ["-1"], [7], ["1e3"]])
    assert.equal(parseSpans(wrong), null, JSON.stringify(wrong));
});

function treeOf(lines: readonly string[]): MerkleTree {
  const tree = new MerkleTree();
  for (const line of lines)
    tree.append(/^\{"leaf":"sha256:/.test(line) ? Buffer.from(line.slice(16, 80), "hex") : leafHash(line));
  return tree;
}
