// What was seen is remembered by its key alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { makeSeen } from "../../../src/integrations/slack/seen.ts";

test("a key that is a piece of a payload does not keep the payload", () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  const seen = makeSeen(10_000, 60_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 1_000; index += 1) {
    const payload = `trigger_id=${String(index).padStart(20, "0")}&text=${"x".repeat(100_000)}`;
    seen.first(`slash:${Buffer.from(payload).toString().slice(11, 31)}`, 0);
  }
  collect();
  const keptBytes = process.memoryUsage().heapUsed - before;
  assert.ok(keptBytes < 20_000_000, `${keptBytes} bytes are kept of 100 MB`);
  assert.equal(seen.first(`slash:${"5".padStart(20, "0")}`, 0), false, "and it is known again");
  assert.equal(seen.first(`slash:${"1000".padStart(20, "0")}`, 0), true);
});
