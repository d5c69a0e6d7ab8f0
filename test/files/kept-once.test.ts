// A file that the first process makes and everybody reads: whole, once, for its owner alone.
import assert from "node:assert/strict";
import fs, { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { keptOnce } from "../../src/files/kept-once.ts";
import { temporaryDirectory } from "../store/samples.ts";

const never = (): never => assert.fail("it was made a second time");

test("what is missing is made with its folder, for its owner alone, and read from then on", (t) => {
  const folder = join(temporaryDirectory(t), "keys");
  const file = join(folder, "one.key");
  assert.equal(keptOnce(file, { mode: 0o600, make: () => "made\n" }), "made\n");
  assert.equal(keptOnce(file, { mode: 0o600, make: never }), "made\n");
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(file).mode & 0o777], [0o700, 0o600]);
  assert.deepEqual(readdirSync(folder), ["one.key"], "no draft is left");
});

test("of two that make it at once both read what the first made, and nobody sees half of it", (t) => {
  const file = join(temporaryDirectory(t), "one.key");
  const second = (): string => {
    assert.equal(existsSync(file), false, "it stands under its name before it is whole");
    assert.equal(keptOnce(file, { mode: 0o600, make: () => "first\n" }), "first\n");
    return "second\n";
  };
  assert.equal(keptOnce(file, { mode: 0o600, make: second }), "first\n");
  assert.equal(keptOnce(file, { mode: 0o600, make: never }), "first\n");
});

test("what a killed process left half written is not read", (t) => {
  const file = join(temporaryDirectory(t), "one.key");
  writeFileSync(`${file}.0.draft`, "ha");
  assert.equal(keptOnce(file, { mode: 0o600, make: () => "whole\n" }), "whole\n");
});

test("what cannot be made leaves nothing", (t) => {
  const folder = temporaryDirectory(t);
  const make = (): never => {
    throw new Error("no");
  };
  assert.throws(() => keptOnce(join(folder, "one.key"), { mode: 0o600, make }), /^Error: no$/);
  assert.deepEqual(readdirSync(folder), []);
});

test("where the file system knows no hard links it is made in place, and once", (t) => {
  const refuses = (): never => {
    throw Object.assign(new Error("operation not permitted, link"), { code: "EPERM" });
  };
  const link = t.mock.method(fs, "linkSync", refuses);
  syncBuiltinESMExports();
  t.after(() => {
    link.mock.restore();
    syncBuiltinESMExports();
  });
  const folder = temporaryDirectory(t);
  const file = join(folder, "one.key");
  assert.equal(keptOnce(file, { mode: 0o600, make: () => "made\n" }), "made\n");
  assert.equal(link.mock.callCount(), 1);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(keptOnce(file, { mode: 0o600, make: never }), "made\n");
  assert.deepEqual(readdirSync(folder), ["one.key"]);
});
