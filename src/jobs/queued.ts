// Runs due jobs by hints of a queue that several processes share; without the queue, by the store alone.
import type { Jobs, JobsOptions } from "../core/ports/jobs.ts";
import { HintDesk } from "./desk.ts";
import { releaseAll } from "./embedded.ts";
import { Feeder, type FeederTimes, usualTimes } from "./feeder.ts";
import { QueueKeeper } from "./keeper.ts";
import { type Lane, laneOf, lanes } from "./lanes.ts";
import type { QueueSource } from "./queue.ts";
import { Work } from "./work.ts";

export interface QueuedJobsOptions extends JobsOptions {
  readonly queue: QueueSource;
  readonly times?: FeederTimes;
}

export function startQueuedJobs(options: QueuedJobsOptions): Jobs {
  const { clock, log, limits, queue, times = usualTimes } = options;
  const work: Work = new Work(options, (lane) => feeders[lane].ended());
  const desk = new HintDesk(options, work);
  const lookEverywhere = (): void => {
    for (const feeder of Object.values(feeders)) feeder.look();
  };
  const needs = { take: (lane: Lane, hint: Parameters<HintDesk["take"]>[1]) => desk.take(lane, hint), limits, log };
  const keeper: QueueKeeper = new QueueKeeper(queue, needs, { clock, log, changed: lookEverywhere });
  const parts = { options, work, desk, keeper, times };
  const feeders = Object.fromEntries(lanes.map((lane) => [lane, new Feeder(parts, lane)])) as Record<Lane, Feeder>;
  const closing = new AbortController();
  const running = begin(options, work, { keeper, feeders: Object.values(feeders), closing: closing.signal });
  return {
    nudge(put) {
      for (const lane of lanes) feeders[lane].put(put.filter(({ kind }) => laneOf(kind) === lane));
    },
    standing: () => work.counted(),
    queue: () => keeper.state,
    async stop() {
      const stopped = work.stop();
      lookEverywhere();
      await stopped;
      closing.abort();
      await running;
    },
  };
}

interface Running {
  readonly keeper: QueueKeeper;
  readonly feeders: readonly Feeder[];
  readonly closing: AbortSignal;
}

async function begin(options: JobsOptions, work: Work, { keeper, feeders, closing }: Running): Promise<void> {
  if (options.isAlone) await releaseAll(options, work.signal);
  await Promise.all([keeper.run(closing), ...feeders.map((feeder) => feeder.loop())]);
}
