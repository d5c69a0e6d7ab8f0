// Migrating without opening a store: for the command line.
import type { Migration } from "../migrate.ts";
import { migrations } from "../migrations/index.ts";
import { tablesIn } from "./dialect.ts";
import { migrateOn, pendingOn } from "./migrate.ts";
import { alone, type PostgresOptions, rightsMissing } from "./open.ts";

type Options = Pick<PostgresOptions, "settings" | "name" | "local">;

/** What would be applied, as PostgreSQL would be told; changes nothing. Throws when a newer version was here. */
export async function pendingMigrations(options: Options): Promise<readonly Migration[]> {
  const pending = await alone(options, (client) => pendingOn(client, migrations));
  return pending.map(({ name, statements }) => ({ name, statements: statements.map(tablesIn) }));
}

/** The names of what was applied. Doing it twice does nothing more. */
export function migrateDatabase(options: Options, now: number): Promise<readonly string[]> {
  return alone(options, (client) =>
    migrateOn(client, migrations, now).catch((error: unknown) => {
      throw rightsMissing(error, options.settings.address) ?? error;
    }),
  );
}
