// A policy that asks for the approvals of anybody: every full member may give them, and the asker may not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, errorsOf, until } from "../support/story.ts";
import { dev, startTown } from "../support/town.ts";

test("what anybody may countersign is asked, says so, and runs when somebody of no group countersigned it", async (t) => {
  const config = (text: string): string => {
    const asked = "        count: 2\n        from: [payments-leads, platform]";
    assert.ok(text.includes(asked));
    return text.replace(asked, "        count: 1");
  };
  const town = await startTown(t, { config });
  await town.startBot();
  const card = await ask(town, "scale shop/payments 5", "payments");
  await until(town, card, "1 of anybody; anybody else can");
  await town.vote(dev, card, "approve");
  await until(town, card, "is done and verified", 10_000);
  assert.deepEqual(errorsOf(town), []);
});
