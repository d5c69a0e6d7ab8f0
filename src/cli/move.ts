// `countersign move`: copies the store of a data directory into an empty PostgreSQL database, and proves that it is the same.
import { randomBytes } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sealRecord } from "../audit/chain.ts";
import { checkpointsIn, verifierFrom } from "../audit/files.ts";
import { type Lines, type Verdict, verifyLog } from "../audit/verify.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { hasStore, isInUse, type StoredTable, storedLines, storedTables } from "../store/at-rest.ts";
import { requestsKey } from "../store/keys.ts";
import { openStore } from "../store/open.ts";
import { examineDatabase } from "../store/postgres/examine.ts";
import { type Moved, moveInto } from "../store/postgres/move.ts";
import type { CliRun } from "./commands.ts";
import { type NamedDatabase, neededDatabase } from "./database.ts";
import { openLog } from "./log.ts";
import { problem } from "./output.ts";
import { configFile, readConfig } from "./settings.ts";

export const move: CliRun = async (argv, env) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" }, "dry-run": { type: "boolean" } },
    strict: true,
  });
  const config = readConfig(configFile(values.config, env));
  const database = neededDatabase(config, env);
  mustRest(config.dataDirectory);
  const { refusal } = await examineDatabase(database);
  if (refusal !== null) throw new Error(refusal);
  const before = await verdictOf(config, storedLines(config.dataDirectory));
  if (!before.ok) return no(`The record of ${config.dataDirectory} is not moved: ${before.says}`);
  process.stdout.write(`The record here: ${before.says}\n`);
  return values["dry-run"] === true ? showOnly(config, database) : moveAll(config, database);
};

/** Throws with a sentence when there is nothing to move, or somebody has it open. */
function mustRest(directory: string): void {
  const isMoved = existsSync(join(directory, movedName));
  if (!hasStore(directory))
    throw new Error(
      isMoved
        ? `The store of ${directory} was moved before: it stands as ${movedName} there.`
        : `There is no store under ${directory}: there is nothing to move.`,
    );
  if (isInUse(directory))
    throw new Error(`A bot runs on ${directory}: stop it first, and start nothing until this is done.`);
}

const movedName = "store.db.moved";

async function verdictOf(config: Config, lines: Lines): Promise<Verdict> {
  const key = join(config.dataDirectory, "keys", "audit.vkey");
  const verifier = await verifierFrom(key);
  if (verifier === null) throw new Error(`${key} is missing or is no public key: put keys/ back from the backup.`);
  return verifyLog({ lines, checkpoints: await checkpointsIn(config.audit.checkpoints), verifier });
}

function showOnly({ dataDirectory }: Config, { settings }: NamedDatabase): number {
  const source = storedTables(dataDirectory);
  try {
    process.stdout.write(
      `${tableText(source.tables)}would be copied to ${settings.address.where}. Nothing was changed.\n`,
    );
  } finally {
    source.close();
  }
  return 0;
}

/** The directory is held as a bot would hold it, so that none can start on it meanwhile. */
async function moveAll(config: Config, database: NamedDatabase): Promise<number> {
  const directory = config.dataDirectory;
  const held = await openStore({
    directory,
    clock: systemClock,
    random: randomBytes,
    log: openLog("silent"),
    seal: sealRecord,
  });
  const source = storedTables(directory);
  let moved: Moved;
  try {
    moved = await moveInto(database, {
      tables: source.tables,
      ...{ key: requestsKey(directory, randomBytes), directory, now: systemClock.now() },
      check: async (lines) => {
        const verdict = await verdictOf(config, lines);
        return verdict.ok ? null : `The copied record does not verify: ${verdict.says}`;
      },
    });
    if (moved.kind !== "refused") process.stdout.write(tableText(source.tables));
  } finally {
    source.close();
    await held.close();
  }
  if (moved.kind === "refused") return no(moved.why);
  // From now on a bot without the database would begin a second history: it finds no store here, and the checkpoints stop it.
  renameSync(join(directory, "store.db"), join(directory, movedName));
  process.stdout.write(doneText(moved, directory, database));
  return 0;
}

function doneText(moved: Moved, directory: string, { settings, name }: NamedDatabase): string {
  const { where } = settings.address;
  const what = moved.kind === "was-moved" ? `stood in ${where} already` : `now stand in ${where}`;
  return `${what}: every row was compared, and the record verifies there as it did here.
The old file is kept as ${join(directory, movedName)}. Start the bot with ${name} from now on; every replica needs the same ${join(directory, "keys")}.
`;
}

function tableText(tables: readonly StoredTable[]): string {
  const counted = tables.map((table) => ({ name: table.name, rows: [...table.rows()].length }));
  const width = Math.max(...counted.map(({ name }) => name.length));
  return counted.map(({ name, rows }) => `  ${name.padEnd(width)}  ${rows}\n`).join("");
}

function no(says: string): number {
  process.stderr.write(problem(says, "Nothing was changed."));
  return 1;
}
