// The database's clock as it is carried on here: whatever happens to this machine's time of day, it is not moved.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type LocalClock, measure, startClock } from "../../src/store/postgres/clock.ts";
import { manualClock, silent } from "./samples.ts";

function world() {
  const clock = manualClock(1_000_000);
  let monotonic = 500;
  let database = 2_000_000;
  let lateMs = 0;
  const local: LocalClock = { ...clock, now: () => clock.now(), monotonic: () => monotonic };
  const pass = (ms: number): void => {
    monotonic += ms;
    database += ms;
    clock.set(clock.now() + ms);
  };
  const ask = async () => {
    pass(lateMs);
    return database;
  };
  return {
    local,
    ask,
    pass,
    late: (ms: number) => {
      lateMs = ms;
    },
    jumpLocal: (ms: number) => clock.set(clock.now() + ms),
    jumpDatabase: (ms: number) => {
      database += ms;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("it shows the database's time, goes on by itself, and a jump of the machine's own changes only the difference", async () => {
  const at = world();
  const clock = await startClock(at.ask, at.local, silent);
  assert.equal(clock.now(), 2_000_000);
  assert.equal(clock.skewMs(), -1_000_000);
  at.pass(7_000);
  assert.equal(clock.now(), 2_007_000);
  at.jumpLocal(3_600_000);
  assert.equal(clock.now(), 2_007_000, "not moved");
  assert.equal(clock.skewMs(), 2_600_000);
  await clock.close();
});

test("it follows a jump of the database's own, and goes on while the database does not answer", async () => {
  const at = world();
  let isAway = false;
  const ask = async () => (isAway ? Promise.reject(new Error("away")) : at.ask());
  const clock = await startClock(ask, at.local, silent);
  at.jumpDatabase(-60_000);
  at.pass(10_000);
  await turn();
  assert.equal(clock.now(), 1_950_000);
  isAway = true;
  at.pass(10_000);
  await turn();
  assert.equal(clock.now(), 1_960_000);
  await clock.close();
});

test("an answer that took longer than a second measures nothing, and without any the start says so", async () => {
  const at = world();
  assert.notEqual(await measure(at.ask, at.local), null);
  at.late(1_001);
  assert.equal(await measure(at.ask, at.local), null);
  await assert.rejects(startClock(at.ask, at.local, silent), /longer than a second to say what time it is/);
});
