// The database that the environment and the configuration name, reached; and what its clock forbids.
import { localClock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import type { Log } from "../core/ports/log.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { PostgresQueueOptions } from "../jobs/bullmq/postgres.ts";
import { addressIn } from "../store/postgres/address.ts";
import { type PostgresOptions, type ReachedDatabase, reachDatabase } from "../store/postgres/open.ts";
import { poolConfig } from "../store/postgres/settings.ts";
import type { Base, Secrets } from "./base.ts";

/** null: the store is a file in the data directory. Throws with the sentence for whoever starts the bot. */
export function databaseOptions(
  { database }: Pick<Config, "database">,
  url: string | null,
): Pick<PostgresOptions, "settings" | "name"> | null {
  if (url === null) return null;
  const { urlFrom, caFile, connections, connectWithinMs, answerWithinMs, lockWithinMs, idleWithinMs } = database;
  const address = addressIn(url, urlFrom, caFile);
  const settings = { address, connections, connectWithinMs, answerWithinMs, lockWithinMs, idleWithinMs };
  return { settings, name: urlFrom };
}

/** For the queue of jobs, which lies in the same database in a schema of its own; null where there is none. */
export function queueDatabase({ config, secrets }: Pick<Base, "config" | "secrets">): PostgresQueueOptions | null {
  const options = databaseOptions(config, secrets.databaseUrl ?? null);
  return options === null ? null : queueDatabaseOf(options);
}

export function queueDatabaseOf(options: Pick<PostgresOptions, "settings">): PostgresQueueOptions {
  // BullMQ reads JSON and dates as pg has them, not as the store does.
  const { types: _, ...pool } = poolConfig(options.settings, { max: 1, pipeline: false });
  return { pool, where: options.settings.address.where };
}

export async function reachConfigured(
  config: Pick<Config, "database">,
  secrets: Pick<Secrets, "databaseUrl">,
  log: Log,
): Promise<ReachedDatabase | null> {
  const options = databaseOptions(config, secrets.databaseUrl ?? null);
  return options === null ? null : reachDatabase({ ...options, local: localClock, log });
}

/** T30: signatures of Slack's, leases and expiries hang on the time; two clocks that disagree this much are a fault. */
const maxSkewMs = 5_000;

/** Why nothing may be changed now, or null. */
export function clockRefusal(skewMs: number): Refusal | null {
  if (Math.abs(skewMs) <= maxSkewMs) return null;
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return refuse(
    "clock-differs",
    `Nothing is changed now: my machine's clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} the database's.`,
    "An operator must set the clocks by NTP; countersign doctor says which one is wrong.",
  );
}
