// Watching a result while the store is away: the process stays up, and the watching ends cleanly.
import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreUnavailable } from "../../src/core/ports/store.ts";
import type { Request } from "../../src/core/request.ts";
import type { Acting } from "../../src/dispatch/executing.ts";
import { type Watchers, watch } from "../../src/dispatch/verify.ts";

test("F5: a heartbeat that the store refuses is logged, and nothing is left unhandled", async () => {
  const warned: string[] = [];
  const away = async () => {
    throw new StoreUnavailable("the disk is full");
  };
  const watchers: Watchers = new Map();
  const log = {
    debug() {},
    info() {},
    warn: (message: string) => warned.push(message),
    error: (message: string) => warned.push(message),
  };
  const follow = (_goal: unknown, signal: AbortSignal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "aborted", says: "stopped" })));
  const clock = {
    now: () => 0,
    wait: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve())),
  };
  const store = { requests: { get: away }, transact: away, settings: { get: away } };
  const executing = {
    deps: { clock, log, store },
    clusters: { get: () => ({ follow }) },
    watchers,
  } as unknown as Acting;
  const request = {
    id: "r-1",
    plan: { verifyWithinMs: 1_000, goals: [{ kind: "rollout", object: { cluster: "a" } }] },
  } as unknown as Request;
  watch(executing, request, { runner: "here", fence: 1 });
  const watcher = watchers.get(request.id);
  assert.ok(watcher !== undefined);
  while (warned.length === 0) await new Promise((resolve) => setImmediate(resolve));
  watcher.abort.abort();
  await watcher.ended;
  assert.deepEqual(warned, ["the lease of a watched request was not renewed"]);
});
