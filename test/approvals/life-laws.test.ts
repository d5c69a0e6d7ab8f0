// The life of a request agrees with a small model of it, whatever happens in whatever order (F11).
import assert from "node:assert/strict";
import { test } from "node:test";
import { livesAgree } from "./lives.ts";

test("F11: 2,500 lives of 20 to 60 events agree with the model", () => {
  const steps = livesAgree({ runs: 2_500 });
  assert.ok(steps >= 50_000, `only ${steps} steps`);
});
