// Taking jobs in hand: whatever the caller believed when it asked, the store's claims and turns of that moment decide.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Work } from "../../src/jobs/work.ts";
import { aJob, defaultLimits, gate, handledBy, put } from "../contracts/jobs.ts";
import { manualClock, temporaryStore } from "../store/samples.ts";
import { jobsOptions } from "./beds.ts";

const execution = (id: string, since: number, target: string) =>
  aJob(id, since, { kind: "execute", targets: [target] });

async function two(t: TestContext) {
  const clock = manualClock(1_000_000);
  const store = await temporaryStore(t, { clock });
  const end = gate();
  const handlers = handledBy(() => end.opened);
  const limits = { ...defaultLimits, executions: 5, executionsPerCluster: 2 };
  const works = [0, 1].map(
    (number) => new Work(jobsOptions({ store, clock, handlers, limits }, number), () => undefined),
  );
  t.after(async () => {
    end.open();
    for (const work of works) await work.stop();
  });
  const [one, other] = works as [Work, Work];
  const begun = async (work: Work, ...ids: readonly string[]) => [...(await work.begin("executions", ids)).keys()];
  return { store, one, other, begun };
}

test("nobody begins what is not first in line on its target, nor what somebody else has in hand", async (t) => {
  const { store, one, other, begun } = await two(t);
  await put(store, execution("second", 2, "dev:shop/deployment/a"), execution("first", 1, "dev:shop/deployment/a"));
  assert.deepEqual(await begun(one, "second"), []);
  assert.deepEqual(await begun(other, "first"), ["first"]);
  assert.deepEqual(await begun(one, "first", "second"), []);
});

test("no cluster takes more than its limit, however many processes ask at the same moment", async (t) => {
  const { store, one, other, begun } = await two(t);
  const ids = ["a", "b", "c", "d"];
  await put(store, ...ids.map((id, index) => execution(id, index, `dev:shop/deployment/${id}`)));
  const got = await Promise.all([begun(one, "a", "c"), begun(other, "b", "d")]);
  assert.deepEqual(got.flat().toSorted(), ["a", "b"]);
  assert.deepEqual(await begun(one, ...ids), []);
});

test("no more are taken than there are hands", async (t) => {
  const { store, one } = await two(t);
  const ids = Array.from({ length: 9 }, (_, index) => `r${index}`);
  await put(store, ...ids.map((id) => aJob(id, 0)));
  const begun = await Promise.all([one.begin("people", ids.slice(0, 6)), one.begin("people", ids.slice(3))]);
  assert.equal(begun.flatMap((map) => [...map.keys()]).length, defaultLimits.people);
  assert.equal(one.room("people"), 0);
});

test("a job that has ended is not taken for somebody else's while its row is being taken away", async (t) => {
  const clock = manualClock(1_000_000);
  const store = await temporaryStore(t, { clock });
  const end = gate();
  const answer = gate();
  const told: string[] = [];
  const renewed = Promise.withResolvers<void>();
  let count = 0;
  // Claiming, ending, renewing: the second one's answer is late.
  const slow: typeof store = {
    ...store,
    transact: async (work) => {
      count += 1;
      const mine = count;
      const value = await store.transact(work);
      if (mine === 2) await answer.opened;
      if (mine === 3) renewed.resolve();
      return value;
    },
  };
  const log = { debug() {}, info() {}, warn: (text: string) => void told.push(text), error() {} };
  const options = jobsOptions({ store: slow, clock, handlers: handledBy(() => end.opened), limits: defaultLimits }, 0);
  const work = new Work({ ...options, log }, () => undefined);
  await put(store, aJob("one", 0));
  await work.begin("people", ["one"]);
  end.open();
  while ((await store.jobs.next()) !== null);
  clock.set(1_010_000);
  await renewed.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, []);
  answer.open();
  await work.stop();
});

test("a claim whose answer was lost is begun at the next look, by the process that made it and by no other", async (t) => {
  const clock = manualClock(1_000_000);
  const store = await temporaryStore(t, { clock });
  let isLost = true;
  const losing: typeof store = {
    ...store,
    jobs: {
      ...store.jobs,
      claimed: (ids, claim) =>
        isLost ? Promise.reject(new Error("the connection was lost")) : store.jobs.claimed(ids, claim),
    },
  };
  const handlers = handledBy(async () => undefined);
  const works = [losing, store].map(
    (on, number) =>
      new Work(jobsOptions({ store: on, clock, handlers, limits: defaultLimits }, number), () => undefined),
  );
  t.after(() => Promise.all(works.map((work) => work.stop())));
  const [mine, other] = works as [Work, Work];
  await put(store, execution("a", 1, "dev:shop/deployment/a"));
  await assert.rejects(mine.begin("executions", ["a"]), /connection was lost/);
  isLost = false;
  const claims = async (work: Work) => (await work.standing("executions", clock.now(), 10)).map(({ claim }) => claim);
  assert.notDeepEqual(await claims(other), [null]);
  assert.deepEqual([...(await other.begin("executions", ["a"])).keys()], []);
  assert.deepEqual(await claims(mine), [null], "nobody has it in hand");
  const begun = await mine.begin("executions", ["a"]);
  await begun.get("a");
  assert.deepEqual([...begun.keys()], ["a"]);
});
