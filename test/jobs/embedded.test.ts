// The embedded runner: due jobs run once at a time, failures come again later, nothing is lost.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Job, Store } from "../../src/core/ports/store.ts";
import {
  type EmbeddedJobs,
  type EmbeddedJobsOptions,
  type JobHandler,
  startEmbeddedJobs,
} from "../../src/jobs/embedded.ts";
import { type ManualClock, manualClock, requestId, silent, temporaryStore } from "../store/samples.ts";

const job = (id: string, dueAt: number): Job => ({ id, kind: "execute", request: requestId("1"), dueAt });

interface Bed {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly put: (...jobs: readonly Job[]) => Promise<void>;
  readonly start: (handler: JobHandler, more?: Partial<EmbeddedJobsOptions>) => EmbeddedJobs;
}

async function bed(t: TestContext): Promise<Bed> {
  const clock = manualClock(1_000_000);
  let jobs: EmbeddedJobs | null = null;
  const store = await temporaryStore(t, {
    clock,
    committed: (wrote) => {
      if (wrote.jobs > 0) jobs?.nudge();
    },
  });
  return {
    store,
    clock,
    put: (...list) =>
      store.transact(async (tx) => {
        for (const one of list) await tx.jobs.put(one);
      }),
    start(handler, more = {}) {
      const handlers = {
        execute: handler,
        expire: handler,
        remind: handler,
        review: handler,
        "freeze-over": async () => undefined,
        "look-over": handler,
        digest: handler,
        "grant-warn": async () => undefined,
        "grant-end": async () => undefined,
        "follow-up": async () => undefined,
        recover: handler,
      };
      const started = startEmbeddedJobs({ store, clock, log: silent, handlers, ...more });
      jobs = started;
      t.after(() => started.stop());
      return started;
    },
  };
}

/** A promise that a test resolves itself. */
function signal<T>(): { readonly promise: Promise<T>; readonly give: (value: T) => void } {
  let give: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { promise, give };
}

/** Waits, turn by turn of the loop, until it holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail("it never came to hold");
}

test("what was due before the start is found by the sweep and done once", async (t) => {
  const { store, put, start } = await bed(t);
  await put(job("a", 1), job("b", 2));
  const ran: string[] = [];
  start(async ({ id }) => {
    ran.push(id);
    return undefined;
  });
  await until(async () => (await store.jobs.next()) === null);
  assert.deepEqual(ran, ["a", "b"]);
});

test("a job put while the runner sleeps is found by the nudge", async (t) => {
  const { put, start, clock } = await bed(t);
  const ran = signal<string>();
  start(async ({ id }) => {
    ran.give(id);
    return undefined;
  });
  await put(job("a", clock.now()));
  assert.equal(await ran.promise, "a");
});

test("a job runs at its time and not before, also while another is under way", async (t) => {
  const { put, start, clock } = await bed(t);
  const ran: string[] = [];
  const long = signal<undefined>();
  start(async ({ id }) => {
    ran.push(id);
    return id === "long" ? long.promise : undefined;
  });
  await put(job("long", 0), job("later", clock.now() + 500));
  await until(() => ran.length === 1);
  clock.set(clock.now() + 499);
  await put(job("other", 0));
  await until(() => ran.length === 2);
  assert.deepEqual(ran, ["long", "other"]);
  clock.set(clock.now() + 1);
  await until(() => ran.length === 3);
  assert.equal(ran[2], "later");
  long.give(undefined);
});

test("never two handlers for one job at a time, however often it is nudged", async (t) => {
  const { put, start, store } = await bed(t);
  const ends = signal<undefined>();
  let runs = 0;
  const jobs = start(async () => {
    runs += 1;
    return ends.promise;
  });
  await put(job("a", 0));
  await until(() => runs === 1);
  for (let index = 0; index < 50; index += 1) {
    jobs.nudge();
    await put(job("a", 0));
  }
  assert.equal(runs, 1);
  ends.give(undefined);
  await until(async () => (await store.jobs.next()) === null);
  assert.equal(runs, 1);
});

test("no more run at once than allowed, and the rest follow", async (t) => {
  const { put, start, store } = await bed(t);
  let now = 0;
  let most = 0;
  await put(...Array.from({ length: 12 }, (_, index) => job(`j${index}`, index)));
  start(
    async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return undefined;
    },
    { concurrency: 3 },
  );
  await until(async () => (await store.jobs.next()) === null);
  assert.equal(most, 3);
});

test("a handler that throws is tried again after 1 s, then 2 s, and its row stays until it succeeds", async (t) => {
  const { put, start, clock, store } = await bed(t);
  const began = clock.now();
  let runs = 0;
  const jobs = start(async () => {
    runs += 1;
    if (runs < 3) throw new Error("not yet");
    return undefined;
  });
  await put(job("a", 0));
  await until(async () => (await store.jobs.next()) === began + 1_000);
  clock.set(began + 1_000);
  jobs.nudge();
  await until(async () => (await store.jobs.next()) === began + 3_000);
  clock.set(began + 3_000);
  jobs.nudge();
  await until(async () => (await store.jobs.next()) === null);
  assert.equal(runs, 3);
});

test("a handler may ask to come again", async (t) => {
  const { put, start, clock, store } = await bed(t);
  start(async () => ({ againAt: clock.now() + 77 }));
  await put(job("a", 0));
  await until(async () => (await store.jobs.next()) === clock.now() + 77);
});

test("stopping aborts what is under way, waits for it, and starts nothing new", async (t) => {
  const { put, start, store } = await bed(t);
  const ran: string[] = [];
  const jobs = start(
    ({ id }, aborted) =>
      new Promise((_, reject) => {
        ran.push(id);
        aborted.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
      }),
    { concurrency: 1 },
  );
  await put(job("a", 0), job("b", 1));
  await until(() => ran.length === 1);
  await jobs.stop();
  assert.deepEqual(ran, ["a"]);
  assert.notEqual(await store.jobs.next(), null, "both are found again at the next start");
});

test("what is under way does not count as waiting, however long it takes", async (t) => {
  const { put, start, clock } = await bed(t);
  const gates = { a: signal<undefined>(), b: signal<undefined>() };
  await put(job("a", 999_000), job("b", 999_500), job("c", 2_000_000));
  const jobs = start(({ id }) => gates[id === "a" ? "a" : "b"].promise, { concurrency: 1 });
  await until(async () => (await jobs.standing()).running === 1);
  assert.deepEqual(await jobs.standing(), { all: 3, due: 1, running: 1, oldestDueAt: 999_500 });
  gates.a.give(undefined);
  await until(async () => (await jobs.standing()).all === 2 && (await jobs.standing()).running === 1);
  clock.set(1_500_000);
  assert.deepEqual(await jobs.standing(), { all: 2, due: 0, running: 1, oldestDueAt: null });
  gates.b.give(undefined);
});
