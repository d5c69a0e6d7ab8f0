// Signed notes and checkpoints: byte for byte what the C2SP specifications say.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { openCheckpoint, signCheckpoint } from "../../src/audit/checkpoint.ts";
import { isKeyName, openNote, parseVkey, type Signer, signNote, verifierOf, vkeyOf } from "../../src/audit/note.ts";
import { leafHash } from "../../src/audit/tree.ts";
import { newSigner } from "./logs.ts";

// The vector of golang.org/x/mod/sumdb/note, from which the specification comes.
const vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const skey = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const signature =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

function peter(): Signer {
  const seed = Buffer.from(skey, "base64").subarray(1);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { ...verifierOf("PeterNeumann", createPublicKey(privateKey)), privateKey };
}

function mustParse(line: string) {
  const verifier = parseVkey(line);
  assert.ok(verifier !== null);
  return verifier;
}

test("the public vector's key, id and signature come out byte for byte", () => {
  assert.equal(vkeyOf(peter()), vkey);
  assert.equal(signNote(text, peter()), `${text}\n${signature}`);
  assert.deepEqual(openNote(`${text}\n${signature}`, mustParse(vkey)), { kind: "signed", text });
});

test("no mangled vkey is taken", () => {
  for (let start = 0; start < vkey.length; start += 1) {
    for (let end = start + 1; end <= vkey.length; end += 1) {
      if (start !== 0 || end !== vkey.length) assert.equal(parseVkey(vkey.slice(start, end)), null);
    }
    const next = String.fromCharCode(vkey.charCodeAt(start) + 1);
    assert.equal(parseVkey(vkey.slice(0, start) + next + vkey.slice(start + 1)), null);
  }
});

test("key names have neither spaces nor plus", () => {
  for (const bad of ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\u0000"]) assert.equal(isKeyName(bad), false);
  assert.ok(isKeyName("countersign.dev/log/0011223344556677"));
});

test("a note that somebody touched is not taken, and signatures of strangers are passed over", () => {
  const verifier = mustParse(vkey);
  const note = `${text}\n${signature}`;
  assert.equal(openNote(note.replace("answer", "Answer"), verifier).kind, "bad-signature");
  assert.equal(openNote(note.replace("x08go/ZJ", "x08go/ZK"), verifier).kind, "bad-signature");
  assert.equal(openNote(note.replace("x08go/ZJ", "x08ho/ZJ"), verifier).kind, "unsigned", "another key id");
  assert.equal(openNote(note.replace("— PeterNeumann", "— Peter"), verifier).kind, "unsigned");
  for (const bad of [text, note.trimEnd(), note.replace("—", "-"), `${note}\u0001`, note.replace("\n\n", "\n"), ""]) {
    assert.equal(openNote(bad, verifier).kind, "malformed", JSON.stringify(bad));
  }
  const both = note + signNote("x\n", newSigner("witness.example/w")).split("\n\n")[1];
  assert.equal(openNote(both, verifier).kind, "signed");
  assert.equal(openNote(note + `${signature}`.repeat(32), verifier).kind, "malformed", "too many");
});

test("a checkpoint has exactly the three lines, the blank line and the signature", () => {
  const signer = newSigner("countersign.dev/log/1");
  const root = leafHash("one");
  const note = signCheckpoint({ size: 1, root }, signer);
  const [origin, size, base64, blank, line, end, ...more] = note.split("\n");
  assert.deepEqual(
    [origin, size, base64, blank, end, more],
    ["countersign.dev/log/1", "1", root.toString("base64"), "", "", []],
  );
  assert.match(line ?? "", /^— countersign\.dev\/log\/1 [A-Za-z0-9+/]{91}=$/);
  assert.deepEqual(openCheckpoint(note, signer), {
    kind: "genuine",
    checkpoint: { origin: "countersign.dev/log/1", size: 1, root },
  });
});

test("a checkpoint of another log, another key or another form does not count, with the reason", () => {
  const signer = newSigner("countersign.dev/log/1");
  const other = newSigner("countersign.dev/log/1");
  const root = leafHash("one").toString("base64");
  const why = (note: string) => {
    const opened = openCheckpoint(note, signer);
    return opened.kind === "bad" ? opened.why : "genuine";
  };
  assert.match(why(signCheckpoint({ size: 1, root: leafHash("one") }, other)), /not signed by/);
  assert.match(why(signNote(`another/log\n1\n${root}\n`, signer)), /of the log another\/log/);
  for (const bad of [
    `x\n01\n${root}\n`,
    `x\n-1\n${root}\n`,
    "x\n1\n\n",
    `x\n1\n${root}=\n`,
    "x\n1\nAAAA\n",
    "x\n1\n",
    "\n",
  ]) {
    assert.match(why(signNote(bad, signer)), /not a checkpoint|not a signed note/, JSON.stringify(bad));
  }
  assert.match(why("hello"), /not a signed note/);
});
