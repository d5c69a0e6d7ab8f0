// What was said of a result as a sentence: it begins large where a word begins it, and a name keeps its letters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sentence } from "../../src/commands/render/request.ts";

for (const [says, told] of [
  ["waiting for the lock", "Waiting for the lock."],
  ["approved", "Approved."],
  ["checkout-settings is gone.", "checkout-settings is gone."],
  ["production:shop/secret/a holds what was written.", "production:shop/secret/a holds what was written."],
  ["deployment.apps/web has rolled out", "deployment.apps/web has rolled out."],
  ["Nothing was changed", "Nothing was changed."],
] as const)
  test(`“${says}” is told as “${told}”`, () => assert.equal(sentence(says), told));
