// What a runner holds and another one took: locks that are the winner's stay, and a watch that is another's ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deps } from "../../src/dispatch/deps.ts";
import { freeUnlessClaimed } from "../../src/dispatch/execute.ts";
import type { Acting } from "../../src/dispatch/executing.ts";
import { lockKeys } from "../../src/dispatch/lock-keys.ts";
import { transition } from "../../src/dispatch/transition.ts";
import { type Watchers, watch } from "../../src/dispatch/verify.ts";
import { start } from "../approvals/make.ts";
import { approved, executing, held, verifying } from "../approvals/scene.ts";
import { manualClock, requestId, silent, temporaryStore } from "../store/samples.ts";

test("R27: who lost a claim frees no locks: they are those of the request that the winner carries out", async (t) => {
  const store = await temporaryStore(t);
  const request = executing();
  const keys = lockKeys(request.plan);
  assert.ok(keys.length > 0);
  await store.transact(async (tx) => {
    await tx.requests.insert(request);
    await tx.locks.take(keys, request.id);
  });
  const other = requestId("other");
  const holder = () => store.transact((tx) => tx.locks.take(keys, other));
  await freeUnlessClaimed({ store }, request.id);
  assert.equal(await holder(), request.id);
});

test("R27: who gives an approved request up for now frees its locks, so that others need not wait", async (t) => {
  const store = await temporaryStore(t);
  const request = approved();
  await store.transact(async (tx) => {
    await tx.requests.insert(request);
    await tx.locks.take(lockKeys(request.plan), request.id);
  });
  await freeUnlessClaimed({ store }, request.id);
  assert.equal(await store.transact((tx) => tx.locks.take(lockKeys(request.plan), requestId("other"))), null);
});

test("R27: a watch ends at its next heartbeat when another replica superseded its request", async (t) => {
  const clock = manualClock(start);
  const store = await temporaryStore(t, { clock });
  const request = { ...verifying(), plan: { ...verifying().plan, goals: [goal] } };
  await store.transact((tx) => tx.requests.insert(request));
  const channels = { approvals: "C2", audit: "C3" };
  const deps = { store, clock, log: silent, channels, nudge: () => undefined, verbs: new Map() } as unknown as Deps;
  const watchers: Watchers = new Map();
  const followed = Promise.withResolvers<void>();
  const follow = (_: unknown, signal: AbortSignal) =>
    new Promise((resolve) => {
      followed.resolve();
      signal.addEventListener("abort", () => resolve({ kind: "aborted", says: "stopped" }), { once: true });
    });
  const clusters = { get: () => ({ follow }) };
  watch({ deps, watchers, clusters } as unknown as Acting, request, held);
  await followed.promise;
  const watched = watchers.get(request.id) ?? assert.fail("not watched");
  const superseded = await transition(deps, request.id, {
    kind: "supersede",
    verb: "rollback",
    request: requestId("late"),
  });
  assert.ok("state" in superseded && superseded.state === "superseded");
  let isOver = false;
  const over = watched.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.set(clock.now() + 10_000);
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 5))]);
    assert.ok(clock.now() < start + request.plan.verifyWithinMs, "it ends long before the watch would");
  }
  assert.equal(watchers.size, 0);
  assert.equal((await store.requests.get(request.id))?.state, "superseded");
});

const goal = { kind: "gone", object: { cluster: "production" } } as never;
