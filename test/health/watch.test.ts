// The looks at the bot's parts: what a probe throws or never answers, and news that could not be told at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { News } from "../../src/health/step.ts";
import { type Probe, watchHealth } from "../../src/health/watch.ts";
import { newsMessage } from "../../src/health/words.ts";
import { silent } from "../store/samples.ts";
import { eventually, HandClock } from "../support/hand-clock.ts";

const probe = (look: Probe["look"], name = "production"): Probe => ({
  ...{ kind: "cluster", name, title: `Cluster ${name}`, look },
});

/** Looks until so much time has passed. */
async function passes(clock: HandClock, watch: { look(): Promise<void> }, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5_000) {
    clock.advance(5_000);
    await watch.look();
  }
}

test("a probe that throws, or that never answers, is a part that is away", async (t) => {
  const clock = new HandClock();
  const probes = [
    probe(() => {
      throw new Error("no");
    }, "one"),
    probe(() => new Promise(() => undefined), "two"),
    probe(() => null, "three"),
  ];
  const watch = watchHealth({ probes, clock, log: silent, tell: async () => undefined });
  t.after(() => watch.stop());
  await eventually(() => clock.waits.includes(4_000));
  clock.advance(4_000);
  await eventually(() => watch.parts().length === 3);
  assert.deepEqual(
    watch.parts().map(({ name, says }) => [name, says === null]),
    [
      ["one", false],
      ["two", false],
      ["three", true],
    ],
  );
});

test("all that is new at once is one message; what could not be told is told with what comes next", async (t) => {
  const clock = new HandClock();
  let says: string | null = "gone";
  let isBroken = true;
  const heard: (readonly News[])[] = [];
  const watch = watchHealth({
    probes: [probe(() => says, "one"), probe(() => says, "two")],
    ...{ clock, log: silent },
    tell: async (news) => {
      if (isBroken) throw new Error("nobody listens");
      heard.push(news);
    },
  });
  t.after(() => watch.stop());
  await passes(clock, watch, 60_000);
  assert.deepEqual(heard, []);
  isBroken = false;
  await passes(clock, watch, 60_000);
  assert.equal(heard.length, 1);
  assert.equal(newsMessage(heard[0] ?? []).summary, "Away: Cluster one, Cluster two.");
  says = null;
  await passes(clock, watch, 120_000);
  assert.equal(heard.length, 2);
  assert.equal(newsMessage(heard[1] ?? []).summary, "Back: Cluster one, Cluster two.");
});
