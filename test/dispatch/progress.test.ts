// How far a rollout is, on the request's card.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../../src/commands/index.ts";
import type { People } from "../../src/core/ports/people.ts";
import { refuse } from "../../src/core/refusal.ts";
import { refreshCard } from "../../src/dispatch/transition.ts";
import { teller } from "../../src/dispatch/verify.ts";
import { makeOnCall } from "../../src/on-call/schedules.ts";
import { makePolicy } from "../approvals/make.ts";
import { manualClock, sampleRequest, silent, temporaryStore } from "../store/samples.ts";
import { recordingLog } from "../support/slack-bench.ts";

const no = () => Promise.resolve(refuse("identity-unknown", "Nobody is known here.", ""));
const people: People = { person: no, members: no, channel: no };
const clock = manualClock();
const policy = () => makePolicy([]);
const onCall = makeOnCall([], { clock, log: silent });
const others = { people, verbs, clock, policy, onCall };
const progress = { done: 3, total: 4, says: "one is not ready" };

test("progress that is told while a heartbeat is written is not lost", async (t) => {
  const store = await temporaryStore(t);
  const read = sampleRequest({ state: "verifying" });
  await store.transact(async (tx) => {
    await tx.requests.insert({ ...read, revision: read.revision + 1 });
  });
  await refreshCard({ store, ...others }, read, progress);
  const [card] = await store.outbox.due(Number.MAX_SAFE_INTEGER, 10);
  assert.deepEqual(
    card?.message.parts.find((part) => part.kind === "progress"),
    { kind: "progress", done: 3, total: 4, label: "one is not ready" },
  );
});

test("progress that comes after the end is not shown", async (t) => {
  const store = await temporaryStore(t);
  const read = sampleRequest({ state: "verifying" });
  await store.transact(async (tx) => {
    await tx.requests.insert({ ...read, state: "done" });
  });
  await refreshCard({ store, ...others }, read, progress);
  assert.deepEqual(await store.outbox.due(Number.MAX_SAFE_INTEGER, 10), []);
});

test("progress goes on being told after one that could not be", async (t) => {
  const store = await temporaryStore(t);
  const request = sampleRequest({ state: "verifying" });
  await store.transact((tx) => tx.requests.insert(request));
  let asked = 0;
  const get: typeof store.requests.get = (id) => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error("the disk is away")) : store.requests.get(id);
  };
  const failing = { ...store, requests: { ...store.requests, get } };
  const failed = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const log = { ...recordingLog(), warn: () => failed.resolve() };
  const tell = teller({ store: failing, ...others, log, nudge: () => told.resolve() }, request);
  tell({ ...progress, done: 1 });
  await failed.promise;
  tell(progress);
  await told.promise;
  const [card] = await store.outbox.due(Number.MAX_SAFE_INTEGER, 10);
  assert.deepEqual(
    card?.message.parts.find((part) => part.kind === "progress"),
    { kind: "progress", done: 3, total: 4, label: "one is not ready" },
  );
});
