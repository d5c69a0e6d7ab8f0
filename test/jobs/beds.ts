// Stores, clocks and runners for the contract of jobs.
import type { TestContext } from "node:test";
import type { Jobs, JobsOptions } from "../../src/core/ports/jobs.ts";
import { startEmbeddedJobs } from "../../src/jobs/embedded.ts";
import type { JobsBed } from "../contracts/jobs.ts";
import { defaultLimits } from "../contracts/jobs.ts";
import { manualClock, silent, temporaryStore } from "../store/samples.ts";

/** Without a queue, on a clock that a hand moves. */
export async function embeddedBed(t: TestContext): Promise<JobsBed> {
  const clock = manualClock(1_000_000);
  const started: Jobs[] = [];
  let isDeaf = false;
  const store = await temporaryStore(t, {
    clock,
    committed: ({ put }) => {
      if (!isDeaf) for (const jobs of started) jobs.nudge(put);
    },
  });
  return {
    store,
    now: () => clock.now(),
    sweepMs: 15_000,
    async pass(ms) {
      // Whoever is about to nap must nap first.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      clock.set(clock.now() + ms);
    },
    async start(options) {
      const jobs = startEmbeddedJobs(jobsOptions({ ...options, store, clock }, started.length));
      started.push(jobs);
      t.after(() => jobs.stop());
      return jobs;
    },
    deafen: () => {
      isDeaf = true;
    },
  };
}

export function jobsOptions(
  given: Pick<JobsOptions, "store" | "clock" | "handlers"> & Partial<JobsOptions>,
  number: number,
): JobsOptions {
  return { limits: defaultLimits, isAlone: false, runner: `runner-${number}`, log: silent, ...given };
}
