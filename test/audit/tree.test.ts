// B4: the Merkle tree agrees with RFC 9162's public vectors, and its proofs with its roots for every size.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { emptyRoot, leafHash, MerkleTree, nodeHash } from "../../src/audit/tree.ts";
import { Frontier, verifyConsistency, verifyInclusion } from "../../src/audit/tree-verify.ts";

interface Vectors {
  readonly inclusion: readonly {
    readonly file: string;
    readonly leafIdx: number;
    readonly treeSize: number;
    readonly root: string | null;
    readonly leafHash: string | null;
    readonly proof: readonly string[] | null;
    readonly wantErr: boolean;
  }[];
  readonly consistency: readonly {
    readonly file: string;
    readonly size1: number;
    readonly size2: number;
    readonly root1: string | null;
    readonly root2: string | null;
    readonly proof: readonly string[] | null;
    readonly wantErr: boolean;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL("vectors/merkle.json", import.meta.url), "utf8")) as Vectors;
const bytes = (base64: string | null) => Buffer.from(base64 ?? "", "base64");
const list = (proof: readonly string[] | null) => (proof ?? []).map(bytes);

test("B4: inclusion proofs: the public vectors of transparency-dev/merkle are accepted and refused as they say", () => {
  assert.ok(vectors.inclusion.length > 90);
  for (const { file, leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } of vectors.inclusion) {
    const claim = { leaf: bytes(leaf), index: leafIdx, size: treeSize, proof: list(proof), root: bytes(root) };
    assert.equal(verifyInclusion(claim), !wantErr, file);
  }
});

test("B4: consistency proofs: the public vectors of transparency-dev/merkle are accepted and refused as they say", () => {
  assert.ok(vectors.consistency.length > 90);
  for (const { file, size1, size2, root1, root2, proof, wantErr } of vectors.consistency) {
    const claim = { from: size1, to: size2, fromRoot: bytes(root1), toRoot: bytes(root2), proof: list(proof) };
    assert.equal(verifyConsistency(claim), !wantErr, file);
  }
});

/** The leaves and roots of certificate transparency's reference tests (transparency-dev/merkle testonly/constants.go). */
const referenceLeaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const referenceRoots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("the reference leaves give the reference roots, in the tree and at the frontier", () => {
  const tree = new MerkleTree();
  const frontier = new Frontier();
  for (const [size, root] of referenceRoots.entries()) {
    assert.equal(tree.root().toString("hex"), root);
    assert.equal(frontier.root().toString("hex"), root);
    const data = Buffer.from(referenceLeaves[size] ?? "", "hex");
    // Leaves here are text; some of these are not, so they are hashed by hand.
    const leaf = createHash("sha256").update(Buffer.of(0)).update(data).digest();
    tree.append(leaf);
    frontier.append(leaf);
  }
  for (const [size, root] of referenceRoots.entries()) assert.equal(tree.root(size).toString("hex"), root);
  assert.equal(leafHash("").toString("hex"), referenceRoots[1]);
  assert.equal(leafHash("!").toString("hex"), createHash("sha256").update("\0!").digest("hex"));
});

/** RFC 9162 section 2.1.1, word for word. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return emptyRoot;
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`));

function treeOf(leaves: readonly Buffer[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

test("law: the root is the definition's, at every size, in the tree and at the frontier", () => {
  const leaves = leavesOf(130);
  const tree = treeOf(leaves);
  const frontier = new Frontier();
  for (let size = 0; size <= leaves.length; size += 1) {
    const root = rootByDefinition(leaves.slice(0, size));
    assert.deepEqual(tree.root(size), root);
    assert.deepEqual(frontier.root(), root);
    const next = leaves[size];
    if (next !== undefined) frontier.append(next);
  }
});

test("law: every leaf's inclusion is proved, and only there", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (size, at, other) => {
      const leaves = leavesOf(size);
      const tree = treeOf(leaves);
      const index = at % size;
      const leaf = leaves[index];
      assert.ok(leaf !== undefined);
      const claim = { leaf, index, size, proof: tree.inclusionProof(index), root: tree.root() };
      assert.ok(verifyInclusion(claim));
      const elsewhere = other % size;
      if (elsewhere !== index) assert.ok(!verifyInclusion({ ...claim, index: elsewhere }));
      assert.ok(!verifyInclusion({ ...claim, leaf: leafHash("another") }));
      assert.ok(!verifyInclusion({ ...claim, proof: [...claim.proof, leaf] }));
      if (claim.proof.length > 0) assert.ok(!verifyInclusion({ ...claim, proof: claim.proof.slice(1) }));
    }),
    { numRuns: 150 },
  );
});

test("law: every earlier tree is proved a prefix, and a tree with one other leaf is not", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (to, at, changed) => {
      const leaves = leavesOf(to);
      const tree = treeOf(leaves);
      const from = 1 + (at % to);
      const claim = { from, to, fromRoot: tree.root(from), toRoot: tree.root(), proof: tree.consistencyProof(from) };
      assert.ok(verifyConsistency(claim));
      const forged = treeOf(leaves.map((leaf, index) => (index === changed % from ? leafHash("forged") : leaf)));
      assert.ok(!verifyConsistency({ ...claim, toRoot: forged.root(), proof: forged.consistencyProof(from) }));
      assert.ok(!verifyConsistency({ ...claim, fromRoot: forged.root(from) }));
    }),
    { numRuns: 150 },
  );
});

test("a tree refuses proofs of what it does not hold", () => {
  const tree = treeOf(leavesOf(5));
  assert.throws(() => tree.root(6), /holds 5 leaves, not 6/);
  assert.throws(() => tree.inclusionProof(5), /no leaf 5/);
  assert.throws(() => tree.inclusionProof(-1), /no leaf -1/);
  assert.throws(() => tree.consistencyProof(6), /no tree of 6/);
});
