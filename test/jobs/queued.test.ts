// With a queue that lies in every way a queue can: what is done is what the store says, once, and in its time.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/clock.ts";
import type { Jobs } from "../../src/core/ports/jobs.ts";
import type { Lane } from "../../src/jobs/lanes.ts";
import type { Hint, QueueNeeds, QueueSource } from "../../src/jobs/queue.ts";
import { startQueuedJobs } from "../../src/jobs/queued.ts";
import { aJob, handledBy, put, standing, until } from "../contracts/jobs.ts";
import { silent, temporaryStore } from "../store/samples.ts";
import { jobsOptions } from "./beds.ts";

interface Lies {
  /** Hints that it gives for one that it took, each after so many milliseconds. */
  readonly gives: (lane: Lane, hint: Hint) => readonly { readonly hint: Hint; readonly afterMs: number }[];
  readonly refuses?: () => boolean;
  readonly added?: (lane: Lane, hint: Hint) => void;
}

function lyingQueue({ gives, refuses, added }: Lies): QueueSource {
  return {
    what: "a lying queue",
    open: async ({ take }: QueueNeeds) => ({
      async add(lane, hints) {
        if (refuses?.() === true) throw new Error("no room");
        for (const one of hints) {
          added?.(lane, one);
          for (const { hint, afterMs } of gives(lane, one)) setTimeout(() => void take(lane, hint), afterMs);
        }
      },
      async check() {
        if (refuses?.() === true) throw new Error("no room");
      },
      close: async () => undefined,
    }),
  };
}

async function bed(t: TestContext, lies: Lies, times = { sweepMs: 100, patienceMs: 250, horizonMs: 60_000 }) {
  const ran: string[] = [];
  let underWay = 0;
  let most = 0;
  let jobs: Jobs | null = null;
  const store = await temporaryStore(t, { clock: systemClock, committed: (wrote) => jobs?.nudge(wrote.put) });
  const handlers = handledBy(async ({ id }) => {
    underWay += 1;
    most = Math.max(most, underWay);
    ran.push(id);
    await pause(1);
    underWay -= 1;
    return undefined;
  });
  const started = startQueuedJobs({
    ...jobsOptions({ store, clock: systemClock, handlers, log: silent }, 0),
    ...{ queue: lyingQueue(lies), times },
  });
  jobs = started;
  t.after(() => started.stop());
  await until("the queue is there", () => lies.refuses !== undefined || started.queue().kind === "ready");
  const ids = Array.from({ length: 30 }, (_, index) => `j${index}`);
  const putAll = () => put(store, ...ids.map((id) => aJob(id, Date.now())));
  const allOnce = async (): Promise<void> => {
    await until("no row is left", async () => (await store.jobs.next()) === null);
    assert.deepEqual(ran.toSorted(), ids.toSorted());
    assert.ok(most <= 4, "no more at once than the lane has hands");
  };
  return { store, jobs: started, ran, putAll, allOnce };
}

const truly = (hint: Hint) => [{ hint, afterMs: Math.max(0, hint.dueAt - Date.now()) }];

test("each hint ten times, at any time: each job once", async (t) => {
  const gives: Lies["gives"] = (_, hint) => Array.from({ length: 10 }, (_, index) => ({ hint, afterMs: index * 7 }));
  const { putAll, allOnce } = await bed(t, { gives });
  await putAll();
  await allOnce();
});

test("every hint lost: each job once, by the sweep", async (t) => {
  const { putAll, allOnce } = await bed(t, { gives: () => [] });
  await putAll();
  await allOnce();
});

test("a queue that takes nothing: each job once, and the state says why", async (t) => {
  const { putAll, allOnce, jobs } = await bed(t, { gives: () => [], refuses: () => true });
  await putAll();
  await allOnce();
  const state = jobs.queue();
  assert.deepEqual([state.kind, state.kind === "away" && state.says], ["away", "no room"]);
});

test("hints to jobs that are not there do nothing", async (t) => {
  const gives: Lies["gives"] = (_, hint) => [
    ...truly(hint).map((one) => ({ ...one, hint: { ...hint, id: "nobody" } })),
    ...truly(hint),
  ];
  const { putAll, allOnce } = await bed(t, { gives });
  await putAll();
  await allOnce();
});

test("a hint that comes too early waits for its job's time", async (t) => {
  const early: Lies["gives"] = (_, hint) => [{ hint, afterMs: 0 }];
  const { store, ran } = await bed(t, { gives: early }, { sweepMs: 10_000, patienceMs: 10_000, horizonMs: 60_000 });
  const dueAt = Date.now() + 300;
  await put(store, aJob("a", dueAt));
  await until("it has run", () => ran.length === 1);
  assert.ok(Date.now() >= dueAt);
});

test("what is due far from now is not given to the queue", async (t) => {
  const added: string[] = [];
  const lies: Lies = { gives: (_, hint) => truly(hint), added: (_, { id }) => void added.push(id) };
  const { store } = await bed(t, lies);
  await put(store, aJob("far", Date.now() + 3_600_000), aJob("near", Date.now() + 30_000));
  await until("the near one was given", () => added.length > 0);
  await pause(300);
  assert.deepEqual(added, ["near"], "and it once, however often the store is looked at");
});

test("a job that another process took over is let go here, and its end there counts", async (t) => {
  let now = Date.now();
  const clock = {
    ...systemClock,
    now: () => now,
    wait: (ms: number, signal?: AbortSignal) => systemClock.wait(Math.min(ms, 50), signal),
  };
  const store = await temporaryStore(t, { clock });
  const seen: string[] = [];
  const jobs = startQueuedJobs({
    ...jobsOptions(
      {
        ...{ store, clock, log: silent },
        handlers: handledBy(async (_, signal) => {
          seen.push("begun");
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          seen.push("let go");
          throw new Error("lost");
        }),
      },
      0,
    ),
    queue: lyingQueue({ gives: () => [] }),
    times: { sweepMs: 50, patienceMs: 0, horizonMs: 60_000 },
  });
  t.after(() => jobs.stop());
  await put(store, aJob("a", now));
  await until("it is under way", () => seen.length === 1);
  // As after a pause longer than the claim.
  const taken = { by: "another", until: now + 3_600_000, now: now + 60_000 };
  await store.transact((tx) => tx.jobs.claim(["a"], taken));
  now += 60_000;
  await until("it is let go", () => seen.includes("let go"));
  await pause(100);
  assert.deepEqual((await standing(store, "a"))?.claim, { by: "another", until: taken.until });
  assert.deepEqual(seen, ["begun", "let go"]);
});
