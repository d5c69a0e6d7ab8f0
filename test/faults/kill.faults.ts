// F1: kill -9 at every named point, again and again for as long as is given.
import { test } from "node:test";
import { kills, runKills } from "../support/kills.ts";

const until = Date.now() + Number(process.env.FAULT_MINUTES ?? "1") * 60_000;

test("F1: killed at every named point, round after round", { timeout: 3_600_000 }, async (t) => {
  for (let round = 1; round === 1 || Date.now() < until; round += 1) {
    await t.test(`round ${round}`, (one) => runKills(one, kills));
  }
});
