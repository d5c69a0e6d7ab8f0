// Who runs what is due: this process from its own store, or several by a queue that the environment names.
import type { JobHandlers, Jobs } from "../core/ports/jobs.ts";
import type { Store } from "../core/ports/store.ts";
import type { Dispatch } from "../dispatch/dispatch.ts";
import type { PostgresQueueOptions } from "../jobs/bullmq/postgres.ts";
import { redisAddressIn } from "../jobs/bullmq/redis-address.ts";
import { startEmbeddedJobs } from "../jobs/embedded.ts";
import type { QueueSource } from "../jobs/queue.ts";
import { startQueuedJobs } from "../jobs/queued.ts";
import type { Base } from "./base.ts";

/**
 * Redis where the environment names one, else the database where the store is in one, else none. Throws with the sentence for
 * whoever starts the bot when an address cannot be read; whether anybody answers there is seen later, and not needed to start.
 */
export async function queueSource(
  { config, secrets }: Pick<Base, "config" | "secrets">,
  database: PostgresQueueOptions | null,
): Promise<QueueSource | null> {
  const { redisUrlFrom, redisCaFile, redisPrefix: prefix } = config.jobs;
  const url = secrets.named?.(redisUrlFrom) ?? "";
  if (url !== "") {
    const address = redisAddressIn(url, redisUrlFrom, redisCaFile);
    const { redisQueue } = await import("../jobs/bullmq/redis.ts");
    return redisQueue({ address, prefix });
  }
  if (database === null) return null;
  const { postgresQueue } = await import("../jobs/bullmq/postgres.ts");
  return postgresQueue(database);
}

export interface StartJobs {
  readonly store: Store;
  readonly handlers: JobHandlers;
  readonly waits: Dispatch["waits"];
  readonly queue: QueueSource | null;
  /** The store is a file that only this process has open. */
  readonly isAlone: boolean;
}

export function startJobs(base: Base, { store, handlers, waits, queue, isAlone }: StartJobs): Jobs {
  const { config, clock, log, runner, closing, bell } = base;
  const options = {
    ...{ store, clock, log, runner, handlers, waits },
    ...{ limits: config.jobs.limits, isAlone },
  };
  const jobs = queue === null ? startEmbeddedJobs(options) : startQueuedJobs({ ...options, queue });
  closing.add(() => jobs.stop());
  bell.listen(({ put = [] }) => jobs.nudge(put));
  return jobs;
}
