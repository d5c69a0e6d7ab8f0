// `countersign migrate`: brings the tables of a PostgreSQL database to this version, or shows what it would do.
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import { examineDatabase } from "../store/postgres/examine.ts";
import { migrateDatabase, pendingMigrations } from "../store/postgres/migrate-alone.ts";
import type { CliRun } from "./commands.ts";
import { neededDatabase } from "./database.ts";
import { configFile, readConfig } from "./settings.ts";

export const migrate: CliRun = async (argv, env) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" }, "dry-run": { type: "boolean" } },
    strict: true,
  });
  const database = neededDatabase(readConfig(configFile(values.config, env)), env);
  const { where } = database.settings.address;
  const { refusal } = await examineDatabase(database);
  if (refusal !== null) throw new Error(refusal);
  if (values["dry-run"] === true) {
    const pending = await pendingMigrations(database);
    process.stdout.write(
      pending.length === 0
        ? `${where} is up to date: nothing would be done.\n`
        : pending
            .map(({ name, statements }) => `-- ${name}\n${statements.map((statement) => `${statement};\n`).join("")}`)
            .join("\n"),
    );
    return 0;
  }
  const done = await migrateDatabase(database, systemClock.now());
  process.stdout.write(
    done.length === 0
      ? `${where} is up to date: nothing was done.\n`
      : `${done.map((name) => `applied ${name}`).join("\n")}\n${where} is up to date.\n`,
  );
  return 0;
};
