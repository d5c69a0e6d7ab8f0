// Texts that come again are not taken apart again, and mean the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import { parse } from "../../src/dispatch/parse.ts";
import { parsingOnce } from "../../src/dispatch/parse-once.ts";

test("a text that comes again gives the very same answer, which is parse's", () => {
  const parseOnce = parsingOnce(verbs);
  for (const text of ["status", "status shop/checkout --share", "stauts", `status ${"x".repeat(200)}`]) {
    assert.deepEqual(parseOnce(text), parse(text, verbs));
    assert.deepEqual(parseOnce(text), parse(text, verbs));
  }
  assert.equal(parseOnce("status"), parseOnce("status"));
});

test("only so many texts are kept: the oldest goes first", () => {
  const parseOnce = parsingOnce(verbs);
  const first = parseOnce("status shop-0");
  for (let index = 1; index <= 500; index += 1) parseOnce(`status shop-${index}`);
  assert.notEqual(parseOnce("status shop-0"), first);
});
