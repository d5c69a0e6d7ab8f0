// The store's contract on SQLite, and what holds only where one process has the store to itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { storeContract } from "../contracts/store.ts";
import { manualClock, sampleMessage, temporaryDirectory, temporaryStore } from "./samples.ts";

storeContract("sqlite", (t, clock) => temporaryStore(t, { clock }));

test("what a dead process had in hand is taken over at once: nobody else has this store open", async (t) => {
  const alike = { directory: temporaryDirectory(t), clock: manualClock() };
  const before = await temporaryStore(t, alike);
  await before.transact((tx) => tx.outbox.put(sampleMessage({ key: "card" })));
  const [row] = await before.outbox.due(alike.clock.now(), 10);
  assert.ok(row);
  const until = alike.clock.now() + 25_000;
  assert.equal(await before.outbox.claim([row.id], until), "claimed");
  await before.close();
  const after = await temporaryStore(t, alike);
  assert.equal(await after.outbox.claim([row.id], until), "taken-over", "it may have been sent");
  assert.equal(await after.outbox.claim([row.id], until), "claimed");
});
