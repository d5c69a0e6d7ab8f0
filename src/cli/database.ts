// The database that a command of the command line works on, where the environment names one.
import { localClock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { databaseOptions } from "../main/database.ts";
import type { PostgresOptions } from "../store/postgres/open.ts";
import { readDatabaseUrl } from "./settings.ts";

export type NamedDatabase = Pick<PostgresOptions, "settings" | "name" | "local">;

/** null where the store is a file in the data directory. Throws when the configuration wants a database and none is named. */
export function namedDatabase(config: Pick<Config, "database">, env: NodeJS.ProcessEnv): NamedDatabase | null {
  const options = databaseOptions(config, readDatabaseUrl(env, config.database));
  return options === null ? null : { ...options, local: localClock };
}

/** Throws with what to set where there is none. */
export function neededDatabase(config: Pick<Config, "database">, env: NodeJS.ProcessEnv): NamedDatabase {
  const named = namedDatabase(config, env);
  if (named !== null) return named;
  throw new Error(
    `${config.database.urlFrom} is not set: it is the address of the PostgreSQL database, postgres://USER:PASSWORD@HOST:5432/DATABASE.`,
  );
}
