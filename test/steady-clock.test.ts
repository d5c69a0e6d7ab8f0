// T30: the bot's clock goes on by what nobody can set; a suspended machine is not a jump, and a set clock is noticed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { steadyClock } from "../src/steady-clock.ts";

function machine() {
  const at = { wall: 1_800_000_000_000, monotonic: 5_000, uptime: 90_000 };
  return {
    at,
    clock: steadyClock({
      now: () => at.wall,
      monotonic: () => at.monotonic,
      uptime: () => at.uptime,
      wait: async () => undefined,
    }),
    passes: (ms: number) => {
      for (const one of ["wall", "monotonic", "uptime"] as const) at[one] += ms;
    },
  };
}

test("time goes on as the machine's does", () => {
  const { clock, at, passes } = machine();
  passes(7_300);
  assert.equal(clock.now(), at.wall);
  assert.equal(clock.skewMs(), 0);
});

test("the wall clock set ahead or back moves nothing and shows as skew; set right again, it is gone", () => {
  for (const jump of [600_000, -600_000, 3_600_000, -86_400_000]) {
    const { clock, at, passes } = machine();
    const right = at.wall;
    at.wall += jump;
    passes(2_000);
    assert.equal(clock.now(), right + 2_000);
    assert.equal(clock.skewMs(), jump);
    at.wall -= jump;
    assert.equal(clock.skewMs(), 0);
  }
});

test("a machine that was suspended has lost no time, and its wall clock has not jumped", () => {
  const { clock, at, passes } = machine();
  passes(2_000);
  at.wall += 3_600_000;
  at.uptime += 3_600_000;
  passes(1_500);
  assert.equal(clock.now(), at.wall);
  assert.equal(clock.skewMs(), 0);
});

test("how coarse the uptime is moves nothing", () => {
  const { clock, at, passes } = machine();
  for (let turn = 0; turn < 50; turn += 1) {
    passes(1_000);
    at.uptime += turn % 2 === 0 ? 40 : -40;
    assert.equal(clock.now(), at.wall);
  }
});
