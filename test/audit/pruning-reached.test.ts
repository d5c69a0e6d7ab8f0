// The daily pruning goes on where the last one ended, looks again at what was alive then, and believes nothing that does not fit.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { prunedSeq } from "../../src/audit/entry.ts";
import { Pruner } from "../../src/audit/pruning/pruner.ts";
import type { AuditEvent } from "../../src/core/audit.ts";
import type { Json } from "../../src/core/json.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { requestId, sampleEvent, sampleRequest } from "../store/samples.ts";
import { dayMs, dyingAfter, neverAborted, type PruningProcess, pruningPlace } from "./pruning-place.ts";

/** How many lines of the log a pruning asked for, and after which record it first asked. */
function watched(store: Store): { readonly store: Store; readonly asked: number[] } {
  const asked: number[] = [];
  const lines: Store["audit"]["lines"] = (of) => {
    asked.push(of.afterSeq);
    return store.audit.lines(of);
  };
  return { store: { ...store, audit: { ...store.audit, lines } }, asked };
}

async function pruneAgain(process: PruningProcess) {
  const { store, asked } = watched(process.store);
  const done = await new Pruner({ ...process.settings, store }).prune(neverAborted);
  return { done, asked, reached: await process.store.settings.get("pruning-reached") };
}

const wholes = async (process: PruningProcess): Promise<readonly number[]> =>
  (await process.lines()).flatMap((line, seq) => (prunedSeq(line) === null ? [seq] : []));

/** In one transaction. */
const grow = (process: PruningProcess, events: readonly Partial<AuditEvent>[]) =>
  process.store.transact(async (tx) => {
    for (const event of events) await tx.audit.append(sampleEvent(event));
  });

const many = (count: number, over = {}) => Array.from({ length: count }, () => over);

test("the next pruning begins where the last one ended, and takes what has grown old since", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await grow(process, many(1_200));
  place.clock.set(place.clock.now() + 20 * dayMs);
  await grow(process, many(600));
  place.clock.set(place.clock.now() + 11 * dayMs);
  const first = await pruneAgain(process);
  assert.equal(first.done.kind === "pruned" && first.done.records, 1_200);
  assert.equal(first.asked[0], -1);
  place.clock.set(place.clock.now() + 20 * dayMs);
  await grow(process, many(2));
  const second = await pruneAgain(process);
  assert.equal(second.done.kind === "pruned" && second.done.records, 600);
  assert.ok((second.asked[0] ?? -1) >= 999, String(second.asked));
  assert.deepEqual(await wholes(process), [1_800, 1_801, 1_802, 1_803], "two prunings and two young ones");
  assert.ok((await process.verdict()).ok);
});

test("what was alive is looked at again, and goes once it is not", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  const open = sampleRequest({ id: requestId("7"), state: "pending", endedAt: null });
  await process.store.transact((tx) => tx.requests.insert(open));
  await grow(process, [...many(700), { request: open.id }, ...many(700)]);
  place.clock.set(place.clock.now() + 31 * dayMs);
  await grow(process, many(501));
  await process.pruner.prune(neverAborted);
  assert.deepEqual((await wholes(process)).slice(0, 2), [700, 1_401]);
  const ended = { ...open, revision: 2, state: "expired", endedAt: place.clock.now() } as const;
  assert.ok(await process.store.transact((tx) => tx.requests.replace(ended, 1)));
  place.clock.set(place.clock.now() + 8 * dayMs);
  const { asked } = await pruneAgain(process);
  assert.equal(asked[0], 699, "neither from the start nor past it");
  assert.deepEqual((await wholes(process)).slice(0, 1), [1_401]);
});

test("what is kept and does not fit is not believed: the log is read from its start", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await grow(process, many(1_200));
  place.clock.set(place.clock.now() + 31 * dayMs);
  await grow(process, many(501));
  const { reached } = await pruneAgain(process);
  assert.ok((await pruneAgain(process)).asked[0] !== -1);
  const other = (over: Json): Json => ({ ...(reached as object), ...(over as object) });
  const unfit: readonly Json[] = [
    null,
    "1200",
    other({ root: `sha256:${"0".repeat(64)}` }),
    other({ key: "another" }),
    other({ to: 9_999 }),
    other({ to: 900 }),
    other({ kept: ["9-3"] }),
    other({ kept: ["1-5000"] }),
    other({ wholeAt: place.clock.now() - 30 * dayMs }),
    other({ wholeAt: place.clock.now() + 1 }),
  ];
  for (const value of unfit) {
    await process.store.transact((tx) => tx.settings.set("pruning-reached", value));
    assert.equal((await pruneAgain(process)).asked[0], -1, JSON.stringify(value));
  }
  assert.ok((await process.verdict()).ok);
});

test("another key, accepted by a person, reads from the start", async (t) => {
  const place = pruningPlace(t);
  const former = await place.start();
  await grow(former, many(1_200));
  place.clock.set(place.clock.now() + 31 * dayMs);
  await grow(former, many(501));
  await former.pruner.prune(neverAborted);
  await former.stop();
  rmSync(join(place.data, "keys"), { recursive: true });
  const next = await place.start();
  const hint = next.checkpointer.refusal()?.hint ?? "";
  writeFileSync(join(place.data, "accept-log"), /accept [0-9a-f]{12}/.exec(hint)?.[0] ?? "");
  await next.checkpointer.check();
  assert.equal((await pruneAgain(next)).asked[0], -1);
});

test("killed after any of its transactions, nothing that was to go is passed over by the next one", async (t) => {
  for (let kill = 0; ; kill += 1) {
    const place = pruningPlace(t);
    const process = await place.start();
    await grow(process, many(250));
    place.clock.set(place.clock.now() + 31 * dayMs);
    await grow(process, many(2));
    const dying = dyingAfter(process.store, kill);
    const killed = await new Pruner({ ...process.settings, store: dying }).prune(neverAborted).then(
      () => false,
      () => true,
    );
    await process.stop();
    const next = await place.start();
    await next.pruner.prune(neverAborted);
    assert.deepEqual(await wholes(next), [250, 251, 252], `killed after ${kill}`);
    await next.stop();
    if (!killed) break;
    assert.ok(kill < 20);
  }
});

test("stopped in between, it remembers nothing that was not done", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  await grow(process, many(250));
  place.clock.set(place.clock.now() + 31 * dayMs);
  await grow(process, many(1));
  const stop = new AbortController();
  const { store } = process;
  const prune: Store["transact"] = (work) =>
    store.transact((tx) =>
      work({
        ...tx,
        audit: {
          ...tx.audit,
          prune: async (lines) => {
            stop.abort();
            await tx.audit.prune(lines);
          },
        },
      }),
    );
  await new Pruner({ ...process.settings, store: { ...store, transact: prune } }).prune(stop.signal);
  assert.equal(await store.settings.get("pruning-reached"), null);
  await process.pruner.prune(neverAborted);
  assert.deepEqual(await wholes(process), [250, 251]);
});

test("records that a wrong clock dated in between keep nothing else from going, that day and later", async (t) => {
  const place = pruningPlace(t);
  const process = await place.start();
  const right = place.clock.now();
  await grow(process, many(600));
  place.clock.set(right + 300 * dayMs);
  await grow(process, many(10));
  place.clock.set(right);
  await grow(process, many(600));
  place.clock.set(right + 20 * dayMs);
  await grow(process, many(501));
  place.clock.set(right + 31 * dayMs);
  await process.pruner.prune(neverAborted);
  const dated = Array.from({ length: 10 }, (_, index) => 600 + index);
  assert.deepEqual((await wholes(process)).slice(0, 11), [...dated, 1_210]);
  place.clock.set(right + 51 * dayMs);
  await grow(process, many(1));
  assert.ok(((await pruneAgain(process)).asked[0] ?? -1) >= 599);
  assert.deepEqual((await wholes(process)).slice(0, 11), [...dated, 1_711], "the first pruning is the next that stays");
  place.clock.set(right + 331 * dayMs);
  await process.pruner.prune(neverAborted);
  assert.deepEqual((await wholes(process)).slice(0, 1), [1_711], "they go in their time");
});
