// What whoever runs jobs must do, with a queue or without: one suite for each way.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { typedJobs } from "../../src/config/typed-jobs.ts";
import type { Behind, JobHandler, JobHandlers, Jobs, JobsOptions } from "../../src/core/ports/jobs.ts";
import type { Job, JobKind, Store } from "../../src/core/ports/store.ts";
import { requestId } from "../store/samples.ts";

export const defaultLimits = typedJobs().limits;

export interface JobsBed {
  readonly store: Store;
  readonly now: () => number;
  /** The longest time until something is found that nobody told of. */
  readonly sweepMs: number;
  /** Time goes by: a hand moves the clock, or it is waited for. */
  pass(ms: number): Promise<void>;
  /** One more process's runner on the same store and queue, when it takes jobs. It is stopped after the test. */
  start(options: StartOptions): Promise<Jobs>;
  /** From now on commits nudge nobody: whatever is put must be found. */
  deafen(): void;
}

export type StartOptions = Pick<JobsOptions, "handlers"> &
  Partial<Pick<JobsOptions, "limits" | "isAlone" | "waits" | "runner">>;

export type OpenJobs = (t: TestContext) => Promise<JobsBed>;

const kinds: readonly JobKind[] = [
  ...(["execute", "expire", "remind", "recover", "follow-up", "look-over", "digest"] as const),
  ...(["grant-warn", "grant-end", "freeze-over", "review"] as const),
];

/** The same handler for every kind. */
export function handledBy(handler: JobHandler): JobHandlers {
  return Object.fromEntries(kinds.map((kind) => [kind, handler])) as Record<JobKind, JobHandler>;
}

export const aJob = (id: string, dueAt: number, over: Partial<Job> = {}): Job => ({
  ...{ id, kind: "remind", request: requestId("1"), dueAt },
  ...over,
});

export async function put(store: Store, ...jobs: readonly Job[]): Promise<void> {
  await store.transact(async (tx) => {
    for (const job of jobs) await tx.jobs.put(job);
  });
}

/** A promise that a test resolves itself. */
export function gate(): { readonly opened: Promise<undefined>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<undefined>((resolve) => {
    open = () => resolve(undefined);
  });
  return { opened, open };
}

const patienceMs = 30_000;

/** Looks until it holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let turn = 0; !(await holds()); turn += 1) {
    if (performance.now() > end) assert.fail(`it never came to hold: ${what}`);
    await new Promise((resolve) => (turn % 50 === 49 ? setTimeout(resolve, 5) : setImmediate(resolve)));
  }
}

const isEmpty = async ({ store }: JobsBed): Promise<boolean> => (await store.jobs.next()) === null;

export function jobsContract(name: string, open: OpenJobs): void {
  const rule = (text: string, check: (bed: JobsBed) => Promise<void>) =>
    test(`jobs, ${name}: ${text}`, async (t) => check(await open(t)));

  rule("what was due before the start is done, once", async (bed) => {
    await put(bed.store, aJob("remind:a:1", 1), aJob("remind:b:1", 2));
    const ran: string[] = [];
    await bed.start({ handlers: handledBy(async ({ id }) => void ran.push(id)) });
    await until("no row is left", () => isEmpty(bed));
    assert.deepEqual(ran.toSorted(), ["remind:a:1", "remind:b:1"]);
  });

  rule("a job that is put meanwhile is done, and one of a later time not before it", async (bed) => {
    const ran = new Map<string, number>();
    await bed.start({ handlers: handledBy(async ({ id }) => void ran.set(id, bed.now())) });
    const dueAt = bed.now() + 700;
    await put(bed.store, aJob("now", bed.now()), aJob("later", dueAt));
    await until("the first has run", () => ran.has("now"));
    assert.equal(ran.has("later"), false);
    await bed.pass(700);
    await until("no row is left", () => isEmpty(bed));
    assert.ok((ran.get("later") ?? 0) >= dueAt);
  });

  rule("a job that becomes due earlier is done then", async (bed) => {
    let runs = 0;
    await bed.start({
      handlers: handledBy(async () => {
        runs += 1;
        return undefined;
      }),
    });
    await put(bed.store, aJob("a", bed.now() + 3_600_000));
    await put(bed.store, aJob("a", bed.now()));
    await until("no row is left", () => isEmpty(bed));
    assert.equal(runs, 1);
  });

  rule("a job that was put without a nudge is found by the sweep", async (bed) => {
    let runs = 0;
    await bed.start({
      handlers: handledBy(async () => {
        runs += 1;
        return undefined;
      }),
    });
    bed.deafen();
    await put(bed.store, aJob("a", bed.now()));
    await bed.pass(bed.sweepMs);
    await until("no row is left", () => isEmpty(bed));
    assert.equal(runs, 1);
  });

  rule(
    "a handler that throws is tried again later, and later still, and its row stays until it succeeds",
    async (bed) => {
      const ran: number[] = [];
      const handler: JobHandler = async () => {
        ran.push(bed.now());
        if (ran.length < 3) throw new Error("not yet");
        return undefined;
      };
      await bed.start({ handlers: handledBy(handler) });
      await put(bed.store, aJob("a", bed.now()));
      for (const [runs, ms] of [
        [1, 1_000],
        [2, 2_000],
      ] as const) {
        await until(`failed ${runs} times`, async () => (await failures(bed.store, "a")) === runs);
        await bed.pass(ms);
      }
      await until("no row is left", () => isEmpty(bed));
      const [first = 0, second = 0, third = 0] = ran;
      assert.equal(ran.length, 3);
      assert.ok(second - first >= 1_000 && third - second >= 2_000, `${ran}`);
    },
  );

  rule("a handler may say when to come again, and comes again then", async (bed) => {
    const ran: number[] = [];
    const handler: JobHandler = async () => {
      ran.push(bed.now());
      return ran.length === 1 ? { againAt: bed.now() + 400 } : undefined;
    };
    await bed.start({ handlers: handledBy(handler) });
    await put(bed.store, aJob("a", bed.now()));
    await until("it has run", () => ran.length === 1);
    await until("it is put away", async () => (await standing(bed.store, "a"))?.claim === null);
    await bed.pass(400);
    await until("no row is left", () => isEmpty(bed));
    assert.ok((ran[1] ?? 0) - (ran[0] ?? 0) >= 400);
  });

  rule("stopping aborts what is under way, waits for its end, and leaves it for the next one at once", async (bed) => {
    const ended: string[] = [];
    const started = gate();
    const jobs = await bed.start({
      handlers: handledBy(async ({ id }, signal) => {
        started.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        ended.push(id);
        throw new Error("cut short");
      }),
    });
    await put(bed.store, aJob("a", bed.now()));
    await started.opened;
    await jobs.stop();
    assert.deepEqual(ended, ["a"]);
    const row = await standing(bed.store, "a");
    assert.deepEqual([row?.claim, row?.failures], [null, 0]);
    await put(bed.store, aJob("b", bed.now()));
    await bed.pass(100);
    assert.deepEqual(ended, ["a"], "nothing begins after the stop");
    await bed.start({ handlers: handledBy(async ({ id }) => void ended.push(id)) });
    await until("no row is left", () => isEmpty(bed));
    assert.deepEqual(ended.toSorted(), ["a", "a", "b"]);
  });

  rule("two runners never have one job at once, and each job is done once", async (bed) => {
    const ran = new Map<string, number>();
    let most = 0;
    const underWay = new Map<string, number>();
    const handlers = handledBy(async ({ id }) => {
      underWay.set(id, (underWay.get(id) ?? 0) + 1);
      most = Math.max(most, underWay.get(id) ?? 0);
      ran.set(id, (ran.get(id) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
      underWay.set(id, (underWay.get(id) ?? 0) - 1);
      return undefined;
    });
    await bed.start({ handlers });
    await bed.start({ handlers });
    const ids = Array.from({ length: 60 }, (_, index) => `j${index}`);
    for (const id of ids) await put(bed.store, aJob(id, bed.now()), aJob(id, bed.now()));
    await until("no row is left", () => isEmpty(bed));
    assert.equal(most, 1);
    assert.deepEqual([...ran.keys()].toSorted(), ids.toSorted());
    assert.ok([...ran.values()].every((count) => count === 1));
  });

  rule("on one target one after another in the order of their places, whoever runs them", async (bed) => {
    const order: string[] = [];
    let underWay = 0;
    let most = 0;
    const handlers = handledBy(async ({ id }) => {
      order.push(id);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return undefined;
    });
    const at = bed.now() - 1_000;
    const targets = (index: number) => (index % 2 === 0 ? ["dev:shop/deployment/checkout"] : ["dev:shop"]);
    const jobs = Array.from({ length: 12 }, (_, index) =>
      aJob(`e${index}`, at + index, { kind: "execute", targets: targets(index) }),
    );
    await put(bed.store, ...jobs.toReversed());
    await bed.start({ handlers });
    await bed.start({ handlers });
    await until("no row is left", () => isEmpty(bed));
    assert.equal(most, 1);
    assert.deepEqual(
      order,
      jobs.map(({ id }) => id),
    );
  });

  rule("what has to wait for its turn is told what it waits for, and goes when that has ended", async (bed) => {
    const first = gate();
    const told: [string, Behind["kind"], string][] = [];
    const ran: string[] = [];
    await bed.start({
      limits: { ...defaultLimits, executionsPerCluster: 1 },
      handlers: handledBy(async ({ id }) => {
        ran.push(id);
        return id === "first" ? first.opened : undefined;
      }),
      waits: async (job, behind) =>
        void told.push([job.id, behind.kind, behind.kind === "job" ? behind.before.id : behind.cluster]),
    });
    const job = (id: string, target: string) => aJob(id, bed.now(), { kind: "execute", targets: [target] });
    await put(bed.store, job("first", "dev:shop/deployment/checkout"));
    await until("the first is under way", () => ran.length === 1);
    await put(bed.store, job("same", "dev:shop/deployment/checkout"));
    await until("told of the target", () => told.length === 1);
    await put(bed.store, job("other", "dev:shop/deployment/cart"));
    await until("told of the cluster", () => told.length === 2);
    await put(bed.store, job("elsewhere", "prod:shop/deployment/checkout"));
    await until("another cluster has room", () => ran.includes("elsewhere"));
    assert.deepEqual(told, [
      ["same", "job", "first"],
      ["other", "cluster", "dev"],
    ]);
    first.open();
    await until("no row is left", () => isEmpty(bed));
    assert.deepEqual(ran.toSorted(), ["elsewhere", "first", "other", "same"]);
  });

  rule("a thousand reminders that hang hold up neither an execution nor the end of an access", async (bed) => {
    const hang = gate();
    const ran: string[] = [];
    let reminders = 0;
    await bed.start({
      handlers: handledBy(async ({ id, kind }) => {
        if (kind === "remind") {
          reminders += 1;
          return hang.opened;
        }
        ran.push(id);
        return undefined;
      }),
    });
    await put(bed.store, ...Array.from({ length: 1_000 }, (_, index) => aJob(`r${index}`, bed.now())));
    await until("reminders are under way", () => reminders === defaultLimits.people);
    await put(
      bed.store,
      aJob("execute", bed.now(), { kind: "execute" }),
      aJob("end", bed.now(), { kind: "grant-end" }),
    );
    await until("both have run", () => ran.length === 2);
    assert.equal(reminders, defaultLimits.people);
    hang.open();
    await until("no row is left", () => isEmpty(bed));
    assert.equal(reminders, 1_000);
  });

  rule("what is under way or waits for its turn does not count as late, however long it takes", async (bed) => {
    const gates = { a: gate(), e: gate() };
    const at = bed.now();
    await put(
      bed.store,
      ...[aJob("a", at - 2_000), aJob("b", at - 1_000), aJob("c", at + 3_600_000)],
      ...["e", "f"].map((id) => aJob(id, at - 9_000, { kind: "execute", targets: ["dev:shop"] })),
    );
    const jobs = await bed.start({
      limits: { ...defaultLimits, people: 1 },
      handlers: handledBy(async ({ id }) => (id === "a" ? gates.a.opened : id === "e" ? gates.e.opened : undefined)),
    });
    await until("two are under way", async () => (await jobs.standing()).running === 2);
    assert.deepEqual(await jobs.standing(), { all: 5, due: 2, running: 2, oldestDueAt: at - 1_000 });
    gates.a.open();
    await until("b has run", async () => (await jobs.standing()).all === 3);
    assert.deepEqual(await jobs.standing(), { all: 3, due: 1, running: 1, oldestDueAt: null });
    gates.e.open();
    await until("only the far one is left", async () => (await jobs.standing()).all === 1);
  });

  rule(
    "the jobs of a process that died are done when its claims are over, and at once where nobody else can be",
    async (bed) => {
      const now = bed.now();
      // What is not due is not claimed: one time for both.
      await put(bed.store, aJob("a", now), aJob("b", now));
      await bed.store.transact((tx) => tx.jobs.claim(["a", "b"], { by: "dead", until: now + 2_000, now }));
      const ran: string[] = [];
      const jobs = await bed.start({ handlers: handledBy(async ({ id }) => void ran.push(id)) });
      await put(bed.store, aJob("c", bed.now()));
      await until("the free one has run", () => ran.length === 1);
      assert.deepEqual(ran, ["c"]);
      await bed.pass(2_000);
      await until("no row is left", () => isEmpty(bed));
      assert.deepEqual(ran.toSorted(), ["a", "b", "c"]);
      await jobs.stop();
      const later = bed.now();
      await put(bed.store, aJob("d", later));
      await bed.store.transact((tx) => tx.jobs.claim(["d"], { by: "dead", until: later + 3_600_000, now: later }));
      await bed.start({ isAlone: true, handlers: handledBy(async ({ id }) => void ran.push(id)) });
      await until("no row is left", () => isEmpty(bed));
    },
  );
}

export async function standing(store: Store, id: string) {
  const rows = await store.jobs.standing({ kinds, by: Number.MAX_SAFE_INTEGER, limit: 10_000 });
  return rows.find((row) => row.id === id) ?? null;
}

async function failures(store: Store, id: string): Promise<number> {
  const row = await standing(store, id);
  return row?.claim === null ? row.failures : 0;
}
