// Messages make way for whoever stands before a form, and for no longer than was said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePeopleFirst } from "../../../src/integrations/slack/people-first.ts";
import { HandClock } from "../../support/hand-clock.ts";

const never = new AbortController().signal;

/** How many ms pass until this is settled, at most a second. */
async function passed(clock: HandClock, turn: Promise<void>): Promise<number> {
  let came = false;
  void turn.then(() => {
    came = true;
  });
  for (let ms = 0; ms <= 1_000; ms += 5) {
    await new Promise(setImmediate);
    if (came) return ms;
    clock.advance(5);
  }
  return Number.POSITIVE_INFINITY;
}

test("without anybody waiting nothing is waited for", async () => {
  const clock = new HandClock();
  await makePeopleFirst(clock).turn(250, never);
  assert.deepEqual(clock.waits, []);
});

test("the turn comes when the last of them has an answer, or a failure", async () => {
  const clock = new HandClock();
  const people = makePeopleFirst(clock);
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  people.during(one.promise);
  people.during(other.promise);
  const turn = people.turn(10_000, never);
  one.resolve();
  assert.equal(await passed(clock, turn), Number.POSITIVE_INFINITY);
  other.reject(new Error("the caller's own"));
  await assert.rejects(other.promise);
  assert.ok((await passed(clock, turn)) <= 25);
  assert.equal(await passed(clock, people.turn(10_000, never)), 0);
});

test("it comes after its time although somebody waits, and at once when told to stop", async () => {
  const clock = new HandClock();
  const people = makePeopleFirst(clock);
  people.during(new Promise(() => undefined));
  assert.equal(await passed(clock, people.turn(250, never)), 250);
  const stop = new AbortController();
  const stopped = people.turn(250, stop.signal);
  stop.abort();
  assert.equal(await passed(clock, stopped), 0);
});
