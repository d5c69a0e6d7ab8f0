// What works by itself once the bot is open: messages leave, jobs run.
import type { Jobs } from "../core/ports/jobs.ts";
import type { OutboxReads } from "../core/ports/store.ts";
import type { Dispatch } from "../dispatch/dispatch.ts";
import type { Pace } from "../integrations/slack/outbox/pace.ts";
import { startOutbox } from "../integrations/slack/outbox/run.ts";
import type { QueueSource } from "../jobs/queue.ts";
import type { Base } from "./base.ts";
import { startJobs } from "./jobs.ts";
import { holdOffice, ownOffice } from "./office.ts";
import type { Opened } from "./opened.ts";
import type { Operations } from "./operations.ts";
import type { Pruning } from "./pruning.ts";

/** What works by itself from now on: messages leave, jobs run. */
export function startWorkers(
  base: Base,
  opened: Opened & {
    readonly dispatch: Dispatch;
    readonly operations: Operations;
    readonly queue: QueueSource | null;
    readonly pruning: Pruning;
    readonly pace: Pace | undefined;
  },
): Jobs {
  const { record, workspace, dispatch, operations, queue, pruning, pace } = opened;
  const { clock, log, closing, bell, database } = base;
  const { store } = record;
  const office = database === null ? ownOffice(clock) : holdOffice("outbox", { store, clock, log });
  closing.add(() => office.stop());
  const marks: OutboxReads = {
    ...store.outbox,
    // Whoever is alone with the store need not write down that it is.
    ...(database === null ? { claim: async () => "claimed" } : {}),
    markSent: async (ids, sent, how) => {
      await store.outbox.markSent(ids, sent, how);
      if (!how.isNew) return;
      await dispatch.sent(sent).catch((error: unknown) =>
        log.error("a posted card was not recorded", {
          key: sent.key,
          error: error instanceof Error ? error : undefined,
        }),
      );
    },
  };
  const outbox = startOutbox(workspace.reached, marks, office, pace);
  closing.add(() => outbox.stop());
  bell.listen(() => outbox.nudge());
  const handlers = { ...operations.tracedJobs(dispatch.jobs), prune: pruning.job };
  return startJobs(base, { store, handlers, waits: dispatch.waits, queue, isAlone: database === null });
}
