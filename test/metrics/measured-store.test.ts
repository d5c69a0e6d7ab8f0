// What is counted of the store: what became durable, and nothing of what did not.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditRecord } from "../../src/core/audit.ts";
import { type Store, StoreUnavailable, type Tx } from "../../src/core/ports/store.ts";
import { plainEvent } from "../../src/dispatch/record.ts";
import { measuredStore } from "../../src/metrics/measured-store.ts";
import { makeMetrics } from "../../src/metrics/registry.ts";

/** Does the work, then ends as it is told. */
function storeThat(ends: () => void): Store {
  const append = async (event: object) => event as AuditRecord;
  const tx = { audit: { append } } as unknown as Tx;
  const transact: Store["transact"] = async (work) => {
    const value = await work(tx);
    ends();
    return value;
  };
  return { transact } as unknown as Store;
}

const event = (state: string) => plainEvent("execution.ended", { actor: null, details: { state } });

test("what was recorded counts once it is durable; a result that nobody knows of is other", async (t) => {
  const metrics = makeMetrics();
  t.after(() => metrics.close());
  const store = measuredStore(
    storeThat(() => undefined),
    metrics,
    () => 0,
  );
  for (const state of ["done", "done", "failed", "a word of somebody's"])
    await store.transact((tx) => tx.audit.append(event(state)));
  const text = await metrics.text();
  assert.match(text, /^countersign_executions_total\{result="done"\} 2$/m);
  assert.match(text, /^countersign_executions_total\{result="failed"\} 1$/m);
  assert.match(text, /^countersign_executions_total\{result="other"\} 1$/m);
  assert.match(text, /^countersign_commit_seconds_count 4$/m);
});

test("of a transaction that is tried again, only the last try counts", async (t) => {
  const metrics = makeMetrics();
  t.after(() => metrics.close());
  const inner = storeThat(() => undefined);
  const twice: Store["transact"] = async (work) => {
    await inner.transact(work);
    return inner.transact(work);
  };
  const store = measuredStore({ ...inner, transact: twice }, metrics, () => 0);
  await store.transact((tx) => tx.audit.append(event("done")));
  assert.match(await metrics.text(), /^countersign_executions_total\{result="done"\} 1$/m);
});

test("of a transaction that failed nothing counts but its failure, and only the store's own", async (t) => {
  const metrics = makeMetrics();
  t.after(() => metrics.close());
  for (const error of [new StoreUnavailable("full"), new Error("ours")]) {
    const throws = () => {
      throw error;
    };
    const store = measuredStore(storeThat(throws), metrics, () => 0);
    await assert.rejects(
      store.transact((tx) => tx.audit.append(event("done"))),
      error,
    );
  }
  const text = await metrics.text();
  assert.doesNotMatch(text, /^countersign_executions_total\{/m);
  assert.match(text, /^countersign_commit_failures_total 1$/m);
});
