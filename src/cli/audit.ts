// `countersign audit`: through the running bot, else from the store itself, else from the files that are named.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type AuditCliDefaults, auditCommand } from "../audit/cli.ts";
import { linesIn } from "../audit/files.ts";
import type { Config } from "../core/config.ts";
import { findBot } from "../server/control-client.ts";
import { hasStore, isInUse, storedLines } from "../store/at-rest.ts";
import { hasLog, storedLinesOn } from "../store/postgres/at-rest.ts";
import { exportTo } from "./audit-export-to.ts";
import type { CliRun } from "./commands.ts";
import { type NamedDatabase, namedDatabase } from "./database.ts";
import { configFile, readConfig } from "./settings.ts";
import { takeOption, WrongWords } from "./words.ts";

export const audit: CliRun = async (argv, env) => {
  const { value: named, rest } = takeOption(argv, "--config");
  const config = configFor(rest, configFile(named, env), named !== undefined || env.COUNTERSIGN_CONFIG !== undefined);
  if (rest[0] === "export" && rest.some((word) => word === "--to" || word.startsWith("--to="))) {
    const lines = config === null ? null : (await defaultsOf(config, rest, env)).lines;
    process.stdout.write(
      await exportTo(
        rest.slice(1),
        () => {
          if (lines === null) throw new WrongWords("Name the log with --log FILE, or a configuration with --config.");
          return lines();
        },
        env,
      ),
    );
    return 0;
  }
  if (rest[0] === "prune") return prunable(rest.slice(1), config);
  const { output, exitCode } = await auditCommand(
    rest,
    config === null ? nothing : await defaultsOf(config, rest, env),
  );
  (exitCode === 2 ? process.stderr : process.stdout).write(output);
  return exitCode;
};

/** Says what the next pruning would take, and takes nothing: the bot prunes by itself. */
async function prunable(argv: readonly string[], config: Config | null): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { "dry-run": { type: "boolean" } }, strict: true });
  if (values["dry-run"] !== true)
    throw new WrongWords(
      "The bot prunes by itself, once a day, and nobody has it prune by hand: what goes, and when, is what was countersigned as retention. audit prune --dry-run says what would go now.",
    );
  if (config === null) throw new WrongWords("Name the configuration with --config FILE.");
  const bot = await findBot(config.dataDirectory);
  if (bot === null)
    throw new Error(`No bot runs on ${config.dataDirectory}: only a running one knows what is alive, and prunes.`);
  const found = await bot.prunable();
  const says =
    found.kind === "kept"
      ? found.why
      : `The next pruning would take the documents of ${found.requests} requests, the words of ${found.records} records and ${found.others} rows of what else is over. Nothing was changed.`;
  process.stdout.write(`${says}\n`);
  return 0;
}

const nothing: AuditCliDefaults = { lines: null, checkpoints: null, key: null };

/** A verifier elsewhere has no configuration, and needs none when every file is named. */
function configFor(argv: readonly string[], file: string, isNamed: boolean): Config | null {
  const given = (name: string) => argv.some((word) => word === name || word.startsWith(`${name}=`));
  if (argv[0] === "prune") return readConfig(file);
  const needed = argv[0] === "check-proof" ? ["--key"] : ["--log", "--checkpoints", "--key"];
  if (needed.every(given) || (!isNamed && !existsSync(file))) return null;
  return readConfig(file);
}

async function defaultsOf(config: Config, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<AuditCliDefaults> {
  const directory = config.dataDirectory;
  const bot = await findBot(directory);
  // What happened since the last checkpoint can be proved only once the bot has signed it.
  if (bot !== null && argv[0] === "prove") await bot.proving();
  return {
    lines: () => (bot === null ? linesAtRest(config, env) : linesIn(bot.auditLog())),
    checkpoints: config.audit.checkpoints,
    key: join(directory, "keys", "audit.vkey"),
  };
}

/**
 * The log of a bot that does not run here: from the database where one is named, else from the data directory. Throws when there
 * never was a bot, and when one has the directory and does not answer.
 */
export function linesAtRest(
  config: Pick<Config, "dataDirectory" | "database">,
  env: NodeJS.ProcessEnv,
): Iterable<string> | AsyncIterable<string> {
  const database = namedDatabase(config, env);
  if (database !== null) return linesOf(database);
  const directory = config.dataDirectory;
  if (!hasStore(directory))
    throw new Error(`There is no store under ${directory}: has the bot ever started with this configuration?`);
  if (isInUse(directory))
    throw new Error(
      `The store under ${directory} is in use by another Countersign process that does not answer: look at its log.`,
    );
  return storedLines(directory);
}

async function* linesOf(database: NamedDatabase): AsyncGenerator<string> {
  if (!(await hasLog(database)))
    throw new Error(
      `There is no store in ${database.settings.address.where}: has the bot ever started with this configuration?`,
    );
  yield* storedLinesOn(database);
}
