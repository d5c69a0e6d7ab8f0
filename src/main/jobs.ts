// Who runs what is due: this process alone on its own store.
import type { Jobs } from "../core/ports/jobs.ts";
import type { Store } from "../core/ports/store.ts";
import type { Dispatch } from "../dispatch/dispatch.ts";
import { startEmbeddedJobs } from "../jobs/embedded.ts";
import { defaultLimits } from "../jobs/lanes.ts";
import type { Base } from "./base.ts";

export function startJobs(base: Base, store: Store, dispatch: Pick<Dispatch, "jobs" | "waits">): Jobs {
  const { clock, log, runner, closing, bell } = base;
  const jobs = startEmbeddedJobs({
    ...{ store, clock, log, runner, handlers: dispatch.jobs, waits: dispatch.waits },
    ...{ limits: defaultLimits, isAlone: true },
  });
  closing.add(() => jobs.stop());
  bell.listen(({ put = [] }) => {
    if (put.length > 0) jobs.nudge(put);
  });
  return jobs;
}
